#!/usr/bin/env bash
# What people do in a VM every day, and a single command as in ci/conformance does not show: packages come and go, /tmp begins
# empty, root is somebody else, containers and VPNs find their devices, the clock stays right.
# Runs the installed product, whatever its VMM is. Run as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
rm -rf "$product_user_home/.lkvm"
files=$(mktemp -d "$product_user_home/everyday.XXXXXX") && chmod 755 "$files"
trap 'status=$?; pkill -KILL -u "$product_user" || true; rm -rf "$files"; check_close $status' EXIT
as_root() { nofear run --root -f "$files:ro" -- sh -c "$1"; }
as_guest() { nofear run -- sh -c "$1"; }

# --- /tmp
check "a run leaves much in /tmp" as_guest 'cd /tmp && umask 0 && for i in 1 2 3 4 5 6 7 8 9; do mkdir $i && cd $i && echo x >f; done;
  ln -s /etc /tmp/link; mkfifo /tmp/pipe; mkdir -m 0 /tmp/closed; ls -A /tmp | grep -q pipe'
check_output "the next one finds it empty" '1777 0' as_guest 'echo "$(stat -c %a /tmp) $(ls -A /tmp | wc -l)"'
check_output "and soon nothing of it is on the disk" 'home lost+found overlay root srv tmp' as_root '
  mkdir /run/disk && mount /dev/vda /run/disk && for i in 1 2 3 4 5 6 7 8 9; do test ! -e /run/disk/old-tmp || sleep 1; done
  ls /run/disk | xargs'
check_output "what follows links there is as it was" root as_root 'stat -c %U /etc'

# --- the host's directories, as guest root changes them
doc=/usr/share/doc/bash
check "a directory of the host's is renamed" as_root "mv $doc $doc.moved && test -e $doc.moved/copyright && test ! -e $doc"
check_output "it is still there at the next start" "$(md5sum <"$doc/copyright")" as_root "md5sum <$doc.moved/copyright"
check "and goes back" as_root "mv $doc.moved $doc && test -e $doc/copyright"
check_output "du -x counts files, too" "$(du -xs --apparent-size "$doc" | cut -f 1)" as_root "du -xs --apparent-size $doc | cut -f 1"
if command -v setcap >/dev/null; then
  check "a program gets a capability" as_root 'cp /usr/bin/sed /usr/local/bin/e2e-sed && setcap cap_net_raw+ep /usr/local/bin/e2e-sed'
  check_output "and has it at the next start, for the guest's user" 0000000000002000 \
    as_guest "/usr/local/bin/e2e-sed -n 's/^CapEff:\t//p' /proc/self/status"
fi

# --- packages
if command -v dpkg-deb apt-get >/dev/null; then
  mkdir -p "$check_dir/deb/DEBIAN" "$check_dir/deb/usr/share/nofear-e2e"
  printf '%s\n' 'Package: nofear-e2e' 'Version: 1' 'Architecture: all' 'Depends: libc6' 'Maintainer: NoFear <root@localhost>' \
    'Description: of ci/e2e/everyday.sh' >"$check_dir/deb/DEBIAN/control"
  echo content >"$check_dir/deb/usr/share/nofear-e2e/file"
  dpkg-deb --root-owner-group -b "$check_dir/deb" "$files/e2e.deb" >/dev/null
  chmod -R a+rX "$files"
  check "a package is installed" as_root 'apt-get install -y /shared/e2e.deb && dpkg -s nofear-e2e | grep -q "install ok installed"'
  check "and again" as_root 'apt-get install --reinstall -y /shared/e2e.deb && dpkg -V nofear-e2e'
  check_output "the next start has it" content as_guest 'cat /usr/share/nofear-e2e/file'
  check "it is removed" as_root 'apt-get remove -y nofear-e2e && test ! -e /usr/share/nofear-e2e'
  check_status 1 "the host has nothing of it" dpkg -s nofear-e2e
else
  skip "a package is installed" "this host's packages are not Debian's"
fi

