#!/usr/bin/env bash
# Installs that fail, of the real product on offline trees: a full disk, read-only places. Everything is taken back,
# the status is the contract's, one line says what failed.
#
#   ci/e2e/failures.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Everything happens in a mount namespace of its own and a temporary directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
if [[ ! ${NOFEAR_FAILURES_NAMESPACE:-} ]]; then
  NOFEAR_FAILURES_NAMESPACE=yes exec unshare --mount --propagation private "$0" "$@"
fi
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/tree.sh
. "$here/lib/tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

options=(--yes --no-color "$@")
tree=$check_dir/tree
install() { "$setup" install --root "$tree" "${options[@]}"; }
uninstall() { "$setup" uninstall --root "$tree" --yes --no-color; }
same() { tree_picture "$tree" | diff "$check_dir/before" -; }
failed() { fails_with "$1" install; }
tree_new() {
  ! mountpoint -q "$tree" || umount -R "$tree"
  rm -rf "$tree"
  mkdir "$tree"
  [[ ! ${1:-} ]] || mount -t tmpfs -o "mode=755,$1" none "$tree"
  tree_make "$tree"
  tree_picture "$tree" >"$check_dir/before"
}

tree_new
check "an undisturbed install" install
size=$(du -sk "$tree" | cut -f1)
files=$(find "$tree" | wc -l)
check "is taken back" uninstall
check "and leaves every path as it was" same
tree_new
plan_files=$("$setup" plan --root "$tree" "${options[@]}" 2>/dev/null | tail -n 1)
if [[ $plan_files == '0 changes' ]]; then
  skip "a disk that is full" "this product installs nothing"
  exit 0
fi

base=$(du -sk "$tree" | cut -f1)
for tenth in 0 1 3 5 7 9; do
  tree_new "size=$((base + 16 + (size - base) * tenth / 10))k"
  check "a disk that is full after $tenth tenths" failed 'No space left'
  check "everything is as before" same
done
inodes=$(find "$tree" | wc -l)
for tenth in 0 5 9; do
  tree_new "size=64m,nr_inodes=$((inodes + 2 + (files - inodes) * tenth / 10))"
  check "no inode is left after $tenth tenths" failed 'No space left'
  check "everything is as before" same
done

for place in usr/local etc var/lib; do
  tree_new
  mount --bind "$tree/$place" "$tree/$place" && mount -o remount,bind,ro "$tree/$place"
  check "/$place is read-only" failed 'Read-only file system'
  check "everything is as before" same
  umount "$tree/$place"
done

tree_new
chattr +i "$tree/usr/local/lib" 2>/dev/null && immutable=yes || immutable=''
if [[ $immutable ]]; then
  check "a directory is immutable" failed 'Operation not permitted'
  check "everything is as before" same
  chattr -i "$tree/usr/local/lib"
else
  skip "a directory is immutable" "this file system has no such attribute"
fi

# A container's image: the kernel renames no directory of a lower layer (EXDEV).
tree_new
check "an install into a layer of an image" install
layers=$check_dir/layers
mkdir "$layers" && mount -t tmpfs none "$layers" && mkdir "$layers"/{upper,work}
mount -t overlay -o "lowerdir=$tree,upperdir=$layers/upper,workdir=$layers/work,redirect_dir=off" overlay "$tree"
check "is taken back in a layer above" uninstall
check "and leaves every path as it was" same
umount "$tree" && umount "$layers"

tree_new
check "after all that, an install" install
tree_new "size=$((size * 2))k"
check "an install on a small disk" install
check "uninstall" uninstall
check "leaves every path as it was" same
umount -R "$tree"
