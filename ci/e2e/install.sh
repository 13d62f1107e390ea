#!/usr/bin/env bash
# Installs on this very machine and takes it all back: what is on the disk afterwards is what was there before.
#
#   ci/e2e/install.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Packages that the install adds stay, so a first round adds them before the
# state is taken down. Ends with nothing installed.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

options=(--yes --no-color --user "$product_user" "$@")
user_make "$product_user"

[[ ! -e $product_setup ]] || check "what is installed already is uninstalled" "$product_setup" uninstall --yes
if [[ ! ${NOFEAR_E2E_SHORT:-} ]]; then
  check "a first install, which may add packages" "$setup" install "${options[@]}"
  check "is uninstalled" "$product_setup" uninstall --yes
fi
state_save before

in_plan() { "$setup" plan "${options[@]}" "$@"; }
check "the plan is shown" in_plan
check_keep plan
check "the plan names what will be written" grep -q "$product_prefix/bin/nofear" "$check_dir/plan.out"
check "an ordinary user may see the plan" product_as_user "$setup" plan --no-color
check "showing the plan changes nothing" state_same before

check "install" "$setup" install "${options[@]}"
start=$SECONDS
check "install again" "$product_setup" install "${options[@]}"
check_keep again
says_nothing_to_do() { grep -E '(^|[^0-9])0 changes' "$check_dir/$1.out" "$check_dir/$1.err"; }
check "which says: 0 changes" says_nothing_to_do again
check "in less than 30 s" test $((SECONDS - start)) -lt "${NOFEAR_E2E_SECONDS:-30}"
check "the plan is empty then" "$setup" plan "${options[@]}"
check_keep empty
check "and says so" says_nothing_to_do empty

# Not in a profile of the user's: one that is there already would come to the test machine over an overlay, and be copied whole.
check_output "a program runs" hello nofear run -t -- echo hello
owned() { [[ ! -e $product_prefix/lib/nofear/$1 || $(stat -c '%U:%G %a' "$product_prefix/lib/nofear/$1") == "$2" ]]; }
check "lkvm, if any, is root's, and for all" owned lkvm 'root:root 755'
check "nofear-tap, if any, is for the group" owned nofear-tap 'root:nofear 750'
kind=$(product_chosen || true)
check "a VMM was chosen by running a guest: ${kind:-none}" test -n "$kind"
if [[ ${NOFEAR_E2E_VMM:-} ]]; then check_output "it is the one that can be had here" "$NOFEAR_E2E_VMM" echo "$kind"; fi

doctor_finds_nothing_failed() {
  local status=0
  product_as_user "$product_setup" doctor --json >"$check_dir/doctor" || status=$?
  cat "$check_dir/doctor"
  [[ $status == 0 || ${kind:-} == qemu-tcg && $status == 1 ]]
}
check "doctor, by an ordinary user: nothing fails (but KVM, where there is none)" doctor_finds_nothing_failed
doctor_knows() { grep -qE "\"id\" *: *\"$1\"" "$check_dir/doctor"; }
for id in host.distro host.arch kvm.device kvm.access kvm.runs kvm.nested vmm.binary vmm.capability vmm.confinement \
  kernel.image kernel.config guest.image guest.alternatives guest.unreadable guest.fonts net.forwarding net.nat \
  net.forward-policy net.taps net.dns gui.xpra gui.flags gui.sound profile.space install.drift boot.selftest config.file; do
  check "doctor knows $id" doctor_knows "$id"
done
doctor_passes() { tr -d '\n ' <"$check_dir/doctor" | grep -qE "\"id\":\"$1\",\"status\":\"pass\""; }
for id in host.distro kernel.image guest.image install.drift boot.selftest; do
  check "doctor passes $id" doctor_passes "$id"
done

archive=$product_prefix/lib/nofear/setup.jsa
uses_archive() {
  local used=no pid
  "$product_setup" doctor --skip boot.selftest --skip kvm.runs >/dev/null 2>&1 &
  pid=$!
  while [[ $used == no ]] && kill -0 $pid 2>/dev/null; do ! grep -qsF "$archive" "/proc/$pid/maps" || used=yes; done
  wait $pid || true
  [[ $used == yes ]]
}
check "Java has nofear-setup's classes from their archive" uses_archive
# Java compares the times of the jars.
takes_no_notice() {
  local jar=$product_prefix/lib/nofear/jars/setup.jar
  touch -r "$jar" "$check_dir/time"
  touch "$jar"
  "$product_setup" doctor --only host.distro >"$check_dir/misfit" 2>&1
  touch -r "$check_dir/time" "$jar"
  cat "$check_dir/misfit"
  [[ $(wc -l <"$check_dir/misfit") == 2 ]]
}
check "one that does not fit is passed over in silence" takes_no_notice

check "uninstall" "$product_setup" uninstall --yes
check "every path is as before the install" state_same before
check "uninstall, with nothing installed" "$setup" uninstall --yes
check "changes nothing" state_same before

# In a mount namespace with an empty cache the kernel is built anew: time to interrupt it and to find it busy.
interrupted_install() {
  # shellcheck disable=SC2016 # that shell's own words
  unshare --mount bash -c '
    mkdir -p /var/cache/nofear && mount -t tmpfs -o mode=755 none /var/cache/nofear || exit 9
    set -m
    env --default-signal "$@" >"$0/interrupted" 2>&1 & # a CI may ignore SIGINT
    sleep $((${NOFEAR_MACHINE:+90 +} 12))
    "$@" >"$0/second" 2>&1
    echo $? >"$0/second.status"
    kill -INT -$!
    wait $!
  ' "$check_dir" "$setup" install "${options[@]}"
}
check_status 130 "Ctrl-C in the middle of an install ends it" interrupted_install
no_trace() { ! grep -E '^\s+at .*\(.*\.java|Exception' "$check_dir/interrupted"; }
check "without a stack trace" no_trace
check_output "a second nofear-setup meanwhile ends with 75" 75 cat "$check_dir/second.status"
check "and everything is taken back" state_same before
