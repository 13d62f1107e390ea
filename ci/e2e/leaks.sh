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

# --- what is in the memory of the processes that the host talks to. The guest's root reads it and the search is made here: words to
# search for would be found in the memory of whoever searches. The caller is where only the host is: below the home, with a shell there.
deep=$product_user_home/secret-$RANDOM$RANDOM
product_as_user mkdir -p "$deep"
echo "$deep" >>"$secrets"
below_home() { product_as_user sh -c 'cd "$1" && shift && SHELL=$PWD/zsh exec timeout 300 "$@"' sh "$deep" "$product_nofear" "$@"; }
check_output "a command from a directory that the guest has not begins in the guest's home" /home/user below_home run -t -- pwd
check_status 1 "the guest is not told of the shell that it has not" below_home run -t -- sh -c 'echo $SHELL | grep secret'
memory='
  for my $maps (glob "/proc/[0-9]*/maps") {
    my ($pid) = $maps =~ m{/proc/(\d+)/};
    next if $pid == $$ || !open my $list, "<", $maps;
    my @areas = map { /^([0-9a-f]+)-([0-9a-f]+) r/ ? [hex $1, hex $2] : () } <$list>;
    next if !@areas || !open my $memory, "<:raw", "/proc/$pid/mem";
    for (@areas) {
      for (my $at = $_->[0]; $at < $_->[1]; $at += 65536) {
        my $size = $_->[1] - $at < 65536 ? $_->[1] - $at : 65536;
        my $piece;
        print $piece if sysseek($memory, $at, 0) && sysread $memory, $piece, $size;
      }
    }
  }'
remembered() { below_home run -t --root -- perl -e "$memory" >"$check_dir/memory"; }
if [[ -x /usr/bin/perl ]]; then
  check "root of the guest reads the memory of all processes" remembered
  check "with the agent's" grep -qa "a part of the VM's start ended by itself" "$check_dir/memory"
  nothing_remembered() { ! grep -aoF -f "$secrets" "$check_dir/memory" | sort | uniq -c | grep .; }
  check "nothing of the host is in it" nothing_remembered
else
  skip "what is in the memory of the agent's processes" "there is no perl"
fi

# The same of all of the guest's memory, as the host sees it: with a kernel of its own a guest reads that.
below_home run -t --memory 256M -- sh -c 'echo runs; exec sleep 100' >"$check_dir/runs" 2>/dev/null </dev/null &
running=$!
product_wait 100 grep -q runs "$check_dir/runs" || true
guest_memory() { # the largest area that the VMM has mapped for writing, 256 MiB or what is around it
  python3 - "$(pgrep -u "$product_user" -x 'lkvm|qemu-sys.*' | head -n 1)" "$secrets" <<'PYTHON'
import re, sys
pid, secrets = sys.argv[1], [line.rstrip(b"\n") for line in open(sys.argv[2], "rb")]
areas = []
for line in open(f"/proc/{pid}/maps"):
    first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
    if rights.startswith("rw"):
        areas.append((int(last, 16) - int(first, 16), int(first, 16)))
size, start = min((a for a in areas if a[0] >= 240 << 20), key=lambda a: abs(a[0] - (256 << 20)))
memory, found, read = open(f"/proc/{pid}/mem", "rb", 0), set(), 0
for at in range(start, start + size, 1 << 20):
    memory.seek(at)
    piece = memory.read(1 << 20)
    read += len(piece)
    found |= {secret for secret in secrets if secret in piece}
print(read >> 20, "MiB", found or "nothing of the host")
sys.exit(1 if found or read < size // 2 else 0)
PYTHON
}
if command -v python3 >/dev/null; then
  check "nor in all of the guest's memory" guest_memory
else
  skip "what is in the guest's memory" "there is no python3"
fi
kill "$running" 2>/dev/null || true
wait "$running" || true
no_vmm() { ! product_vmm >/dev/null; }
product_wait 60 no_vmm || true
rmdir "$deep"

check "its processor runs no guests" nofear run -t -- sh -c '! grep -qwE "vmx|svm" /proc/cpuinfo'
check "there is no DMI" nofear run -t --root -- test ! -e /sys/class/dmi/id

# --- how the VMM is held
product_wait 60 no_vmm || true # that of the last check may take a moment to go
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
      grep -vE '^(/dev/(null|kvm|net/tun|urandom|ptmx)|anon_inode:.*|pipe:.*|socket:.*|/memfd:.*|.*/disk\.img|(/usr|/opt|/bin|/sbin|/lib[0-9a-z]*|/var/lib/dpkg)(/.*)?|.*/(\.seed|\.run|nofear)/.*)$'
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
