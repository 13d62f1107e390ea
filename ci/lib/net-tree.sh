# Runs a script in a Debian tree, entered as the root of a network of its own: what it needs there is neither on this machine nor
# started on it. To be sourced, with `here` set to ci/.
# shellcheck shell=bash disable=SC2154 # here is the script's

# net_tree SCRIPT PACKAGE... [-- WORD...]: runs SCRIPT with these WORDs in a tree of Debian 12 with these packages, and exits as it
# does; returns at once when it is there already.
net_tree() {
  [[ ! ${NOFEAR_NAMESPACE:-} ]] || return 0
  local script=$1 tar tree status=0 packages=()
  shift
  while [[ $# -gt 0 && $1 != -- ]]; do packages+=("$1") && shift; done
  shift || true
  # shellcheck source=ci/lib/debian-tree.sh
  . "$here/lib/debian-tree.sh"
  if ! tar=$(debian_tree bookworm "${packages[@]}"); then
    # shellcheck source=ci/lib/check.sh
    . "$here/lib/check.sh"
    skip "$script" "no Debian tree with ${packages[*]} could be made"
    exit
  fi
  tree=$(debian_tree_unpack "$tar")
  # shellcheck disable=SC2064 # as it is now
  trap "rm -rf --one-file-system '$tree'" EXIT
  mkdir "$tree/nofear"
  (cd "$here/.." && cp -r --parents ci/lib "ci/e2e/$script" templates/src/test/resources/golden "$tree/nofear")
  # shellcheck disable=SC2016 # the inner shell's words
  "$here/lib/in-namespace" sh -c 'tree=$1 && shift
    mount --bind "$tree" "$tree" # ip netns wants / to be a mount
    for each in /proc /sys /dev; do mount --rbind "$each" "$tree$each"; done
    mount -t tmpfs -o mode=755 run "$tree/run" && mkdir "$tree/run/dbus"
    exec chroot "$tree" "$@"' sh "$tree" "/nofear/ci/e2e/$script" "$@" || status=$?
  exit "$status"
}
