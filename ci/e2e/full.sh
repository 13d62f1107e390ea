#!/usr/bin/env bash
# The host's disk full, and a VM that hangs: the guest gets an error and its caller one line, what was synced stays, and who ends a
# VM, by a signal or by nofear stop, does not wait for ever.
#
#   ci/e2e/full.sh
#
# Run as root, with NoFear installed.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
export NOFEAR_HOME=$product_user_home/full
launch=("$here/lib/as-user" "$product_user" "$product_nofear")
slow=$([[ ${NOFEAR_MACHINE:-} ]] && echo 6 || echo 1) # times longer
unmount() { ! mountpoint -q "$NOFEAR_HOME" || umount -l "$NOFEAR_HOME"; }
trap 'status=$?; pkill -CONT -u "$product_user" || true; pkill -KILL -u "$product_user" || true; unmount; check_close $status' EXIT
unmount
mkdir -p "$NOFEAR_HOME"
# Of its own, so that only this is full: and the run directories and snapshots with it.
mount -t tmpfs -o "size=400m,uid=$(id -u "$product_user"),mode=700" none "$NOFEAR_HOME"
no_vm() { ! product_vmm >/dev/null; }
left() { df -k --output=avail "$NOFEAR_HOME" | tail -n 1; }

check "a profile is made" nofear run -- sh -c 'echo synced >/home/user/synced; sync'
fill() { dd if=/dev/zero of="$NOFEAR_HOME/filler" bs=1k count=$(($(left) - 20000)) status=none; }
check "the host's disk is filled but for 20 MB" fill
writes() { nofear run -- sh -c 'dd if=/dev/zero of=/home/user/big bs=1M count=100 conv=fsync status=none || exit 9'; }
check_status 9 "a command that writes more than that fails by itself" writes
check_keep writes
one_line() { [[ $(grep -c '^nofear: ' "$check_dir/writes.err") == 1 ]] && grep '^nofear: .*disk is full' "$check_dir/writes.err"; }
check "with one line of NoFear's, which says why" one_line
check "the VM is gone" product_wait $((20 * slow)) no_vm
check "there is room again" rm -f "$NOFEAR_HOME/filler"
check_output "what was synced is there" synced nofear run -- cat /home/user/synced
check "and the profile can be written" nofear run -- sh -c 'rm -f /home/user/big; echo more >/home/user/more; sync'

# --- a VM that is ended while its disk is full
start_vm() {
  : >"$check_dir/ready"
  "${launch[@]}" run -- sh -c "$1" >"$check_dir/ready" 2>"$check_dir/said" </dev/null &
  launcher=$!
  product_wait $((60 * slow)) grep -q ready "$check_dir/ready"
}
end_of() {
  local status=0
  product_wait $(($1 * slow)) sh -c '! kill -0 "$1" 2>/dev/null' sh "$launcher" || return 99
  wait "$launcher" || status=$?
  return "$status"
}
check "the host's disk is filled again" fill
full='echo ready; while :; do dd if=/dev/zero of=/home/user/big bs=1M count=100 conv=fsync; done 2>/dev/null'
check "a VM goes on writing" start_vm "$full"
sleep $((4 * slow))
kill -TERM "$launcher"
check_status 143 "SIGTERM ends it" end_of 30
check "the VM is gone" product_wait $((20 * slow)) no_vm
check "a VM goes on writing" start_vm "$full"
sleep $((4 * slow))
check "nofear stop" nofear stop default
check "ends it" product_wait $((40 * slow)) no_vm
wait "$launcher" || true
check "there is room again" rm -f "$NOFEAR_HOME/filler"
check_output "what was synced is there" synced nofear run -- cat /home/user/synced

# --- a VM that does nothing any more
hang() { pkill -STOP -u "$product_user" -x 'lkvm|qemu-sys.*'; }
for signal in TERM INT HUP; do
  check "a VM comes up" start_vm 'echo ready; exec sleep 1000'
  check "it hangs" hang
  kill "-$signal" "$launcher"
  check_status 125 "SIG$signal is not lost on it" end_of 30
  check "the caller gets one line" test "$(wc -l <"$check_dir/said")" = 1
  check "the VM is gone" product_wait $((20 * slow)) no_vm
done
check "a VM comes up" start_vm 'echo ready; exec sleep 1000'
check "it hangs" hang
check "nofear stop" nofear stop default
check "ends it" product_wait $((40 * slow)) no_vm
wait "$launcher" || true
check "a VM comes up" start_vm 'echo ready; exec sleep 1000'
check "it hangs" hang
kill -KILL "$launcher"
check "it goes when its caller is killed" product_wait $((40 * slow)) no_vm
wait "$launcher" || true
check_output "what was synced is there" synced nofear run -- cat /home/user/synced
