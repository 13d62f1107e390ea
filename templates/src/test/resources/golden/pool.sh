#!/bin/sh
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# nofear-net start|stop|reload|status: NoFear's part of the host's network. Run as root by the init system; each may be run
# again. status fails when something of it is missing.
# shellcheck disable=SC2317 # functions are called by their names, as words
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset IFS LD_PRELOAD LD_LIBRARY_PATH
umask 022

subnet='10.177.33.0/24'
taps='nofear+'
ip='/usr/sbin/ip'
group='nofear'
failed=0

# run COMMAND...: goes on after a failure, which is the script's status at the end.
run() {
  "$@" || failed=1
}

# tap NAME ADDRESS: an interface that members of the group may use without any capability.
tap() {
  [ -e "/sys/class/net/$1" ] || run "$ip" tuntap add dev "$1" mode tap group "$group"
  # Without an IPv6 address of the host on it, nothing of the host is on the link; without multicast nobody (avahi)
  # announces the host there.
  [ ! -e "/proc/sys/net/ipv6/conf/$1/disable_ipv6" ] || echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6" || failed=1
  # One of an earlier subnet goes.
  [ "$("$ip" -o -4 address show dev "$1" | grep -c -v -F " $2 ")" = 0 ] || run "$ip" address flush dev "$1"
  run "$ip" address replace "$2" dev "$1"
  run "$ip" link set dev "$1" multicast off up
}

# untap NAME: only a tap is removed, should somebody else have an interface of this name; and none that a VM uses now: when
# the host's firewall is restarted, this script is as well.
untap() {
  if [ ! -e "/sys/class/net/$1/tun_flags" ]; then
    return
  elif [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; then
    echo "nofear-net: $1 is in use by a VM and stays" >&2
  else
    run "$ip" link delete dev "$1"
  fi
}

# there NAME ADDRESS: the tap is there, with its address. ip is asked once for all of them.
there() {
  addresses=${addresses-$("$ip" -o -4 address show 2>/dev/null | sed -n 's/^[0-9]*: *\([^ ]*\) *inet \([^ ]*\) .*/ \1 \2 /p')}
  case $addresses in
    *" $1 $2 "*) ;;
    *) failed=1 ;;
  esac
}

taps() {
  "$1" 'nofear0' '10.177.33.1/30'
  "$1" 'nofear1' '10.177.33.5/30'
  "$1" 'nofear2' '10.177.33.9/30'
  "$1" 'nofear32' '10.177.33.129/30'
}

# Those who watch the network read at once that the taps are not theirs.
announce() {
  if [ -d /run/NetworkManager ] && command -v nmcli >/dev/null; then nmcli -w 5 general reload conf >/dev/null 2>&1; fi
  if [ -d /run/systemd/netif ] && command -v networkctl >/dev/null; then networkctl reload >/dev/null 2>&1; fi
  return 0
}

# has_rules TOOL: whether this iptables is in use; asking the legacy one would load its modules.
has_rules() {
  case $1 in
    *-legacy) [ -s /proc/net/ip_tables_names ] ;;
    *) [ -x "$1" ] ;;
  esac
}

# chain TOOL TABLE NAME: an empty chain of ours.
chain() {
  "$1" -w -t "$2" -N "$3" 2>/dev/null || run "$1" -w -t "$2" -F "$3"
}

# first TOOL TABLE CHAIN RULE...: the rule is in the chain, at its top when it is new.
first() {
  tool=$1 table=$2 into=$3
  shift 3
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || run "$tool" -w -t "$table" -I "$into" 1 "$@"
}

# leave TOOL TABLE CHAIN RULE...: the rule is gone, however often it was there.
leave() {
  tool=$1 table=$2 from=$3
  shift 3
  while "$tool" -w -t "$table" -D "$from" "$@" 2>/dev/null; do :; done
}

# gone TOOL TABLE CHAIN: a chain of ours is gone.
gone() {
  "$1" -w -t "$2" -F "$3" 2>/dev/null && "$1" -w -t "$2" -X "$3" 2>/dev/null
  return 0
}

# drops TOOL: whether something that is not ours stands in FORWARD: a policy of dropping (Docker's), chains (ufw's).
drops() {
  [ "$("$1" -w -S FORWARD 2>/dev/null | grep -v -e '--comment nofear')" != "-P FORWARD ACCEPT" ]
}

