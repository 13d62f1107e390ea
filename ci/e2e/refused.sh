#!/usr/bin/env bash
# Installs of the real product that the system refuses in the middle: a package manager that fails, a kernel that does not
# compile, a full disk, a read-only /proc/sys, an nft without rights. Everything done so far is taken back, the status is 1, and
# one line says what failed. (ci/e2e/failures.sh has what can be had on offline trees.)
#
#   ci/e2e/refused.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Everything happens on a throw-away view of this machine (ci/lib/in-namespace).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
[[ ${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "$@"
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

user_make "$product_user"
options=(--yes --no-color --network tap --user "$product_user" "$@")

# refused SENTENCE PATTERN COMMAND...: it ends with 1 and a last line with PATTERN, and everything is as before.
refused() {
  local sentence=$1 pattern=$2
  shift 2
  check "$sentence: one line says it" fails_with "$pattern" "$@"
  check "$sentence: everything is as before" state_same before
}

"$setup" install "${options[@]}" >/dev/null 2>&1 # the packages
"$setup" uninstall --yes >/dev/null 2>&1
echo 0 >/proc/sys/net/ipv4/ip_forward

# --- /proc/sys is read-only, as in a container
state_save before
read_only_sysctl() (
  mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys
  trap 'umount /proc/sys' EXIT
  "$setup" install "${options[@]}"
)
refused "a read-only /proc/sys" 'ip_forward.*read-only' read_only_sysctl

# --- nothing here has the right to change the firewall: told before the first change
without_net_admin() { setpriv --bounding-set -net_admin --inh-caps -net_admin "$@"; }
refused "no right to change the firewall" 'needs cap_net_admin' without_net_admin "$setup" install "${options[@]}"

# --- the disk that caches and builds are on is full
full_cache() (
  mount -t tmpfs -o size=8m,mode=755 none /var/cache/nofear
  trap 'umount /var/cache/nofear' EXIT
  "$setup" install "${options[@]}"
)
refused "no space for the builds" 'No space left|no space left' full_cache

# --- the kernel does not compile
archive=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.*' | sort | tail -n 1)
if [[ $archive ]]; then
  mkdir "$check_dir/linux"
  tar -xf "$archive" -C "$check_dir/linux" --strip-components 1
  echo '#error this kernel does not compile' >>"$check_dir/linux/init/main.c"
  broken() { "$setup" install "${options[@]}" --kernel-source "$check_dir/linux"; }
  refused "a kernel that does not compile" 'kernel.*log' broken
  compiler_said() {
    local log
    log=$(tail -n 1 "$check_dir/log" | grep -oE '/[^ ]*\.log' | head -n 1)
    grep 'this kernel does not compile' "$log"
  }
  check "the log that is named has what the compiler said" compiler_said
  rm -rf "$check_dir/linux"
else
  skip "a kernel that does not compile" "this distribution has no archive of the kernel's source"
fi

# --- the package manager fails: the network is not there, a package is not either
if command -v dpkg >/dev/null; then
  dpkg --remove --force-depends qemu-system-x86 >/dev/null 2>&1
  rm -f /var/cache/apt/archives/*.deb
  state_save before
  refused "a package manager that fails" 'apt-get' "$setup" install "${options[@]}"
else
  skip "a package manager that fails" "no dpkg here"
fi
