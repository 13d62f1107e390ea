#!/usr/bin/env bash
# Compares the table of Xpra's options with the Xpra of this machine: what its help lists, what its command line takes
# and refuses, and what its configuration files may hold.
#
#   ci/e2e/xpra-flags.sh [XPRA]
#   ci/e2e/xpra-flags.sh --release NAME      with the Xpra of that release of Debian, in a tree of it (ci/lib/debian-tree.sh)
#
# Needs no display and starts no session; --release needs root.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..

# in_tree RELEASE: this script, in a tree of that release.
in_tree() {
  local tar tree
  # shellcheck source=ci/lib/debian-tree.sh
  . "$here/lib/debian-tree.sh"
  if ! tar=$(debian_tree "$1" xpra); then
    # shellcheck source=ci/lib/check.sh
    . "$here/lib/check.sh"
    skip "the table of options is true for the Xpra of $1" "no tree with it could be made"
    exit
  fi
  tree=$(debian_tree_unpack "$tar")
  # shellcheck disable=SC2064 # as it is now
  trap "rm -rf --one-file-system '$tree'" EXIT
  mkdir "$tree/nofear"
  (cd "$here/.." && cp --parents ci/lib/check.sh ci/e2e/xpra-flags.sh distro-adapters/src/main/resources/org/nofear/xpra/options.table \
    "$tree/nofear")
  debian_tree_run "$tree" /nofear/ci/e2e/xpra-flags.sh
  exit
}
[[ ${1:-} != --release ]] || in_tree "$2"

# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"

xpra=${1:-/usr/bin/xpra}
table=$here/../distro-adapters/src/main/resources/org/nofear/xpra/options.table

if [[ ! -x $xpra ]]; then
  skip "the table of options is true" "there is no $xpra (Debian 12: apt-get install xpra)"
  exit
fi

mkdir -p "$check_dir/home" "$check_dir/conf" "$check_dir/empty"
run() {
  env -i PATH=/usr/bin:/bin HOME="$check_dir/home" LC_ALL=C.UTF-8 "${environment[@]}" "$xpra" "$@"
}
environment=()
version=$(run --version | sed -n 's/^xpra v\([0-9]*\.[0-9]*\).*/\1/p')
check "xpra --version tells a version: $version" test -n "$version"

# rows: NAME STATE(known or unknown) PORTABLE(yes or no) CLIENT SERVER
rows() {
  awk -v version="$version" '
    function number(text, part) { split(text, part, "."); return part[1] * 1000 + part[2] }
    /^#/ { next }
    {
      known = number($3) <= number(version) && ($5 == "-" || number(version) < number($5))
      portable = number($3) <= 3000 && $5 == "-"
      print $1, known ? "known" : "unknown", portable ? "yes" : "no", $6, $7
    }' "$table"
}

# A value that the option takes, in the place of what only a session knows.
value() {
  case $1 in
    '{sound}' | '{microphone}') echo disabled ;;
    '{audio}' | '{clipboard}') echo no ;;
    '{direction}') echo to-server ;;
    '{border}') echo OrangeRed,3 ;;
    '{title}') echo '[work] @title@' ;;
    *) echo "$1" ;;
  esac
}

run --help >"$check_dir/help"
listed() { grep -qE -- "^ {2,6}(-[^ ].*)?--$1(=| |\$)" "$check_dir/help"; }
not_listed() { ! listed "$1"; }
client=() server=()
while read -r name state portable for_client for_server; do
  if [[ $state == known ]]; then
    check "--$name is among the options of $version" listed "$name"
  else
    check "--$name is not among the options of $version" not_listed "$name"
  fi
  [[ $portable == yes ]] || continue
  [[ $for_client == - ]] || client+=("--$name=$(value "$for_client")")
  [[ $for_server == - ]] || server+=("--$name=$(value "$for_server")")
done < <(rows)

# showconfig reads the whole command line and all files, and ends.
check "the client's command line is taken: ${#client[@]} options" run showconfig mmap "${client[@]}"
check "the server's command line is taken: ${#server[@]} options" run showconfig mmap "${server[@]}"
while read -r name state _; do
  [[ $state == unknown ]] || continue
  check_error 1 'no such option|ambiguous option' "--$name is fatal for $version" run showconfig mmap "--$name=no"
done < <(rows)

environment=(XPRA_USER_CONF_DIR="$check_dir/conf" XPRA_USER_CONF_DIRS="$check_dir/conf" XPRA_SYSCONF_DIR="$check_dir/empty"
  XPRA_SYSCONF_DIRS="$check_dir/empty" XPRA_SYSTEM_CONF_DIRS="$check_dir/empty")
printf '%s\n' 'speaker = disabled' 'no-such-option = 1' 'daemon = no' >"$check_dir/conf/xpra.conf"
all() { run "$@" 2>&1; }
check "a configuration file with unknown keys is read" all showconfig speaker
check_keep settings
found() { grep -q -- "$1" "$check_dir/settings.out"; }
check "its value is found" found "^speaker *(used) *= *'disabled'"
check "the key that nobody knows is only warned of" found "invalid option: 'no-such-option'"
check "daemon is refused in a file" found "'daemon' is not allowed in configuration files"
check_status 1 "nothing is read from /etc/xpra" found /etc/xpra
