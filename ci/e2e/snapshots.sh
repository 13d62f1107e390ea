#!/usr/bin/env bash
# VMs that go on from a snapshot in place of booting: under QEMU's emulation, on any machine. Runs the installed product as
# the tests' user, with a NOFEAR_HOME of its own. Run as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
[[ $(product_chosen) == qemu-tcg ]] || export NOFEAR_VMM=qemu-tcg
user_make "$product_user"
RANDOM=${NOFEAR_SEED:-1}
export NOFEAR_HOME=/var/tmp/nofear-snapshots
snapshots=$NOFEAR_HOME/.snapshots
trap 'status=$?; pkill -KILL -u "$product_user" -x "qemu-sys.*" || true; rm -rf "$NOFEAR_HOME"; check_close $status' EXIT
home_make() { rm -rf "$NOFEAR_HOME" && install -d -o "$product_user" -m 700 "$NOFEAR_HOME"; }

# resumed COMMAND of nofear run...: does it, and says whether the guest went on from a snapshot.
resumed() { nofear run --timing "$@" 2>"$check_dir/timing" && grep -q 'went on from a snapshot' "$check_dir/timing"; }
booted() { nofear run --timing "$@" 2>"$check_dir/timing" && grep -q 'guest uptime at init' "$check_dir/timing"; }
number() { find "$snapshots" -type f 2>/dev/null | wc -l; }
number_is() { [[ $(number) == "$1" ]] || { ls -l "$snapshots" && false; }; }
one() { find "$snapshots" -type f | head -n 1; }
refused() { [[ $(stat -c %s "$(one)") -lt 4096 ]]; }
# different COMMAND...: says something else each time it is run.
different() { [[ $("$@") != "$("$@")" ]]; }

home_make
check "the first run boots" booted -- true
check "it keeps a snapshot" number_is 1
check_output "which is the user's alone" "600 $product_user" stat -c '%a %U' "$(one)"
check "the next run goes on from it" resumed -- true
check_output "its output is there" 'a  b' nofear run -- echo 'a  b'
check_status 7 "its status as well" nofear run -- sh -c 'exit 7'
check_output "and its input" "in" sh -c 'echo in | "$@"' sh "$here/lib/as-user" "$product_user" "$product_nofear" run -- cat
check "no snapshot is made again" number_is 1

check "random numbers are other ones each time" different nofear run -- sh -c 'head -c 16 /dev/urandom | od -x'
check "so are addresses" different nofear run -- sh -c 'grep stack /proc/self/maps'
check "so is the guest's boot id" different nofear run -- cat /proc/sys/kernel/random/boot_id
clock_right() { local said && said=$(nofear run -- date +%s) && [[ $(($(date +%s) - said)) -le 5 ]]; }
check "the clock is right" clock_right
# How long two seconds of the guest are for the host, in ms.
clock_runs() {
  local line began='' took=''
  while read -r line; do
    if [[ $line == began ]]; then began=$EPOCHREALTIME; fi
    if [[ $line == ended ]]; then took=$(awk "BEGIN { printf \"%d\", 1000 * ($EPOCHREALTIME - $began) }"); fi
  done < <(nofear run -- sh -c 'echo began; sleep 2; echo ended')
  echo "$took ms"
  [[ $took -ge 1900 && $took -le 2500 ]]
}
check "and runs as fast as the host's" clock_runs
# Without a way there, connecting a datagram socket fails.
check "the network is up" nofear run -- perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => "10.0.2.3", PeerPort => 53, Proto => "udp") ? 0 : 1)'

check "a profile keeps what is written" nofear run -- sh -c 'echo kept >file && echo root >/usr/local/file 2>/dev/null; cat file'
check_output "and has it at the next run" kept nofear run -- cat file
check "another profile goes on from the same snapshot" resumed -p other -- true
check "where that file is not" nofear run -p other -- test ! -e file
check "one snapshot is enough for both" number_is 1
two() { resumed -p other -- sleep 3 & resumed -- true && wait $!; }
check "two go on from it at once" two
joined() {
  resumed -- sleep 6 &
  sleep 3
  nofear run -- echo second && wait $!
}
check_output "a second program joins a VM that has gone on" second joined

