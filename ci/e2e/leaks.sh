#!/usr/bin/env bash
# What a guest learns of the host, looked for by root of the guest in all that it can read quickly: /proc, /sys, /etc, /run, the
# environment, its kernel's log. And how the VMM that runs it is held, as the host's /proc shows it.
#
#   ci/e2e/leaks.sh
#
# Run as root, with NoFear installed.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"

# --- what the guest must not know. A short host name would be found by accident: it is not looked for then.
secrets=$check_dir/secrets
{
  echo "$product_user"
  [[ $(hostname | wc -c) -lt 6 ]] || hostname
  cat /etc/machine-id /var/lib/dbus/machine-id /proc/sys/kernel/random/boot_id 2>/dev/null || true
  cat /sys/class/net/*/address 2>/dev/null | grep -v '^00:00:00:00:00:00$' || true
  cat /sys/class/dmi/id/{product,board,chassis}_serial /sys/class/dmi/id/product_uuid /sys/block/*/device/{serial,wwid} 2>/dev/null || true
  sed -n 's/^UUID=\([0-9A-Fa-f-]*\).*/\1/p' /etc/fstab
  uname -r
} | tr -d '\0' | grep -E '.{5}' | grep -viE '^(none|not specified|unknown|default string|to be filled.*|52:54:00:12:34:56)$' | sort -u >"$secrets"
check "the host has secrets to look for" test -s "$secrets"
check "which a search finds where they are" grep -qF -f "$secrets" /etc/passwd

look='
  { env; cat /proc/cmdline /proc/version /proc/mounts /proc/partitions /proc/bus/pci/devices; dmesg
    timeout 60 find /proc/sys /proc/self /sys /etc /run /root /home -xdev -type f -exec head -qc 16384 {} +
    find /etc /run /root /home /srv /dev /sys/class /sys/devices -xdev; ip address; ip route
  } 2>/dev/null | tr -d "\000"; true'
learns() { nofear run -t --root -- sh -c "$look" >"$check_dir/learnt"; }
check "root of the guest looks around" learns
check "and sees much" test "$(wc -c <"$check_dir/learnt")" -gt 20000
nothing_of() { ! grep -aiF -n -f "$secrets" "$check_dir/learnt"; }
check "but no name, id, address or serial number of the host" nothing_of
check "its processor runs no guests" nofear run -t -- sh -c '! grep -qwE "vmx|svm" /proc/cpuinfo'
check "there is no DMI" nofear run -t --root -- test ! -e /sys/class/dmi/id

# --- how the VMM is held
nofear run -t -- sleep 100 >/dev/null 2>&1 </dev/null &
running=$!
product_wait 100 product_vmm >"$check_dir/vmm" || true
vmm_process() { pgrep -u "$product_user" -x 'lkvm|qemu-sys.*' 2>/dev/null | head -n 1; }
process=$(vmm_process || true)
check "a VMM runs: $(cat "$check_dir/vmm")" test -n "$process"
if [[ $process ]]; then
  vmm_status() { [[ $(sed -n "s/^$1:[[:space:]]*//p" "/proc/$process/status") == "$2" ]]; }
  check "it can gain no privileges" vmm_status NoNewPrivs 1
  check "its system calls are filtered" vmm_status Seccomp 2
  check "it has no capabilities" vmm_status CapEff 0000000000000000
  check "nor can it have any" vmm_status CapPrm 0000000000000000
  if [[ $(getcap "$(readlink "/proc/$process/exe")" 2>/dev/null) ]]; then # of no effect, and doubly held
    check "AppArmor confines it, where there is AppArmor" sh -c '! [ -e /sys/kernel/security/apparmor ] || grep -q "^nofear-lkvm (enforce)" "$1"' sh "/proc/$process/attr/current"
  fi
  no_core() { grep -qE '^Max core file size +0 +0 ' "/proc/$process/limits"; }
  check "it leaves no core" no_core
  only_home() { [[ $(tr '\0' '\n' <"/proc/$process/environ" | grep -cv '^HOME=/') == 0 && -n $(tr -d '\0' <"/proc/$process/environ") ]]; }
  check "its environment is a HOME of its own alone" only_home
  descriptors() {
    local fd
    for fd in "/proc/$process/fd"/*; do readlink "$fd" || true; done |
      grep -vE '^(/dev/(null|kvm|net/tun|urandom|ptmx)|anon_inode:.*|pipe:.*|socket:.*|/memfd:.*|.*/disk\.img|(/usr|/opt|/bin|/sbin|/lib[0-9a-z]*)(/.*)?|.*/(\.seed|\.run|nofear)/.*)$'
  }
  check_status 1 "it has no descriptor but of its devices, its disk, its shares and its directory" descriptors
  parent() { sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status"; }
  monitor=$(parent "$(parent "$process")")
  check "its keeper's parent is nofear's monitor" test "$(readlink "/proc/$monitor/exe")" = "$(readlink -f "$product_nofear")"
  kill -KILL "$monitor"
  gone() { ! kill -0 "$process" 2>/dev/null; }
  check "it goes when that goes" product_wait 30 gone
  wait "$running" || true
fi
