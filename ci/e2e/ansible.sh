#!/usr/bin/env bash
# The Ansible role against three hosts of its own (Debian trees, entered by chroot), twice: the second time changes nothing.
# Run as root with the product built. The kernel of the package is the newest in this machine's cache.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/debian-tree.sh
. "$here/lib/debian-tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

name="three hosts are set up by Ansible, and the second time nothing changes"
for each in ansible-playbook debootstrap; do
  command -v "$each" >/dev/null || { skip "$name" "there is no $each" && exit; }
done
kernel=$(built_kernel) || { skip "$name" "no guest kernel has been built: nofear-setup install" && exit; }
# What the package depends on is in the trees: downloaded once.
tar=$(debian_tree bookworm "${debian_tree_needs[@]}") || { skip "$name" "no Debian tree could be made" && exit; }
check "the package is made" "$here/package" --no-build --kernel "$kernel" --out "$check_dir/packages"
deb=$(echo "$check_dir"/packages/*.deb)

hosts=()
clean() {
  local host
  for host in "${hosts[@]}"; do
    umount -l "$host/proc" "$host/sys" "$host/dev" 2>/dev/null || true
    rm -rf --one-file-system "$host"
  done
}
trap 'status=$?; clean; check_close $status' EXIT
for number in 1 2 3; do
  host=$(mktemp -d "${TMPDIR:-/tmp}/nofear-host$number.XXXXXX")
  hosts+=("$host")
  tar -C "$host" -xf "$tar"
  mount -t proc proc "$host/proc"
  mount -t sysfs -o ro sysfs "$host/sys"
  mount --rbind /dev "$host/dev"
  mount --make-rslave "$host/dev"
  cp /etc/resolv.conf "$host/etc/resolv.conf"
  printf '%s ansible_connection=community.general.chroot ansible_python_interpreter=/usr/bin/python3\n' "$host" >>"$check_dir/hosts"
done
{ echo '[nofear]' && cat "$check_dir/hosts"; } >"$check_dir/inventory"

play() {
  ANSIBLE_ROLES_PATH=$here/ansible/roles ANSIBLE_NOCOLOR=1 ansible-playbook -i "$check_dir/inventory" \
    -e "nofear_deb=$deb" -e '{"nofear_options": ["--network", "none", "--vmm", "qemu"]}' "$here/ansible/site.yml"
}
check "the role sets three hosts up" play
check_keep first
changed() { [[ $(grep -cE "ok=[0-9]+ +changed=$2 .*failed=0" "$check_dir/$1.out") == 3 ]]; }
check "which changes each of them" changed first '[1-9][0-9]*'
check "the role, once more" play
check_keep second
check "changes none of them" changed second 0
check "and reports what the doctor found" grep -q 'Report what the doctor found' "$check_dir/second.out"
for host in "${hosts[@]}"; do
  check "what was set up is taken back: $(basename "$host")" chroot "$host" /usr/sbin/nofear-setup uninstall --yes
done
