#!/usr/bin/env bash
# The end-to-end tests in the test machine, where KVM works: with lkvm, and a few with QEMU on KVM. Everything takes
# 10 to 20 times longer there, so this is a choice.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/suites.sh
. "$here/lib/suites.sh"

[[ ${NOFEAR_MACHINE:-} ]] || { echo "for ci/machine -- ci/e2e/machine.sh" >&2 && exit 1; }
options=()
if [[ ${NOFEAR_LKVM:-} ]]; then
  options=(--lkvm "$NOFEAR_LKVM")
else
  options=(--kvmtool-source "$NOFEAR_KVMTOOL_SOURCE")
fi
export NOFEAR_E2E_SHORT=yes NOFEAR_E2E_VMM=lkvm NOFEAR_E2E_SECONDS=300
suites_start /run/suites
suite "install and uninstall (lkvm)" "$here/e2e/install.sh" "${options[@]}"
suite "given kernels (lkvm)" "$here/e2e/kernels.sh" "${options[@]}"
NOFEAR_E2E_NETWORK=capability suite "setup of what others change (lkvm)" "$here/e2e/drift.sh" "${options[@]}"
suite "install (lkvm)" "$here/lib/install" --user nofear-test "${options[@]}"
suite "run (lkvm)" "$here/e2e/run.sh"
suite "every day (lkvm)" "$here/e2e/everyday.sh"
suite "a hostile guest (lkvm)" "$here/e2e/hostile-guest.sh"
suite "what a guest learns (lkvm)" "$here/e2e/leaks.sh"
suite "conformance (lkvm)" "$here/conformance" --vmm lkvm --without huge --without many --without heavy --without left
suite "install (QEMU on KVM)" "$here/lib/install" --user nofear-test --vmm qemu
suite "conformance (QEMU on KVM)" "$here/conformance" --vmm qemu-kvm --only '^(argv|stdin|stdout|status)' --without huge --without many
suites_end