# --- who is who
check_output "root becomes the guest's user by su" user as_root 'su user -c "id -un"'
check_output "and by runuser" user as_root 'runuser -u user -- id -un'
check_output "with a log-in" /home/user as_root 'runuser -l user -c pwd'
check_status 1 "the guest's user does not become root" as_guest 'su -c true'
check "and is told how" as_guest 'su -c true 2>&1 | grep -q "nofear run --root"'

# --- what containers, VPNs and others open
check "/dev/fuse and /dev/net/tun are open to the guest's user" as_guest ': <>/dev/fuse && : <>/dev/net/tun'
check "root makes a tap, a pair of interfaces and a bridge" as_root 'ip tuntap add tap9 mode tap && ip link add name e2e0 type veth peer name e2e1 &&
  ip link add br9 type bridge && ip link set e2e0 master br9 up && ip link show master br9 | grep -q e2e0@e2e1'
check "so does the guest's user in namespaces of his own" as_guest 'unshare -rn sh -c "ip tuntap add tap9 mode tap && ip link add br9 type bridge"'
check "a file is mounted" as_root 'truncate -s 20M /var/tmp/image && mke2fs -q /var/tmp/image && mkdir /run/image &&
  mount -o loop /var/tmp/image /run/image && grep -q /run/image /proc/mounts && umount /run/image && rm /var/tmp/image'
