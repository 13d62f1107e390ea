#!/usr/bin/env bash
# A hostile guest: a kernel of its own (ci/hostile) that speaks 9p to the VMM's servers directly, against the installed product
# as it confines the VMM. Then lkvm, whose server follows links, with the confinement switched off. Users' folders are not the VMM's:
# what a guest says to their server is played in files-test.c.
#
#   ci/e2e/hostile-guest.sh
#
# Run as root, with NoFear installed. NOFEAR_E2E_VMM: the kind of VMM that is expected (lkvm, qemu-kvm, qemu-tcg).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
library=$product_prefix/lib/nofear
vmm=${NOFEAR_E2E_VMM:-$(sed -n 's/^vmm\.kind *= *//p' "$library/vmm.conf")}
export NOFEAR_VMM=$vmm NOFEAR_BOOT_DEADLINE=${NOFEAR_E2E_SECONDS:-100}

# What it must neither read nor change: in each place a file and a directory of the user's own, so that only the confinement
# stands between. As root's would be out of reach anyway.
places=(/etc /home "$product_user_home" /root /var/lib /var/tmp /srv /tmp /dev /run /boot)
canaries=()
for place in "${places[@]}"; do canaries+=("$place/nofear-canary" "$place/nofear-canary.d"); done
work=$product_user_home/hostile
remove() { rm -rf "${canaries[@]}" "$work" "$check_dir/prefix"; }
trap 'status=$?; remove; check_close $status' EXIT
canary=secret-$RANDOM$RANDOM$RANDOM
lay_out() {
  remove
  local place
  for place in "${places[@]}"; do
    [[ -d $place ]] || continue
    echo "$canary" >"$place/nofear-canary"
    mkdir "$place/nofear-canary.d"
    echo "$canary" >"$place/nofear-canary.d/inside"
    chown -R "$product_user:" "$place/nofear-canary" "$place/nofear-canary.d"
  done
  mkdir -p "$work/rw" "$work/ro/inner" "$work/profiles"
  echo yes >"$work/rw/writable-share"
  echo keep >"$work/ro/read-only-share"
  echo keep >"$work/ro/inner/inside"
  ln -s / "$work/ro/hosts-link"
  chmod 700 "$work/profiles"
  chown -Rh "$product_user:" "$work"
  chmod 711 "$product_user_home" "$work"
}
# Names, types, modes, owners, links, sizes, times of change of all that must stay; and contents.
state() {
  local all=()
  for path in "${canaries[@]}" "$work/ro"; do [[ ! -e $path ]] || all+=("$path"); done
  find "${all[@]}" -printf '%p %y %m %U %G %n %s %T@ %l\n' | sort
  find "${all[@]}" -type f -exec sha256sum {} + | sort
  find "${places[@]}" /usr -maxdepth 1 -name '*nofear-hostile*' 2>/dev/null
}

# The product with the hostile kernel: what install wrote but for that, and what is given here.
mkdir -p "$check_dir/prefix/lib"
chmod 755 "$check_dir"
check "the hostile kernel is built" "$here/hostile/build" "$check_dir/kernel"
prefix() {
  rm -rf "$check_dir/prefix"
  mkdir -p "$check_dir/prefix/lib/nofear" "$check_dir/prefix/bin"
  cp -a "$library/." "$check_dir/prefix/lib/nofear/"
  cp "$product_prefix/bin/nofear" "$check_dir/prefix/bin/"
  { grep -v '^kernel *=' "$library/launch.conf" && echo "kernel = $check_dir/kernel" && printf '%s\n' "$@"; } \
    >"$check_dir/prefix/lib/nofear/launch.conf"
}
# attack: what the guest says is in $check_dir/log afterwards. It never becomes a guest that answers, so 125 is right.
attack() {
  local status=0 log
  NOFEAR_HOME=$work/profiles product_as_user timeout --kill-after=5 "$((NOFEAR_BOOT_DEADLINE + 20))" \
    "$check_dir/prefix/bin/nofear" run -p hostile -f "$work/rw" -f "$work/ro=/ro:ro" -- true >&2 || status=$?
  log=$(find "$work/profiles" -name vmm.log)
  tr -d '\r' <"${log:-/dev/null}" >"$check_dir/log"
  [[ $status == 125 ]]
}
got() { grep -a '^GOT' "$check_dir/log"; }
got_nothing() { ! got; }
no_secret() { ! grep -aE "$canary|root:[x*]:0|MemTotal|BOOT_IMAGE" "$check_dir/log"; }
tried() { grep -aE '^hostile: [0-9]{3,} attempts on [1-9][0-9]* shares' "$check_dir/log"; }
unchanged() { state | diff "$check_dir/before" -; }

lay_out
state >"$check_dir/before"
prefix
check "the hostile guest runs, and the VMM gives up on it" attack
check "it has tried all it can on all shares" tried
check "it got nothing" got_nothing
check "nothing of the host is in what it says" no_secret
check "nothing of the host has changed" unchanged

if [[ $vmm == lkvm ]]; then
  lay_out
  state >"$check_dir/before"
  prefix "confinement = off"
  check "unconfined it runs as well" attack
  check "and reads nothing of the host's secrets: lkvm's keeper opens in its place, and follows no link" no_secret
  check "nor changes anything: its filter does no change by name, and it serves no folder for writing" unchanged
else
  skip "unconfined lkvm" "ci/machine has it"
fi

# --- lkvm's channel leads to the monitor and nowhere else: a service of the host's on a vsock is none of a guest's
if [[ $vmm == lkvm ]]; then
  # shellcheck disable=SC2016 # Perl's
  vsock_listen='use Socket; my $s; socket($s, 40, SOCK_STREAM, 0) && bind($s, pack("SSLLx4", 40, 0, 22, 0xffffffff)) && listen($s, 9) or exit 1;
    $| = 1; print "up\n"; while (accept(my $c, $s)) { syswrite $c, "host\n" }'
  # shellcheck disable=SC2016
  vsock_reach='use Socket; my $said; socket(my $s, 40, SOCK_STREAM, 0) or exit; connect($s, pack("SSLLx4", 40, 0, 22, shift)) && sysread($s, $said, 9) && print $said'
  perl -e "$vsock_listen" >"$check_dir/vsock" 2>/dev/null &
  listener=$!
  if product_wait 10 test -s "$check_dir/vsock"; then
    check_output "a listener of the host's on every vsock answers the host" host perl -e "$vsock_reach" 1
    check_output "but not a guest" '' nofear run -t --network none -- perl -e "$vsock_reach" 2
    check_output "nor its root" '' nofear run -t --root -- perl -e "$vsock_reach" 2
    vsock_open() { find /proc/[0-9]*/fd -lname '/dev/vhost-vsock' 2>/dev/null | grep .; }
    nofear run -t -- sleep 10 >/dev/null 2>&1 &
    running=$!
    check "while a VM runs" product_wait 60 product_vmm
    check_status 1 "nobody has the device of vsocks open" vsock_open
    wait "$running" || true
  else
    skip "no guest reaches the host's vsocks" "this host has none"
  fi
  kill "$listener" 2>/dev/null || true
else
  skip "no guest reaches the host's vsocks" "QEMU has no such device"
fi
