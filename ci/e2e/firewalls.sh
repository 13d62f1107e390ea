#!/usr/bin/env bash
# NoFear's rules among others' firewalls: nftables alone, iptables of both kinds with and without nft, Docker's policy, ufw
# and firewalld. Guests are network namespaces behind interfaces of the names that guests have, the rules and the script are
# those of the templates' golden files.
#
#   ci/e2e/firewalls.sh [nft|iptables|ufw|firewalld]...
#
# Runs as root; in a Debian tree that has these firewalls (ci/lib/net-tree.sh).
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..

# shellcheck source=ci/lib/net-tree.sh
. "$here/lib/net-tree.sh"
net_tree firewalls.sh firewalld iptables nftables ufw -- "$@"

# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/net-world.sh
. "$here/lib/net-world.sh"

wanted=" ${*:-nft iptables ufw firewalld} "
wanted() { [[ $wanted == *" $1 "* ]]; }
started=()
finish() {
  local status=$?
  [[ ${#started[@]} == 0 ]] || kill "${started[@]}" 2>/dev/null || true
  world_end
  check_close "$status"
}
trap finish EXIT
golden=$here/../templates/src/test/resources/golden
library=/usr/local/lib/nofear
mkdir -p "$library"
cp "$golden/nofear.nft" "$library/nofear.nft"
nft flush ruleset

# guest NAME SLOT: a namespace where a guest would be, with a peer.
# With iptables the interface has the address that the guest sends to; with nft another, so that a gate has to let frames in.
gateway=02:15:15:15:15:01
guest() {
  local base=$((4 * $2))
  ip netns add "$1"
  ip link add "nofear$2" address 02:15:15:15:15:02 type veth peer name eth0 netns "$1"
  ip -n "$1" link set eth0 address 02:15:15:15:15:15
  ip address add "10.177.33.$((base + 1))/30" dev "nofear$2" && ip link set "nofear$2" up
  ip -n "$1" link set lo up && ip -n "$1" address add "10.177.33.$((base + 2))/30" dev eth0 && ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "10.177.33.$((base + 1))"
  ip -n "$1" neighbour replace "10.177.33.$((base + 1))" lladdr $gateway nud permanent dev eth0
  ip neighbour replace "10.177.33.$((base + 2))" lladdr 02:15:15:15:15:15 nud permanent dev "nofear$2"
  world_peer "$1" "$1"
}
taps_have() { for each in 0 1 32; do ip link set dev "nofear$each" address "$1"; done; }
echo 1 >/proc/sys/net/ipv4/ip_forward
world_start
guest far 0
guest other 1
guest near 32

uses() {
  install -m 755 "$golden/$1" "$library/nofear-net"
  if [[ $1 == *iptables* ]]; then taps_have $gateway; else taps_have 02:15:15:15:15:02; fi
}
net() { "$library/nofear-net" "$@"; }
own() { ip -o -4 address | awk '{ sub("/.*", "", $4); print $4 ":8099" }' | grep -v '^127' | xargs; }

# holds WHO: all that is said of guests, under what is in force now.
holds() {
  local all
  read -ra all <<<"$(own) $world_metadata:8099 ${world_clouds[*]/%/:8099} 10.177.33.6:8099 $world_host_lan:8088 ${world_bridges[*]/%/:8099} $world_inet:8099 $world_lan:8099"
  check_output "$1: a guest reaches the Internet and the local network, no more" "$world_inet:8099 $world_lan:8099" world_reaches_from far "${all[@]}"
  check_output "$1: the other kind the Internet alone" "$world_inet:8099" world_reaches_from near "${all[@]}"
  check_output "$1: and the name server" "$world_inet" asks_name near
  check_output "$1: nobody reaches a guest" '' world_reaches_from lan 10.177.33.2:8099
  check "$1: what is sent under another's address does not arrive" spoofed_is_dropped
  check_output "$1: a ping of the host's address on the link alone is answered" 10.177.33.1 pings 10.177.33.1 10.177.33.5 "$world_host_lan" 172.23.0.1
  check_status 1 "$1: what the host sends to all on every link does not arrive" broadcast_arrives
  check_output "$1: a neighbour gets no router: what is published alone" "$world_host_lan:8088" world_reaches_from lan "${world_bridges[@]/%/:8099}" "$world_inet:8099" "$world_host_lan:8088"
  check_output "$1: containers still get out" "$world_inet:8099" world_reaches_from kube "$world_inet:8099"
  check_output "$1: others are not touched" "$world_host_lan:8099" world_reaches_from lan "$world_host_lan:8099"
}
asks_name() {
  ip netns exec "$1" perl -MIO::Socket::INET -e '
    my $s = IO::Socket::INET->new(PeerAddr => "$ARGV[0]:53", Proto => "udp"); alarm 10;
    $s->send("\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x03com\0\0\x01\0\x01"); $s->recv(my $b, 512);
    print join(".", unpack("C4", substr($b, -4)))' "$world_lan"
}
spoofed_is_dropped() {
  local from
  : >"$world_dir/inet.log"
  for from in "$world_lan" 10.177.33.130 10.177.33.2; do
    ip -n far address replace "$from/32" dev eth0
    ip netns exec far perl -MIO::Socket::INET -e 'IO::Socket::INET->new(Proto => "udp", LocalAddr => $ARGV[0], PeerAddr => $ARGV[1])->send("from $ARGV[0]")' "$from" "$world_inet:8099"
  done
  for from in "$world_lan" 10.177.33.130 10.177.33.2; do ip -n far address del "$from/32" dev eth0; done
  product_wait 5 grep -q 'from 10.177.33.2$' "$world_dir/inet.log" || return 1
  cat "$world_dir/inet.log"
  ! grep -e "from $world_lan" -e 'from 10.177.33.130' "$world_dir/inet.log"
}
pings() { for each in "$@"; do if ip netns exec far perl "$here/lib/net-ping.pl" "$each"; then echo "$each"; fi; done | xargs; }
# A guest that takes what is sent to all: it has a broadcast address and listens on it.
broadcast_arrives() {
  : >"$world_dir/far.log"
  perl -MIO::Socket::INET -e 'for my $to (@ARGV) { my $s = IO::Socket::INET->new(Proto => "udp", Broadcast => 1) or die; $s->send("to all", 0, pack_sockaddr_in(8099, inet_aton($to))) }' 10.177.33.3 10.177.33.2
  product_wait 5 grep -q 'to all' "$world_dir/far.log" || return 2
  sleep 1
  [[ $(grep -c 'to all' "$world_dir/far.log") -gt 1 ]]
}
uplinks() { nft list set inet nofear uplinks | grep -o '"[^"]*"' | tr -d '"' | sort | xargs; }
gets_out() { [[ $(world_reaches_from far "$world_inet:8099") ]]; }
is_up() { net status; }

# --- nothing in force: the tests' own witness
taps_have $gateway
check_output "without rules a guest reaches the host and others" "$world_host_lan:8099 10.177.33.6:8099" \
  world_reaches_from far "$world_host_lan:8099" 10.177.33.6:8099
check_output "and a neighbour reaches what is behind others' bridges" "${world_bridges[*]/%/:8099}" world_reaches_from lan "${world_bridges[@]/%/:8099}"

# --- nft alone
nft_alone() {
  uses nft.sh
  check_status 1 "nft: nothing is up" is_up
  check "nft: start" net start
  check "nft: start again" net start
  check "nft: all is up" is_up
  holds nft
  nft flush ruleset
  check_output "nft: a flush of all rules shuts the gate" '' world_reaches_from far "$world_inet:8099" "$world_host_lan:8099" 10.177.33.6:8099
  check "nft: reload opens it" net reload
  check "nft: guests get out" gets_out
  world_publish
  nft flush chain inet nofear from_guest
  check_status 1 "nft: a chain that was flushed is seen" is_up
  check "nft: reload" net reload
  ip route add default via "$world_lan" table 77
  ip route add 0.0.0.0/1 dev mynet0 table 78
  check "nft: reload" net reload
  check_output "nft: the uplinks are those of every table" 'inet lan mynet0' uplinks
  ip route del default table 77 && ip route del 0.0.0.0/1 table 78 && net reload
  nft delete table inet nofear
  check_status 1 "nft: a flush is seen" is_up
  check "nft: reload" net reload
  check "nft: all is up again" is_up
  check "nft: stop" net stop
  check_status 1 "nft: nothing is left" nft list table inet nofear
}
if wanted nft; then nft_alone; fi

# --- iptables, both kinds: beside nft, and without it
rules() { "$1" -w -S && "$1" -w -t nat -S; }
for kind in nft legacy; do
  wanted iptables || break
  tool=$(command -v "iptables-$kind" || true)
  if [[ ! $tool ]] || ! "$tool" -w -t nat -S >/dev/null 2>&1; then
    skip "iptables-$kind" "not here"
    continue
  fi
  check "iptables is iptables-$kind" update-alternatives --set iptables "$tool"
  "$tool" -w -P FORWARD DROP && "$tool" -w -N DOCKER-USER && "$tool" -w -A DOCKER-USER -j RETURN && "$tool" -w -I FORWARD -j DOCKER-USER
  rules "$tool" >"$check_dir/before"
  for script in nft.sh iptables.sh; do
    name="iptables-$kind, $script"
    uses "$script"
    check_status 1 "$name: Docker's policy drops guests' packets, if nothing is done" gets_out
    check "$name: start" net start
    check "$name: start again" net start
    check "$name: all is up" is_up
    # What is said of others is NoFear's doing, not that of Docker's policy.
    "$tool" -w -I DOCKER-USER -j ACCEPT
    holds "$name"
    "$tool" -w -F DOCKER-USER && "$tool" -w -A DOCKER-USER -j RETURN
    "$tool" -w -F FORWARD
    check_status 1 "$name: a flush is seen" is_up
    "$tool" -w -I FORWARD -j DOCKER-USER
    check "$name: reload" net reload
    check "$name: guests get out" gets_out
    check "$name: stop" net stop
    check_output "$name: exactly as it was" "$(<"$check_dir/before")" rules "$tool"
  done
  "$tool" -w -P FORWARD ACCEPT && "$tool" -w -F FORWARD && "$tool" -w -F DOCKER-USER && "$tool" -w -X DOCKER-USER
done

# --- ufw
uses nft.sh
if wanted ufw; then
  update-alternatives --set iptables "$(command -v iptables-nft)" >/dev/null
  ufw logging off >/dev/null || true # whose rules need a module that a container's kernel may lack
  check "ufw: on" ufw --force enable
  check_status 1 "ufw drops guests' packets, if nothing is done" gets_out
  check "ufw: start" net start
  check "ufw: guests get out" gets_out
  check "ufw: reload" ufw reload
  check "ufw: all is up" is_up
  check "ufw: guests get out" gets_out
  check "ufw: stop" net stop
  ufw --force disable >/dev/null
fi

# --- firewalld
if wanted firewalld; then
  dbus-daemon --system --nofork --nopidfile >"$check_dir/dbus" 2>&1 &
  started+=($!)
  firewalld --nofork --nopid >"$check_dir/firewalld" 2>&1 &
  started+=($!)
  check "firewalld: on" product_wait 60 firewall-cmd --state
  check_status 1 "firewalld drops guests' packets, if nothing is done" gets_out
  check "firewalld: start" net start
  check "firewalld: guests get out, at once" gets_out
  check_output "firewalld: the host is closed" '' world_reaches_from far "$world_host_lan:8099"
  firewall-cmd -q --reload
  check_status 1 "firewalld: a reload is seen" is_up
  check "firewalld: reload" net reload
  check "firewalld: guests get out" gets_out
  cp "$golden/firewalld-zone.xml" /etc/firewalld/zones/nofear.xml
  firewall-cmd -q --reload
  check "firewalld: with the zone that install brings, a reload changes nothing" gets_out
  check "firewalld: all is up" is_up
  check_output "firewalld: the host is closed" '' world_reaches_from far "$world_host_lan:8099"
  check_output "firewalld: and the guest" '' world_reaches_from lan 10.177.33.2:8099
  rm /etc/firewalld/zones/nofear.xml
  check "firewalld: stop" net stop
  check_status 2 "firewalld: guests' addresses are in no zone" firewall-cmd --get-zone-of-source=10.177.33.0/24
fi