check "another size of memory is another machine" booted --memory 512M -p small -- true
check "which has its own snapshot" resumed --memory 512M -p small -- sh -c 'test "$(awk "/MemTotal/ { print \$2 }" /proc/meminfo)" -lt 524288'
check "and a temporary one has none of the profile's disk" booted -t -- true
check "and goes on, too" resumed -t -- sh -c 'touch file && test -e file'
check "one processor is another machine" booted --cpus 1 -p small -- true
check "which goes on with one" resumed --cpus 1 -p small -- sh -c 'test "$(nproc)" = 1'
check "a shared folder is" booted -f "$product_user_home:ro" -p small -- test -d /shared
check "and is there when it goes on" resumed -f "$product_user_home:ro" -p small -- test -d /shared
check "four are kept at most" number_is 4

home_make
check "a larger disk: first a usual one" booted -- true
check "and one that has been made larger" booted --size 20G -- sh -c 'test "$(df -B1G --output=size "$HOME" | tail -n 1)" -gt 17'
check "is as large when it goes on" resumed --size 20G -- sh -c 'test "$(df -B1G --output=size "$HOME" | tail -n 1)" -gt 17'

# What the VMM has of it: its memory, and nothing of the file.
vmm_sees() {
  nofear run -- sleep 5 &
  product_wait 60 product_vmm >/dev/null || return 1
  sleep 2
  local process
  process=$(pgrep -u "$product_user" -x 'qemu-sys.*') && find "/proc/$process/fd" -lname "$snapshots/*" | grep . && return 1
  wait $!
}
check "the VMM has no descriptor of the file" vmm_sees

# Nothing that is wrong with a snapshot keeps a VM from starting.
damage() { # OFFSET SIZE: so much noise there
  head -c "$2" /dev/urandom | dd of="$(one)" bs=1 seek="$1" conv=notrunc status=none
}
header=80
home_make
nofear run -- true
check "with damage where the VMM's state begins" damage $header 1024
check "a run boots" booted -- true
check "what was damaged is not tried again" refused
check "the next run boots at once" booted -- true
home_make
nofear run -- true
damaged_anywhere() {
  local i at
  for ((i = 0; i < 8; i++)); do
    at=$((header + i * 4000 + RANDOM % 4000))
    home_make
    nofear run -- true && damage "$at" 400 || return 1
    [[ $(nofear run -- echo up) == up ]] || { echo "at $at" && return 1; }
  done
}
check "wherever that is damaged, a run starts" damaged_anywhere
home_make
nofear run -- true
check "with damage in the guest's kernel" sh -c 'dd if=/dev/urandom of="$1" bs=1M seek=1 count=64 conv=notrunc status=none' sh "$(one)"
check "a run boots as well" booted -- true
home_make
nofear run -- true
check "cut in the middle" truncate -s 3M "$(one)"
check "a run boots" booted -- true
home_make
nofear run -- true
check "of another boot of the host" damage 16 36
check "a run boots" booted -- true
check "and keeps a snapshot anew" resumed -- true
home_make
nofear run -- true
rm -rf "$snapshots" && ln -s /tmp "$snapshots"
check "where the directory is a link, a run boots" booted -- true
rm -f "$snapshots" && install -d -o "$product_user" -m 777 "$snapshots"
check "where others can write it, as well" booted -- true
check "and nothing is put there" number_is 0

# Killed at any moment of the first run, the next one starts.
killed_first() {
  local i
  for i in 0.2 0.5 0.8 0.9 1.0 1.1 1.2 1.3 1.4 1.6 2; do
    home_make
    nofear run -- true >/dev/null 2>&1 &
    sleep "$i"
    pkill -KILL -u "$product_user" || true
    { wait $! || true; } 2>/dev/null
    [[ $(nofear run -- echo up) == up ]] || { echo "after $i s" && return 1; }
  done
}
check "killed while it keeps one, the next run starts" killed_first
first_at_once() {
  local i jobs=()
  home_make
  for i in 1 2 3; do
    nofear run -p "p$i" -- echo "up $i" >"$check_dir/up.$i" &
    jobs+=($!)
  done
  for i in "${jobs[@]}"; do wait "$i" || return 1; done
  [[ $(cat "$check_dir"/up.*) == $'up 1\nup 2\nup 3' ]]
}
check "three first runs at once all start" first_at_once
check "and leave one snapshot" number_is 1
