#!/usr/bin/env bash
# The VMM is killed a hundred times while the guest writes: nothing that was fsynced is lost, and the disk comes back clean.
# Runs the installed product, whatever its VMM is. Run as root. NOFEAR_KILLS: how often (default 100).
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
kills=${NOFEAR_KILLS:-100}
RANDOM=${NOFEAR_SEED:-1}
profile=killed-$$
launch=("$here/lib/as-user" "$product_user" "$product_nofear" run -p "$profile" --)
trap 'status=$?; pkill -KILL -u "$product_user" || true; "$here/lib/as-user" "$product_user" "$product_nofear" profile delete "$profile" >/dev/null 2>&1 || true; check_close $status' EXIT

# writer ACKNOWLEDGED: dies unless the log has at least so many lines, in order; then appends lines, each fsynced before it is
# acknowledged on standard output, with files of all sizes made and removed in between.
writer='
  use IO::Handle;
  my ($acknowledged, $n) = (shift, 0);
  if (open my $log, "<", "log") { while (<$log>) { last unless /\n/; $n++; die "line $n is $_" unless $_ == $n } }
  die "$acknowledged lines were fsynced, $n are there\n" if $n < $acknowledged;
  truncate "log", length join "", map "$_\n", 1 .. $n;
  open my $log, ">>", "log" or die; $| = 1;
  print "up\n";
  while (shift // 1) {
    $n++;
    syswrite $log, "$n\n"; $log->sync or die; print "$n\n";
    open my $file, ">", "file" . $n % 40 or die; print $file "x" x rand 300000; close $file;
    unlink "file" . ($n + 7) % 40;
  }'

acknowledged() { grep -E '^[0-9]+$' "$check_dir/said" 2>/dev/null | tail -n 1; }
is_up() { grep -q up "$check_dir/said" || ! kill -0 "$launcher" 2>/dev/null; }
last=0
kill_again() {
  local said
  : >"$check_dir/said"
  "${launch[@]}" perl -e "$writer" "$last" >"$check_dir/said" 2>"$check_dir/complaint" &
  launcher=$!
  product_wait 120 is_up || return
  if ! grep -q up "$check_dir/said"; then
    cat "$check_dir/complaint"
    return 1
  fi
  sleep "0.$((RANDOM % 90 + 10))"
  pkill -KILL -u "$product_user" -x 'lkvm|qemu-sys.*' || return 1
  { wait "$launcher" || true; } 2>/dev/null
  said=$(acknowledged) || true
  last=${said:-$last}
}
killed_all() {
  local i
  for ((i = 1; i <= kills; i++)); do
    kill_again || { echo "kill $i" && return 1; }
  done
  echo "$last lines"
}
check "$kills times killed while it writes: what was fsynced is there" killed_all
check "lines were written" test "$last" -gt "$kills"
all_there() { "${launch[@]}" sh -c 'tail -n 1 log' | { read -r n && echo "$n" && [[ $n -ge $last ]]; }; }
check "the last of them are there" all_there
is_clean() { e2fsck -fn "$product_user_home/.lkvm/$profile/disk.img"; }
check "the file system is clean" is_clean
