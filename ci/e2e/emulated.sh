#!/usr/bin/env bash
# The .deb on other Debian releases where there is no KVM: their QEMU's emulation, with their firmware and their C library. On this
# machine, in trees with a network of their own.
#
#   ci/e2e/emulated.sh [RELEASE...]      (default: trixie)
#
# Run as root with the product built. The kernel of the package is the newest in this machine's cache.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/debian-tree.sh
. "$here/lib/debian-tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

releases=("$@")
[[ $# -gt 0 ]] || releases=(trixie)
command -v debootstrap >/dev/null || { skip "the package without KVM" "there is no debootstrap" && exit; }
kernel=$(built_kernel) || { skip "the package without KVM" "no guest kernel has been built: nofear-setup install" && exit; }

tree=''
trap 'status=$?; [[ ! $tree ]] || rm -rf --one-file-system "$tree"; check_close $status' EXIT
check "the package is made" "$here/package" --no-build --kernel "$kernel" --version 1.0 --out "$check_dir/packages"

# there COMMAND...: in the tree, as its root. This machine's /dev, without /dev/kvm.
there() {
  unshare --net --mount --pid --fork --kill-child sh -c 'tree=$1 && shift
    mount -t proc proc "$tree/proc" && mount -t sysfs -o ro sys "$tree/sys" && mount --rbind /dev "$tree/dev" &&
      mount -t tmpfs -o mode=755 run "$tree/run" && mount -t tmpfs -o mode=1777 tmp "$tree/tmp" || exit 125
    [ ! -e /dev/kvm ] || mount --bind "$tree/none" "$tree/dev/kvm" || exit 125
    exec chroot "$tree" "$@"' sh "$tree" "$@"
}
alice() { there runuser -u alice -- env HOME=/home/alice LC_ALL=C.UTF-8 "$@"; }
# A guest of a size of its own has no snapshot to go on from. One boot alone does not show a fault that depends on a tick of the timer.
boots() {
  local n
  for n in {1..8}; do alice nofear run -t --memory=$((400 + n))M -- true || return; done
}
resumed() { alice nofear run --timing "$@" 2>"$check_dir/timing" && grep -q 'went on from a snapshot' "$check_dir/timing"; }

for release in "${releases[@]}"; do
  tar=$(debian_tree "$release" "${debian_tree_needs[@]}") || { skip "$release" "no tree could be made" && continue; }
  tree=$(debian_tree_unpack "$tar")
  chmod 755 "$tree"
  : >"$tree/none" && chmod 0 "$tree/none"
  cp "$check_dir"/packages/*.deb "$tree/root/"
  check "$release: a user" there useradd -m alice
  check "$release: the package" there sh -c 'dpkg -i /root/nofear_*.deb'
  check "$release: nofear-setup install boots a guest" there nofear-setup install --yes --no-color --user alice --vmm qemu --network none
  check "$release: with QEMU's emulation" grep -qx 'vmm.kind *= *qemu-tcg' "$tree/usr/lib/nofear/vmm.conf"
  check_output "$release: a program runs" 'a  b' alice nofear run -- echo 'a  b'
  check_output "$release: once more, from a snapshot" 'a  b' resumed -- echo 'a  b'
  check "$release: eight guests boot, one after the other" boots
  check_status 7 "$release: its status comes back" alice nofear run -- sh -c 'exit 7'
  check_output "$release: a profile keeps what it wrote" kept alice sh -c 'nofear run -- sh -c "echo kept >~/file" && nofear run -- sh -c "cat ~/file"'
  check "$release: nofear-setup uninstall" there nofear-setup uninstall --yes --no-color
  rm -rf --one-file-system "$tree"
  tree=''
done
