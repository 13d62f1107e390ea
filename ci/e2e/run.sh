#!/usr/bin/env bash
# What `nofear` promises besides ci/conformance: profiles, the guest's own files, joining, ending, sharing, limits.
# Runs the installed product, whatever its VMM is. Run as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
rm -rf "$product_user_home/.lkvm"
profiles=$product_user_home/.lkvm
trap 'status=$?; pkill -KILL -u "$product_user" || true; rm -f /etc/nofear-e2e-canary; check_close $status' EXIT

# A background job of these words is the launcher itself, not a shell that waits for it.
launch=("$here/lib/as-user" "$product_user" "$product_nofear")
in_shell() { product_as_user bash -c "$1" bash "$product_nofear" "${@:2}"; }
no_vm() { ! product_vmm >/dev/null; }
kind=$(product_chosen)
slow=$([[ ${NOFEAR_MACHINE:-} ]] && echo 6 || echo 1) # times longer

# --- the first run
check_output "a program runs and its output comes back" hello nofear run -- echo hello
check "the profile default is made on first use" test -d "$profiles/default"
check_output "for its owner alone" "700 $product_user" stat -c '%a %U' "$profiles/default"
check_output "nothing of it is left running" '' in_shell 'pgrep -u "$(id -u)" -x "lkvm|qemu-system.*" || true'

# --- what is the host's and what is not
check_output "the host's os-release in a pipe" "$(wc -l </etc/os-release)" in_shell '"$1" run -- cat /etc/os-release | wc -l'
check_output "standard input through a pipe" x in_shell 'echo x | "$1" run -- cat'
for path in /usr/bin/env /bin/sh /sbin/mke2fs; do
  check_output "$path is the host's" "$(md5sum <"$path")" nofear run -- sh -c "md5sum <$path"
done
echo canary >/etc/nofear-e2e-canary
product_as_user bash -c 'echo canary >~/canary'
check_status 1 "a file of the host's /etc is not there" nofear run -- test -e /etc/nofear-e2e-canary
check_status 1 "nor one of the caller's home" nofear run -- sh -c "ls -A /home/* $product_user_home 2>/dev/null | grep canary"
check_status 1 "nor the caller's name in /etc/passwd" nofear run -- grep "$product_user" /etc/passwd
check_output "host name, user and home are not the host's" 'nofear user /home/user' \
  nofear run -- sh -c 'echo $(cat /proc/sys/kernel/hostname) $(id -un) $HOME'
check_output "--root is root" 0 nofear run --root -- id -u
check_status 1 "the user can't read the guest's shadow" nofear run -- sh -c 'cat /etc/shadow 2>/dev/null'

# --- profiles
check "root in the guest changes /etc, /usr and a home" nofear run --root -- sh -c \
  'for d in /etc /usr /usr/bin /home/user /opt /var /root /srv; do echo kept >$d/nofear-e2e || exit 1; done; rm /usr/bin/env'
check_output "the next run finds that" '8' nofear run --root -- sh -c \
  'test -e /usr/bin/env || cat /etc/nofear-e2e /usr/nofear-e2e /usr/bin/nofear-e2e /home/user/nofear-e2e /opt/nofear-e2e /var/nofear-e2e /root/nofear-e2e /srv/nofear-e2e | grep -c kept'
differs() { nofear profile diff default >"$check_dir/diff" && cat "$check_dir/diff" && grep -qxE "$1 +$2" "$check_dir/diff"; }
check "profile diff tells what was added" differs added /usr/nofear-e2e
check "and deleted" differs deleted /usr/bin/env
check "and that the host has nothing of it" differs added /home/user/nofear-e2e
check "the host does not" test ! -e /usr/nofear-e2e -a ! -e /etc/nofear-e2e -a -e /usr/bin/env
check_output "another profile does not" no nofear run -p other -- sh -c 'test -e /etc/nofear-e2e && echo yes || echo no'
check_output "a temporary one does not" no nofear run -t -- sh -c 'test -e /etc/nofear-e2e && echo yes || echo no'
# Of what it has not been asked before: Java plans it.
interrupted() {
  touch "$check_dir/before"
  product_as_user timeout --signal INT "0.$1" "$product_nofear" run -t -e "NOFEAR_E2E=$1" -- true || true
  ! find /tmp "/run/user/$(id -u "$product_user")" -name 'nofear-*' -user "$product_user" -newer "$check_dir/before" 2>/dev/null | grep .
}
for tenths in 1 3 5; do check "interrupted after 0.$tenths s, it leaves nothing in /tmp" interrupted "$tenths"; done
check_output "a temporary one keeps nothing" 'default other' in_shell '"$1" profile list | awk "{ print \$1 }" | xargs'
check "a profile is made" nofear profile create third
check "and shown" nofear profile show third
check "for programs as well" in_shell '"$1" profile show third --json | grep -q "\"name\":\"third\""'
check_status 1 "but not twice" nofear profile create third
check "a profile is deleted" nofear profile delete third
check "by the short option too" nofear -d other
check_output "deleted is gone" default in_shell '"$1" profile list | awk "{ print \$1 }" | xargs'
check_status 1 "one that is not there can't be deleted" nofear profile delete other
check "a profile's disk takes less space than it may grow to" in_shell \
  'cd ~/.lkvm/default && for f in *; do [[ $(stat -c "%s" $f) -gt $(($(stat -c "%b * %B" $f))) ]] && exit 0; done; exit 1'