check "the packet filter speaks netlink" as_root 'perl -e "use Socket; socket(my \$s, 16, SOCK_RAW, 12) or die \$!;
  bind(\$s, pack(\"SSLL\", 16, 0, 0, 0)) or die \$!; send(\$s, pack(\"LSSLLCCn\", 20, 0x0a00 | 16, 5, 1, 0, 0, 0, 0), 0) or die \$!;
  recv(\$s, my \$answer, 4096, 0); my (undef, \$type, undef, undef, undef, \$error) = unpack(\"LSSLLl\", \$answer);
  exit(\$type == 2 && \$error != 0)"'
check_output "there are as many processes as on a host" 4194304 as_guest 'cat /proc/sys/kernel/pid_max'
check_status 1 "the kernel does not show its configuration" as_guest 'test -e /proc/config.gz'

# --- what a command leaves running
run_p() { nofear run -p left "$@"; }
ended() { # PROFILE: no VM of it runs
  ! nofear ps | grep -q "^$1	"
}
why() { nofear ps | sed -n "s/^left\t.*\t//p"; }
why_is() { [[ $(why) == "$1" ]]; }
kept_by() { product_wait 10 why_is "kept by $1" || { why && return 1; }; } # NAME
check "a command that leaves nothing leaves no VM" run_p -- true
check "none at all" ended left
check "a daemon outlives its command" run_p -- sh -c 'setsid sh -c "echo \$\$ >~/daemon; exec sleep 300" >/dev/null 2>&1 </dev/null &'
check "ps shows what keeps the VM" kept_by sleep
check "the next command finds it" run_p -- sh -c 'kill -0 $(cat ~/daemon)'
check "and the VM stays" kept_by sleep
check "when it ends" run_p -- sh -c 'kill $(cat ~/daemon)'
check "so does the VM" product_wait 15 ended left
check "who does not mind a hang-up stays as well" run_p -- sh -c 'nohup sleep 301 >/dev/null 2>&1 </dev/null &'
check "by its name" kept_by sleep
check "stop ends the VM" nofear stop left
check "at once" product_wait 15 ended left
check "what has not left the command's session goes with it" run_p -- sh -c 'sleep 302 >/dev/null 2>&1 </dev/null &'
check "and the VM" ended left
check "with --linger 0 a daemon does not stay" run_p --linger 0 -- sh -c 'setsid sleep 303 >/dev/null 2>&1 </dev/null &'
check "nor its VM" ended left
check "nor a temporary one" nofear run -t -- sh -c 'setsid sleep 304 >/dev/null 2>&1 </dev/null &'
check_output "of which nothing is left" '' nofear ps
check "a VM lingers" run_p --linger 4 -- true
check_output "for a next command" "waits for a command" why
check "and ends when it was time" product_wait 20 ended left
check "it lingers for long" run_p --linger 300 -- true
check "and makes way for one with other options" run_p --memory 200M -- true
check "which does not linger" product_wait 15 ended left
check "one that a daemon keeps" run_p -- sh -c 'setsid sleep 306 >/dev/null 2>&1 </dev/null &'
check_status 125 "does not make way" run_p --memory 200M -- true
check_output "and goes on" "kept by sleep" why
check "until it is stopped" nofear stop left
check "and then ends" product_wait 15 ended left
check_status 125 "nobody can join a temporary VM" nofear run -t --linger 5 -- true
check_output "a reader of the output waits for who still writes" $'early\nlate' \
  sh -c "'$here/lib/as-user' '$product_user' '$product_nofear' run -p left -- sh -c '(sleep 1; echo late) & echo early' | cat"
check "then there is no VM" product_wait 15 ended left
if command -v tmux >/dev/null; then
  check "tmux stays" run_p -- tmux new-session -d -s e2e sleep 305
  check "and is found again" run_p -- tmux has-session -t e2e
  check "until it is told to end" run_p -- tmux kill-server
  check "which ends the VM" product_wait 15 ended left
fi

# --- descriptors that are of no use in a VM
handed() { "$here/lib/as-user" "$product_user" sh -c "'$product_nofear' run -- true $1 2>&1"; }
check_output "a directory that is handed over gets a line" "nofear: descriptor 4 is a directory: the command does not get it" handed '4</'
check_output "what somebody left open by accident gets none" '' "$here/lib/as-user" "$product_user" \
  bash -c "exec {accident}</ && '$product_nofear' run -- true 2>&1"

# --- D-Bus
if command -v dbus-daemon dbus-send >/dev/null; then
  check "a program that asks for the session's bus finds one" as_guest \
    'dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames | grep -q org.freedesktop.DBus'
  check_status 1 "who does not ask has none" as_guest 'pgrep -x dbus-daemon'
  check "it keeps no VM" ended default
fi

# --- the clock
# A VM that stays up is asked for the time, at moments that are known here. Right is within 20 ms.
clock_begin() {
  coproc VM { exec "$here/lib/as-user" "$product_user" "$product_nofear" run -p clock --root -- bash -c \
    'while read -r x; do if [[ $x == wrong ]]; then date -s "+1 hour" >&2; fi; echo "$EPOCHREALTIME"; done'; }
  clock_ask now
}
clock_ask() {
  asked=${EPOCHREALTIME/[.,]/}
  echo "$1" >&"${VM[1]}" && read -r -t 300 there <&"${VM[0]}" || return 1
  answered=${EPOCHREALTIME/[.,]/} there=${there/[.,]/}
}
clock_is_right() {
  local round
  for ((round = 0; round < 10; round++)); do
    clock_ask now || return 1
    ((there >= asked - 20000 && there <= answered + 20000)) || {
      echo "asked at $asked, $there in the VM, answered at $answered"
      return 1
    }
  done
}
clock_wrong() { clock_ask wrong && ! clock_is_right; }
# To the time that it has: those who watch it cannot tell that from another one.
clock_of_host_is_set() { perl -MTime::HiRes=clock_gettime,CLOCK_REALTIME -e 'my $t = clock_gettime(CLOCK_REALTIME);
  syscall(227, 0, pack("qq", int $t, ($t - int $t) * 1e9)) == 0 or die "$!\n"'; }
sleeps() {
  local vmm keeper
  vmm=$(pgrep -u "$product_user" -x 'lkvm|qemu-sys.*' | head -n 1)
  keeper=$(ps -o ppid= -p "$vmm")
  kill -STOP "$vmm" "$keeper"
  sleep 5
  kill -CONT "$vmm" "$keeper"
  sleep 1
}
check "a VM begins" clock_begin
check "its clock is right" clock_is_right
check "it is while the VM stood still" sleeps
check "right within a second" clock_is_right
if [[ $(uname -m) == x86_64 ]]; then
  check "root of the guest sets it an hour ahead" clock_wrong
  check "the host's is set" clock_of_host_is_set
  sleep 1
  check "the guest's is right within a second" clock_is_right
fi
eval "exec ${VM[1]}>&-"
wait "$VM_PID" || true
