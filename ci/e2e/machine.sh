#!/usr/bin/env bash
# The end-to-end tests in the test machine, where KVM works: with lkvm, and a few with QEMU on KVM. Everything takes
# 10 to 20 times longer there, so this is a choice: what proves most in some 12 minutes.
#
#   ci/e2e/machine.sh [--long]
#
#   --long   all that there is, for an hour or two
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
if [[ ${1:-} != --long ]]; then
  # Forty cases, some of every kind: words, streams, statuses, signals, terminals, files.
  some='^(argv: (spaces|empty|newlines|every byte|the longest)|env: (a variable$|an empty)|cwd: (/usr$|through)|umask: 027|stdin: (empty|closed|a file|a pipe|all bytes|comes|is not)|stdout: (all bytes|standard error apart|closed$|both at once|closed early by|opened)|status: (0|1|77|127|255|of a command.*)$|signal: (death by (9|15)$|SIGTERM reaches)|terminal: (each stream|its size|Ctrl-C ends|Ctrl-Z)|process: (no descr|the user)|files: (a program|links, modes))'
  suite "install (lkvm)" "$here/lib/install" --user nofear-test "${options[@]}"
  suite "a hostile guest (lkvm)" "$here/e2e/hostile-guest.sh"
  suite "what a guest learns (lkvm)" "$here/e2e/leaks.sh"
  suite "conformance (lkvm)" "$here/conformance" --vmm lkvm --only "$some" --without huge --without many --without heavy
  suites_end
fi
suite "install and uninstall (lkvm)" "$here/e2e/install.sh" "${options[@]}"
suite "given kernels (lkvm)" "$here/e2e/kernels.sh" "${options[@]}"
suite "setup of what others change (lkvm)" "$here/e2e/drift.sh" "${options[@]}"
suite "install (lkvm)" "$here/lib/install" --user nofear-test "${options[@]}"
suite "run (lkvm)" "$here/e2e/run.sh"
suite "every day (lkvm)" "$here/e2e/everyday.sh"
suite "a hostile guest (lkvm)" "$here/e2e/hostile-guest.sh"
suite "links in shared folders (lkvm)" "$here/e2e/links.sh"
suite "what a guest learns (lkvm)" "$here/e2e/leaks.sh"
suite "conformance (lkvm)" "$here/conformance" --vmm lkvm --without huge --without many --without heavy
suite "install (QEMU on KVM)" "$here/lib/install" --user nofear-test --vmm qemu
suite "conformance (QEMU on KVM)" "$here/conformance" --vmm qemu-kvm --only '^(argv|stdin|stdout|status)' --without huge --without many
suites_end