# --- the disk's size
can_hold() { nofear run "$@" -- df -k --output=size /home/user | awk 'NR == 2 { print int($1 / 1048576 + 0.5) }'; }
used() { stat -c '%b %B' "$profiles/size/disk.img" | awk '{ print int($1 * $2 / 1048576) }'; }
check_output "--size is the most that a profile may hold" 1 can_hold -p size --size 1G
check_output "a larger --size makes it larger" 3 can_hold -p size --size 3G
check_output "and it stays so" 3 can_hold -p size
check_status 125 "it does not shrink" nofear run -p size --size 2G -- true
small_files() { (ulimit -f 1000 && nofear run "$@"); }
check "for a run without a disk" nofear run -t -- true
check "a limit on files does not matter" small_files -t -- true
check_error 125 'ulimit -H -f.*disk.img' "but it does where it is below the disk's size" small_files -p size -- true
fills_and_empties() {
  nofear run -p size -- sh -c 'head -c 100000000 /dev/urandom >/home/user/big && sync' && used >"$check_dir/full"
  nofear run -p size -- sh -c 'rm /home/user/big && sync' && used >"$check_dir/empty"
  echo "$(<"$check_dir/full") MiB, then $(<"$check_dir/empty") MiB"
}
check "a disk takes what it holds" fills_and_empties
check "and no more" test "$(<"$check_dir/full")" -ge 95 -a "$(<"$check_dir/full")" -le 160
if [[ $kind == lkvm ]]; then
  skip "what is deleted goes back to the host" "lkvm's disks can't discard"
else
  check "what is deleted goes back to the host" test "$(<"$check_dir/empty")" -lt $(($(<"$check_dir/full") - 90))
fi
check "a profile with a size is deleted" nofear profile delete size

# --- two at once
"${launch[@]}" run -- sh -c 'cat /proc/sys/kernel/random/boot_id; exec sleep 1000' >"$check_dir/first" 2>/dev/null &
first=$!
check "a VM stays up" product_wait $((60 * slow)) test -s "$check_dir/first"
check_output "the VMM is the one that install chose, $kind" "$kind" product_vmm
check_output "ps shows it" "default $kind" in_shell '"$1" ps | awk "{ print \$1, \$2 }"'
check_output "a second run in its profile joins it" "$(<"$check_dir/first")" nofear run -- cat /proc/sys/kernel/random/boot_id
check_status 7 "with a status of its own" nofear run -- sh -c 'exit 7'
check_status 1 "a profile in use is not deleted" nofear profile delete default
if [[ $slow == 1 ]]; then
  sides() {
    local i pids=()
    for i in {1..9}; do
      nofear run -p "side$i" -- sh -c 'cat /proc/sys/kernel/random/boot_id; sleep 10' >"$check_dir/side$i" &
      pids+=($!)
    done
    wait "${pids[@]}"
    cat "$check_dir"/side[1-9] "$check_dir/first"
    [[ $(cat "$check_dir"/side[1-9] "$check_dir/first" | sort -u | wc -l) == 10 ]]
  }
  check "nine other profiles' VMs run beside it" sides
fi
check "stop ends a VM" nofear stop default
first_is_gone() { ! kill -0 "$first" 2>/dev/null; }
check "and what ran in it" product_wait $((20 * slow)) first_is_gone
wait "$first" 2>/dev/null || true
check "nothing is left running" product_wait $((10 * slow)) no_vm