# pass TOOL: the guests' packets get through FORWARD, to where they may go.
pass() {
  drops "$1" || return 0
  chain "$1" filter NOFEAR-LOCAL
  run "$1" -w -A NOFEAR-LOCAL -p udp --dport 53 -j RETURN
  run "$1" -w -A NOFEAR-LOCAL -p tcp --dport 53 -j RETURN
  run "$1" -w -A NOFEAR-LOCAL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
  for network in '0.0.0.0/8' '10.0.0.0/8' '100.64.0.0/10' '127.0.0.0/8' '169.254.0.0/16' '172.16.0.0/12' '192.0.0.0/24' '192.0.2.0/24' '192.168.0.0/16' '198.18.0.0/15' '198.51.100.0/24' '203.0.113.0/24' '224.0.0.0/3'; do
    run "$1" -w -A NOFEAR-LOCAL -d "$network" -j REJECT --reject-with icmp-admin-prohibited
  done
  chain "$1" filter NOFEAR-FORWARD
  run "$1" -w -A NOFEAR-FORWARD -i "$taps" -o "$taps" -j DROP
  run "$1" -w -A NOFEAR-FORWARD -o "$taps" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  run "$1" -w -A NOFEAR-FORWARD -o "$taps" -j DROP
  run "$1" -w -A NOFEAR-FORWARD -m conntrack --ctstate DNAT -j DROP
  run "$1" -w -A NOFEAR-FORWARD -d 169.254.0.0/16 -j DROP
  for bridge in 'docker+' 'br-+' 'podman+' 'cni+' 'lxc+' 'lxd+' 'incus+' 'virbr+' 'vnet+'; do
    run "$1" -w -A NOFEAR-FORWARD -o "$bridge" -j DROP
  done
  run "$1" -w -A NOFEAR-FORWARD -s '10.177.33.128/25' -j NOFEAR-LOCAL
  run "$1" -w -A NOFEAR-FORWARD -j ACCEPT
  first "$1" filter FORWARD -i "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
  first "$1" filter FORWARD -o "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
}

passes() {
  drops "$1" || return 0
  "$1" -w -C FORWARD -i "$taps" -m comment --comment nofear -j NOFEAR-FORWARD 2>/dev/null &&
    "$1" -w -C FORWARD -o "$taps" -m comment --comment nofear -j NOFEAR-FORWARD 2>/dev/null || failed=1
}

unpass() {
  leave "$1" filter FORWARD -i "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
  leave "$1" filter FORWARD -o "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
  gone "$1" filter NOFEAR-FORWARD
  gone "$1" filter NOFEAR-LOCAL
}

# firewalld lets nobody through whose zone it does not know. The zone nofear is read with its next reload, which would cost
# the administrator what he has not made permanent; until then the guests' addresses are in the zone trusted. What is open to
# them is not firewalld's to say: our own rules come before its.
firewalld() {
  firewall-cmd --state >/dev/null 2>&1 || return 0
  firewall-cmd --get-zone-of-source="$subnet" >/dev/null 2>&1 || run firewall-cmd -q --zone=trusted --add-source="$subnet"
}

firewalld_knows() {
  firewall-cmd --state >/dev/null 2>&1 || return 0
  firewall-cmd --get-zone-of-source="$subnet" >/dev/null 2>&1 || failed=1
}

unfirewalld() {
  firewall-cmd --state >/dev/null 2>&1 || return 0
  zone=$(firewall-cmd --get-zone-of-source="$subnet" 2>/dev/null) || return 0
  run firewall-cmd -q --zone="$zone" --remove-source="$subnet"
}

nft='/usr/sbin/nft'
rules='/usr/local/lib/nofear/nofear.nft'

firewall() {
  run "$nft" -f "$rules"
  each pass
  firewalld
}

firewalled() {
  "$nft" list table inet nofear >/dev/null 2>&1 || failed=1
  each passes
  firewalld_knows
}

unfirewall() {
  each unpass
  unfirewalld
  "$nft" delete table inet nofear 2>/dev/null
  return 0
}

# each FUNCTION: with every iptables that is in use.
each() {
  if has_rules '/usr/sbin/iptables'; then "$1" '/usr/sbin/iptables'; fi
  if has_rules '/usr/sbin/iptables-legacy'; then "$1" '/usr/sbin/iptables-legacy'; fi
}

case ${1-} in
  start)
    announce
    # The rules first: no guest is on the network without them.
    firewall
    taps tap
    ;;
  stop)
    taps untap
    unfirewall
    ;;
  reload) firewall ;;
  status)
    firewalled
    taps there
    ;;
  *)
    echo "usage: nofear-net start|stop|reload|status" >&2
    exit 2
    ;;
esac
exit "$failed"
