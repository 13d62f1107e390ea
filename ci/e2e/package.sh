#!/usr/bin/env bash
# The .deb on bare Debian systems without a JDK or Maven, in the test machine: installed with apt, nofear-setup install, doctor,
# run, upgrade to a next version, uninstall, purge; nothing of ours is left.
#
#   ci/e2e/package.sh [RELEASE...]      (default: bookworm trixie)
#
# Run as root with the product built. The kernel of the packages is the newest in this machine's cache. The releases run side by
# side. On the first one install looks for a VMM by itself; the others are given the lkvm NOFEAR_LKVM, or use QEMU.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/debian-tree.sh
. "$here/lib/debian-tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

releases=("$@")
[[ $# -gt 0 ]] || releases=(bookworm trixie)
command -v debootstrap >/dev/null || { skip "the package on bare Debian" "there is no debootstrap" && exit; }
kernel=$(built_kernel) || { skip "the package on bare Debian" "no guest kernel has been built: nofear-setup install" && exit; }

# Two versions of one product.
for version in 1.0 1.1; do
  check "the package of version $version is made" "$here/package" --no-build --kernel "$kernel" --version "$version" --out "$check_dir/packages"
done

trees=()
declare -A machines=()
clean() {
  local tree
  if [[ ${#machines[@]} != 0 ]]; then kill "${machines[@]}" 2>/dev/null && wait; fi
  for tree in "${trees[@]}"; do rm -rf --one-file-system "$tree"; done
}
trap 'status=$?; clean; check_close $status' EXIT

ended() { wait "${machines[$1]}"; }

for release in "${releases[@]}"; do
  # What the package depends on is in the tree: downloaded once, not at each run.
  packages=("${debian_tree_needs[@]}")
  if [[ $release == "${releases[0]}" ]]; then
    packages+=(gcc git libc6-dev make)
    options=()
  elif [[ ${NOFEAR_LKVM:-} ]]; then
    options=(--lkvm /root/lkvm)
  else
    options=(--vmm qemu)
  fi
  tar=$(debian_tree "$release" "${packages[@]}") || { skip "the package on $release" "no tree could be made" && continue; }
  tree=$(debian_tree_unpack "$tar")
  trees+=("$tree")
  cp "$check_dir/packages"/*.deb "$here/lib/package-inside" "$tree/root/"
  [[ ! ${NOFEAR_LKVM:-} ]] || install -m 755 "$NOFEAR_LKVM" "$tree/root/lkvm"
  check "$release: no JDK and no Maven are there" chroot "$tree" sh -c '! command -v javac && ! command -v mvn'
  "$here/machine" --cpus 1 --timeout 3000 --systemd --root "$tree" -- sh /root/package-inside "${options[@]}" \
    >"$check_dir/$release" 2>&1 </dev/null &
  machines[$release]=$!
done
for release in "${!machines[@]}"; do
  check "$release: installed, used, upgraded, removed" ended "$release"
  cat "$check_dir/$release"
done