# --- ends
start_vm() {
  : >"$check_dir/ready"
  "${launch[@]}" run "$@" -- sh -c 'echo synced >/home/user/synced; sync; echo ready; exec sleep 1000' \
    >"$check_dir/ready" 2>"$check_dir/said" &
  launcher=$!
  product_wait $((60 * slow)) grep -q ready "$check_dir/ready"
}
end_of() { wait "$launcher" 2>/dev/null; }
check "a VM comes up" start_vm -p ends
kill -KILL "$launcher" && { end_of || true; }
check "the VM does not survive its launcher, killed by SIGKILL" product_wait $((15 * slow)) no_vm
check_output "and its disk is clean" synced nofear run -p ends -- cat /home/user/synced
check "a VM comes up" start_vm -p ends
kill -TERM "$launcher"
check_status 143 "SIGTERM to the launcher ends the command with it" end_of
check "and the VM" product_wait $((15 * slow)) no_vm
check "a VM comes up" start_vm -p ends
pkill -KILL -u "$product_user" -x 'lkvm|qemu-sys.*' || true
check_status 125 "a VMM that dies is an error of NoFear's" end_of
says_one_line() { [[ $(wc -l <"$check_dir/said") -ge 1 && $(wc -l <"$check_dir/said") -le 2 ]] && cat "$check_dir/said"; }
check "of one line" says_one_line
check_output "what was synced is there" synced nofear run -p ends -- cat /home/user/synced
panic_ends() { nofear run -t --root -- sh -c 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger; sleep 100'; }
start=$SECONDS
check_status 125 "a panic of the guest's kernel is an error" panic_ends
check "that comes soon" test $((SECONDS - start)) -lt $((15 * slow))
check "nothing is left running after that" product_wait 10 no_vm

# --- a terminal
on_terminal() {
  product_as_user bash -c '
    { sleep '$((4 * slow))'; echo "stty size; echo answer\$((40 + 2))"; sleep 1; echo "exit 3"; sleep '$((3 * slow))'; } |
      script -qec "stty rows 30 cols 90; exec \"$0\" run -p shell" /dev/null' "$product_nofear"
}
check_status 3 "without a command there is a shell, and its status" on_terminal
check_keep terminal
check "which computes" grep -a answer42 "$check_dir/terminal.out"
check "on a terminal of the right size" grep -a '30 90' "$check_dir/terminal.out"
raw_restored() {
  product_as_user bash -c '
    script -qec "stty -g >~/before; $0 run -t -- sh -c \"echo ready; exec sleep 100\" & sleep '$((6 * slow))'; kill -KILL \$!; sleep 1; stty -g >~/after" /dev/null </dev/null
    cmp ~/before ~/after' "$product_nofear"
}
check "the terminal is as before when the launcher is killed" raw_restored

# --- options
check "--dry-run shows the VMM's command line" nofear run --dry-run -- true
check_keep dry
check "one word a line" test "$(wc -l <"$check_dir/dry.out")" -gt 5
check "and starts nothing" no_vm
check "--timing tells the stages" nofear run --timing -- true
check_keep timing
check "on standard error" test -s "$check_dir/timing.err" -a ! -s "$check_dir/timing.out"
check_output "-w is the working directory" /usr/share nofear run -w /usr/share -- pwd
check_output "--cpus 1" 1 nofear run -t --cpus 1 -- nproc
memory_of() { nofear run -t --memory "$1" -- awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
around() { local found && found=$(memory_of "$1") && echo "$found MiB" && [[ $found -gt $2 && $found -le $3 ]]; }
check "--memory 256M" around 256M 150 256
check "--memory 1G" around 1G 800 1024
check_output "--network none: only lo" lo nofear run -t --network none -- sh -c 'ls /sys/class/net | xargs'
if address=$(getent ahostsv4 deb.debian.org | awk 'NR == 1 { print $1 }') && [[ $address ]]; then
  check "names are found as the host finds them" nofear run -t -- getent hosts deb.debian.org
else
  skip "names are found as the host finds them" "this host finds none"
fi
out_of_memory() { nofear run -t --memory 256M -- perl -e 'my @a; push @a, "x" x 1048576 while 1'; }
check_error 137 'ran out of memory.*--memory' "a guest without memory ends the command, and says so" out_of_memory
check_error 7 'ran out of memory.*--memory' "also where the command itself goes on" nofear run -t --memory 256M -- sh -c \
  'perl -e "my @a; push @a, q(x) x 1048576 while 1" 2>/dev/null; exit 7'
# While others read more files than there is memory: their pages can always be dropped and read again.
check_error 137 'ran out of memory.*--memory' "also where what is left of memory goes to and fro" nofear run -t --memory 256M -- sh -c '
  for i in 1 2 3; do (while :; do cat /usr/bin/* /usr/lib/*/*.so* >/dev/null 2>&1; done) & done
  perl -e "my @a; push @a, q(x) x 65536 while 1" 2>/dev/null'
no_line() { nofear run -t -- sh -c 'kill -KILL $$' 2>&1 | grep memory; }
check_status 1 "a command that is killed otherwise is no such case" no_line

# --- shared folders
shared=$product_user_home/shared
rm -rf "$shared"
product_as_user mkdir -p "$shared"
check "-f: a file is made in the guest" nofear run -f "$shared" -- sh -c 'echo made >/shared/f && mkdir /shared/d && chmod 640 /shared/f'
check_output "and is the caller's on the host" "$product_user 640" stat -c '%U %a' "$shared/f"
check_status 1 "-f :ro: none can be made" nofear run -t -f "$shared:ro" -- touch /shared/g
check_status 1 "not even by root" nofear run -t --root -f "$shared:ro" -- sh -c 'mount -o remount,rw /shared 2>/dev/null; touch /shared/g'
check "and there is none" test ! -e "$shared/g"
check_output "-f DIR=/path" made nofear run -t -f "$shared=/data" -- cat /data/f
product_as_user ln -s /etc/passwd "$shared/out"
check_status 1 "a link that points outside is not followed on the host" nofear run -t -f "$shared" -- grep "$product_user" /shared/out
