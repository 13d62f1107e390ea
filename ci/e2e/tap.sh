#!/usr/bin/env bash
# nofear-tap, without any VM: a program in the place of a guest (ci/lib/tap-guest.c) has a tap made and sends what a hostile guest
# would, in a network of the test's own. The rules are the templates' golden file (NOFEAR_RULES: others).
#
#   ci/e2e/tap.sh
#
# Runs as root.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
[[ ${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "$@"

# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"

rules=${NOFEAR_RULES:-$here/../templates/src/test/resources/golden/nofear.nft}
sources=$here/../installer/launcher/src/main
work=$(mktemp -d "${TMPDIR:-/tmp}/nofear-tap.XXXXXX")
chmod 755 "$work"
mkdir "$work/ends"
started=()
finish() {
  local status=$?
  [[ ${#started[@]} == 0 ]] || kill "${started[@]}" 2>/dev/null || true
  rm -rf "$work"
  check_close "$status"
}
trap finish EXIT
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# nofear-tap as it is installed, and the guest, who is nobody in particular.
mkdir "$work/build"
cp "$sources"/tap/*.[ch] "$sources"/c/{descriptor,slot}.[ch] "$work/build"
mapfile -t parts <"$sources/tap/sources.list"
check "nofear-tap can be compiled" env -C "$work/build" gcc -std=gnu11 -Os -Wall -Wextra -Werror -static -s -o "$work/nofear-tap" "${parts[@]}"
check "so can the guest" gcc -std=gnu11 -O1 -Wall -Wextra -Werror -I "$sources/c" -I "$here/../guest-image/src/main/c" -o "$work/tap-guest" \
  "$here/lib/tap-guest.c" "$sources"/c/{descriptor,slot,filter}.c
chown root:65534 "$work/nofear-tap"
chmod 750 "$work/nofear-tap"
setcap cap_net_admin+ep "$work/nofear-tap"
# configured KEY=VALUE...: launch.conf.
configured() {
  printf 'network = tap\nsubnet = 10.177.33.0/24\n' >"$work/launch.conf"
  local line
  for line in "$@"; do echo "${line/=/ = }" >>"$work/launch.conf"; done
}
configured firewall=nft

# guest_start NAME REACH [MAKER]: a guest with a tap; its words go to $answer.
declare -A guest_in=() guest_out=() guest_pid=()
guest_start() {
  local in out
  mkfifo "$work/ends/$1.in" "$work/ends/$1.out"
  "${nobody[@]}" "$work/tap-guest" "${3:-$work/nofear-tap}" "$2" <"$work/ends/$1.in" >"$work/ends/$1.out" 2>"$work/ends/$1.err" &
  guest_pid[$1]=$!
  started+=($!)
  exec {in}>"$work/ends/$1.in" {out}<"$work/ends/$1.out"
  guest_in[$1]=$in guest_out[$1]=$out
  rm "$work/ends/$1.in" "$work/ends/$1.out"
  guest_answer "$1"
}
guest_answer() {
  local line
  answer=
  while read -r -t 20 -u "${guest_out[$1]}" line; do
    [[ $line != . ]] || return 0
    answer+="$line"$'\n'
  done
  return 1
}
# guest NAME WORD...: one line of its orders.
guest() {
  echo "${*:2}" >&"${guest_in[$1]}"
  guest_answer "$1"
}
guest_end() {
  local in=${guest_in[$1]} out=${guest_out[$1]}
  echo end >&"$in" # guests that came later have its descriptors too
  exec {in}>&- {out}<&-
  wait "${guest_pid[$1]}" 2>/dev/null || true
  within 2 gone "$2" || true
}
gone() { [[ ! -e /sys/class/net/$1 ]]; }
# within SECONDS COMMAND...
within() {
  local i
  for ((i = 0; i < $1 * 20; i++)); do
    ! "${@:2}" || return 0
    sleep 0.05
  done
  return 1
}
# answers NAME PATTERN ORDER...: what comes back within half a second has such a line; answers_not: has none.
answers() {
  guest "$1" "${@:3}"
  guest "$1" got 500
  printf '%s' "$answer"
  grep -qE -- "$2" <<<"$answer"
}
answers_not() { ! answers "$@"; }
is_tap() { [[ $answer == "tap $1"$'\n' ]]; }
uplinks() { [[ "$(nft list set inet nofear uplinks | grep -o '"[^"]*"' | sort | xargs)" == "$1" ]]; }
refused() { ! guest_start "$@" && cat "$work/ends/$1.err" >&2; }

# The world: a host with a service, and behind it one more host that answers a connection after a while.
echo 1 >/proc/sys/net/ipv4/ip_forward
ip netns add far
ip link add wan type veth peer name eth0 netns far
ip address add 45.83.223.1/24 dev wan && ip link set wan up
ip -n far address add 45.83.223.2/24 dev eth0 && ip -n far link set eth0 up && ip -n far link set lo up
ip route add default via 45.83.223.2
perl "$here/lib/net-peer.pl" 8099 "$work/host.log" </dev/null >/dev/null 2>&1 &
started+=($!)
# shellcheck disable=SC2016 # perl's words
ip netns exec far perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die; my @kept;
  while (my $client = $server->accept) { push @kept, $client; if (fork == 0) { sleep 2; print {$client} "of-the-first"; sleep 60 } }' </dev/null >/dev/null 2>&1 &
started+=($!)
check "the host's service is there" within 10 grep -qs ready "$work/host.log"

# Nothing without rules.
nft flush ruleset
check_error 1 'table inet nofear.*nofear-net start' "without the firewall's rules there is no tap" "$work/nofear-tap" probe
check "nor for a guest" refused early lan
nft -f "$rules"
check_output "probe says what the kernel can" $'filter = on\ngate = on\nconntrack = on' "${nobody[@]}" "$work/nofear-tap" probe
check "and leaves nothing behind" gone nofear0

# Hostile callers.
check_error 1 'usage' "an argument is lan or internet" "${nobody[@]}" "$work/nofear-tap" nofear0
check_error 1 'usage' "and the only one" "${nobody[@]}" "$work/nofear-tap" lan lan
check_error 1 'usage' "and there" "${nobody[@]}" "$work/nofear-tap"
check_error 1 'no socket' "standard output is a socket" "${nobody[@]}" "$work/nofear-tap" lan
# shellcheck disable=SC2016 # that shell's own words
check_status 1 "or is closed, and nothing happens" "${nobody[@]}" sh -c 'exec "$1" lan >&- 2>&- <&-' sh "$work/nofear-tap"
check "nothing was made for them" gone nofear0
mkdir "$work/else"
cp "$work/nofear-tap" "$work/launch.conf" "$work/else"
chown root:65534 "$work/else/nofear-tap" && setcap cap_net_admin+ep "$work/else/nofear-tap" && chmod 750 "$work/else/nofear-tap"
chmod 666 "$work/else/launch.conf"
check_error 1 'launch.conf' "a launch.conf that others can write is none" "${nobody[@]}" "$work/else/nofear-tap" probe
chmod 644 "$work/else/launch.conf" && chown 65534 "$work/else/launch.conf"
check_error 1 'launch.conf' "nor is another user's" "${nobody[@]}" "$work/else/nofear-tap" probe
chown root "$work/else/launch.conf" && setcap -r "$work/else/nofear-tap"
check_error 1 'capability' "without its capability it says so" "${nobody[@]}" "$work/else/nofear-tap" probe

# Slots.
guest_start a lan
check "the first guest has the first tap" is_tap nofear0
guest_start b lan
check "the second has another" is_tap nofear1
guest_start c internet
check "one for the Internet alone is in the other half" is_tap nofear32
guest_end b nofear1
check "a tap is gone with its guest" gone nofear1
check "and so is its chain" sh -c '! nft list chain netdev nofear nofear1 2>/dev/null'
# shellcheck disable=SC2016 # perl's words
"${nobody[@]}" perl -MSocket -e '$| = 1; my @held; for my $n (0 .. 63) { socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack("Sa*", AF_UNIX, sprintf("\0nofear-slot-%08x", 0x0ab12100 + 4 * $n))) or die; push @held, $s } print "held\n"; sleep 600' >"$work/held" &
started+=($!)
check "all names of old are held by somebody" within 10 grep -q held "$work/held"
guest_start b lan
check "and the next guest has its tap" is_tap nofear1
guest_end b nofear1
ip tuntap add nofear1 mode tap user 1234 group 4321
guest_start b lan
check "what was left over is taken apart" is_tap nofear1
check "and made anew" sh -c 'ip -d link show nofear1 | grep -q "persist off user root"'
guest b last
check "a tap can be made to last, without the filter" test "$answer" = "TUNSETPERSIST 0"$'\n'
guest_end b nofear1
check "then it stays when its guest ends" test -e /sys/class/net/nofear1
guest_start b lan
check "and goes to nobody as it is" sh -c 'ip -d link show nofear1 | grep -q "persist off"'
guest_end b nofear1
ip link add nofear1 type veth peer name other1
guest_start b lan
check "what is no tap is left alone" is_tap nofear2
guest_end b nofear2
for n in $(seq 2 31); do ip link add "nofear$n" type veth peer name "other$n"; done
check_error 1 'no network interface is free' "when all are taken there is one line" sh -c '"$@" </dev/null' sh "${nobody[@]}" "$work/tap-guest" "$work/nofear-tap" lan
for n in $(seq 1 31); do ip link delete "nofear$n"; done
guest a misuse
check_output "a VMM can do nothing with a tap but use it" \
  $'TUNSETPERSIST 1\nTUNSETOWNER 1\nTUNSETGROUP 1\nTUNSETIFF 1\nTUNSETLINK 1\nSIOCSIFHWADDR 1\nTUNSETOFFLOAD 0' printf '%s' "$answer"

# What a guest sends.
check "the gateway answers a ping" answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
check "not for the host's other addresses" answers_not a '^icmp 45.83.223.1 0' ping 45.83.223.1
check "nobody answers ARP" answers_not a '^type 0806' who 10.177.33.1
check "nor for another address" answers_not a '^type 0806' who 45.83.223.1
ip neigh show nud all | sort >"$work/neighbours"
check "40,000 forged requests" guest a arp 40000
check_output "leave the host's neighbours as they were" "$(cat "$work/neighbours")" sh -c 'ip neigh show nud all | sort'
check "among which is the guest, for good" grep -q '^10.177.33.2 dev nofear0 lladdr 02:15:15:15:15:15 .*PERMANENT' "$work/neighbours"
nft -f - <<'NFT'
table netdev seen { chain seen { type filter hook ingress device "nofear0" priority 10; counter; }; }
NFT
passed() { nft list chain netdev seen seen | sed -n 's/.*packets \([0-9]*\) .*/\1/p'; }
# drops ORDER... : nothing of it gets past the filter.
drops() {
  local before
  before=$(passed)
  guest a "$@"
  sleep 0.1
  [[ $(passed) == "$before" ]]
}
check "a packet of its own gets past the filter" answers a '^icmp' ping 10.177.33.1
check "and is counted" test "$(passed)" = 1
check "IPv6 does not" drops six
check "ARP does not" drops who 10.177.33.1
check "a frame with a VLAN tag does not" drops tag
check "one that is too short does not" drops short
guest a source 10.177.33.6
check "another guest's address does not" drops ping 10.177.33.1
guest a source 10.177.33.2
guest a from 02:15:15:15:15:16
check "another MAC address does not" drops ping 10.177.33.1
guest a from 02:15:15:15:15:15
for mac in 02:15:15:15:15:02 ff:ff:ff:ff:ff:ff 01:00:5e:00:00:01; do
  guest a to "$mac"
  check "nor what is for $mac" drops ping 10.177.33.1
done
guest a to 02:15:15:15:15:01
nft delete table netdev seen

# Routes.
check "guests may leave by the default route" uplinks wan
ip link add vpn type veth peer name vpn1 && ip link set vpn1 up && ip address add 203.0.113.1/24 dev vpn && ip link set vpn up
ip route add 0.0.0.0/1 dev vpn && ip route add 128.0.0.0/1 dev vpn
check "by the two halves of one within a second" within 1 uplinks 'vpn wan'
ip link delete vpn
check "and no more when the interface is gone" within 1 uplinks wan
ip route add table 77 default via 45.83.223.2 && ip route delete default
check "another table's route is one" sh -c 'sleep 0.6'
check "as well" uplinks wan
ip route flush table 77
check "without any there is none" within 1 uplinks ''
ip route add default via 45.83.223.2
check "and again" within 1 uplinks wan

# The firewall's service stops and starts.
ip link set nofear0 down && ip link set nofear0 up
check "an interface that was down is as before" within 2 answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
ip link set nofear0 address 02:00:00:00:00:07
check "one that got another MAC address as well" within 2 answers a '^icmp 10.177.33.1 0' ping 10.177.33.1

# The next holder of a slot.
guest a connect 45.83.223.2 80
check "a guest has a connection" test "$answer" = "connected"$'\n'
guest a got 3000
told() { printf '%s' "$answer" && grep -q '^tcp .*of-the-first' <<<"$answer"; }
check "on which it is told something" told
guest a source 10.177.33.2
guest_end a nofear0
guest_start a lan
guest a connect 45.83.223.2 80
check "the guest after it has another one" test "$answer" = "connected"$'\n'
guest_end a nofear0
guest_start b lan
check "the next holder" is_tap nofear0
guest b got 3500
check_output "hears nothing of it" '' printf '%s' "$answer"
guest_end b nofear0

# Whoever flushes the firewall shuts the gate.
guest_start a lan
check "before" answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
nft flush ruleset
check "without rules nobody answers a ping" answers_not a '^icmp' ping 10.177.33.1
check "nor the host's service" answers_not a '^tcp' syn 10.177.33.1 8099
guest a udp 10.177.33.1 8099
heard() { within 1 grep -q hello "$work/host.log"; }
check_status 1 "which hears nothing" heard
check "nor what is behind the host" answers_not a '^tcp' syn 45.83.223.2 80
check "and no new guest comes" refused late lan
nft -f "$rules"
nft -f - <<'NFT'
table netdev nofear { chain nofear0 { type filter hook ingress device "nofear0" priority 0; meta pkttype set host; }; }
NFT
check "with the rules and the gate all is as before" answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
guest_end a nofear0

# Should the keeper be gone, the guest keeps what it has.
guest_start a lan
mapfile -t keepers < <(pgrep -x nofear-tap) # in this namespace of processes
kill -KILL "${keepers[@]}"
check "a guest whose keeper was killed has its network" answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
guest_end a nofear0
check "until it ends" gone nofear0
guest_start a lan
check "and the next one has a gate of its own" answers a '^icmp 10.177.33.1 0' ping 10.177.33.1
guest_end a nofear0

# Without nftables there is no gate, and the filter is the same.
nft flush ruleset
configured firewall=iptables
check_output "probe says so" $'filter = on\ngate = off\nconntrack = on' "${nobody[@]}" "$work/nofear-tap" probe
guest_start a lan
check "a guest has its tap" is_tap nofear0
check "and reaches what no rule forbids" answers a '^tcp' syn 10.177.33.1 8099
check "nobody answers ARP there either" answers_not a '^type 0806' who 10.177.33.1
guest_end a nofear0
configured network=user
check_error 1 'no taps here' "where VMs have no taps there is one line" "${nobody[@]}" "$work/nofear-tap" probe
