#!/usr/bin/env bash
# Guest kernels that are not built: a given bzImage, and the host's own with the modules that it needs.
#
#   ci/e2e/kernels.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Everything happens on a throw-away view of this machine (ci/lib/in-namespace) or in
# ci/machine, whose kernel is a distribution's.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
[[ ${NOFEAR_MACHINE:-}${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "$@"
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

user_make "$product_user"
options=(--yes --no-color --user "$product_user" "$@")
kernel=$product_prefix/lib/nofear/bzImage
trap 'status=$?; "$setup" uninstall --yes >/dev/null 2>&1 || true; check_close $status' EXIT

check "install, with the kernel that NoFear builds" "$setup" install "${options[@]}"
check "which is small" test "$(stat -c %s "$kernel")" -lt $((5 * 1024 * 1024))
elf=${kernel%/*}/vmlinux
check "and there for QEMU as it is in memory" grep -q ELF "$elf"
qemu_takes() { NOFEAR_VMM=qemu-tcg nofear run -t --dry-run -- true | grep -Fx "$1"; }
check "which QEMU takes" qemu_takes "$elf"
cp "$kernel" "$check_dir/bzImage"
release=$(product_as_user "$product_nofear" run -t -- uname -r)

check "--kernel FILE" "$setup" install "${options[@]}" --kernel "$check_dir/bzImage"
check "is what is installed" cmp "$check_dir/bzImage" "$kernel"
check "and no other is left beside it" test ! -e "$elf"
check_output "and boots" "$release" nofear run -t -- uname -r
echo none >"$check_dir/no-kernel"
check_error 1 'no-kernel' "--kernel FILE of a file that is no kernel" "$setup" install --quiet "${options[@]}" --kernel "$check_dir/no-kernel"
check_output "what was there still boots" "$release" nofear run -t -- uname -r

# The test machine's kernel is not where a distribution has it.
image=(~/.cache/nofear-ci/kernel/boot/vmlinuz-"$(uname -r)")
if [[ ${NOFEAR_MACHINE:-} && -e ${image[0]} && ! -e /boot/${image[0]##*/} ]]; then cp "${image[0]}" /boot/; fi
if [[ -e /boot/vmlinuz-$(uname -r) ]]; then
  check "--kernel stock" "$setup" install "${options[@]}" --kernel stock
  check_output "the host's own kernel boots" "$(uname -r)" nofear run -t -- uname -r
  # shellcheck disable=SC2016 # the guest's words
  check_output "with what a guest needs" "hello 3" nofear run -p stock -- sh -c 'echo hello >~/f; set -- $(cat ~/f); echo "$1 $(ls -d /usr /etc /home | wc -l)"'
  check_output "and keeps what is changed" hello nofear run -p stock -- cat /home/user/f
  doctor_passes() { "$product_setup" doctor --json --only kernel.image --only boot.selftest | tr -d '\n ' | grep -F "\"id\":\"$1\",\"status\":\"pass\""; }
  check "doctor is content with the kernel" doctor_passes kernel.image
  check "and with its boot" doctor_passes boot.selftest
  nofear profile delete stock >/dev/null 2>&1 || true
else
  check_error 1 'not in /boot' "--kernel stock, where there is none" "$setup" install --quiet "${options[@]}" --kernel stock
fi
