<#ftl output_format="sh">
#!/bin/sh
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# nofear-net start|stop|reload|status: NoFear's part of the host's network. Run as root by the init system; each may be run
# again. status fails when something of it is missing.
# shellcheck disable=SC2317 # functions are called by their names, as words
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset IFS LD_PRELOAD LD_LIBRARY_PATH
umask 022

subnet=[=file.subnet]
taps=[=file.prefix + "+"]
<#if file.taps?has_content>
ip=[=file.ip]
group=[=file.group]
</#if>
failed=0

# run COMMAND...: goes on after a failure, which is the script's status at the end.
run() {
  "$@" || failed=1
}

<#if file.taps?has_content>
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
<#list file.taps as tap>
  "$1" [=tap.name] [=tap.address]
</#list>
}

</#if>
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
<#if file.hasNft()>
  drops "$1" || return 0
</#if>
  chain "$1" filter NOFEAR-LOCAL
  run "$1" -w -A NOFEAR-LOCAL -p udp --dport 53 -j RETURN
  run "$1" -w -A NOFEAR-LOCAL -p tcp --dport 53 -j RETURN
  run "$1" -w -A NOFEAR-LOCAL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
  for network in<#list file.local() as network> [=network]</#list>; do
    run "$1" -w -A NOFEAR-LOCAL -d "$network" -j REJECT --reject-with icmp-admin-prohibited
  done
  chain "$1" filter NOFEAR-FORWARD
  run "$1" -w -A NOFEAR-FORWARD -i "$taps" -o "$taps" -j DROP
  run "$1" -w -A NOFEAR-FORWARD -o "$taps" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  run "$1" -w -A NOFEAR-FORWARD -o "$taps" -j DROP
<#if !file.hasNft()>
  run "$1" -w -A NOFEAR-FORWARD -j NOFEAR-SPOOFED
</#if>
  run "$1" -w -A NOFEAR-FORWARD -m conntrack --ctstate DNAT -j DROP
  run "$1" -w -A NOFEAR-FORWARD -d 169.254.0.0/16 -j DROP
  for bridge in<#list file.bridges() as bridge> [=bridge + "+"]</#list>; do
    run "$1" -w -A NOFEAR-FORWARD -o "$bridge" -j DROP
  done
  run "$1" -w -A NOFEAR-FORWARD -s [=file.internetOnly()] -j NOFEAR-LOCAL
  run "$1" -w -A NOFEAR-FORWARD -j ACCEPT
  first "$1" filter FORWARD -i "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
  first "$1" filter FORWARD -o "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
}

passes() {
<#if file.hasNft()>
  drops "$1" || return 0
</#if>
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

<#if file.hasNft()>
nft=[=file.nftTool()]
rules=[=file.rules]

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
<#else>
# Without nft: the same rules in iptables' words.
close_host() {
  chain "$1" filter NOFEAR-SPOOFED
<#list file.slots() as tap>
  run "$1" -w -A NOFEAR-SPOOFED -i [=tap.name] -s [=tap.guest()] -j RETURN
</#list>
  run "$1" -w -A NOFEAR-SPOOFED -j DROP
  chain "$1" filter NOFEAR-INPUT
  run "$1" -w -A NOFEAR-INPUT -j NOFEAR-SPOOFED
  run "$1" -w -A NOFEAR-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  run "$1" -w -A NOFEAR-INPUT -p icmp --icmp-type echo-request -j ACCEPT
  run "$1" -w -A NOFEAR-INPUT -j REJECT --reject-with icmp-admin-prohibited
  first "$1" filter INPUT -i "$taps" -m comment --comment nofear -j NOFEAR-INPUT
  chain "$1" nat NOFEAR-NAT
  run "$1" -w -t nat -A NOFEAR-NAT ! -o "$taps" -j MASQUERADE
  first "$1" nat POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT
}

open_host() {
  leave "$1" filter INPUT -i "$taps" -m comment --comment nofear -j NOFEAR-INPUT
  gone "$1" filter NOFEAR-INPUT
  leave "$1" nat POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT
  gone "$1" nat NOFEAR-NAT
}

unspoof() {
  gone "$1" filter NOFEAR-SPOOFED
}

firewall() {
  each close_host
  each pass
  firewalld
}

# closed TOOL: the host is closed to guests, and they get out.
closed() {
  "$1" -w -t nat -C POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT 2>/dev/null &&
    "$1" -w -C INPUT -i "$taps" -m comment --comment nofear -j NOFEAR-INPUT 2>/dev/null || failed=1
}

firewalled() {
  each closed
  each passes
  firewalld_knows
}

unfirewall() {
  each open_host
  each unpass
  each unspoof
  unfirewalld
}
</#if>

# each FUNCTION: with every iptables that is in use.
each() {
<#list file.iptables as tool>
  if has_rules [=tool]; then "$1" [=tool]; fi
<#else>
  :
</#list>
}

case ${1-} in
  start)
    announce
    # The rules first: no guest is on the network without them.
    firewall
<#if file.taps?has_content>
    taps tap
</#if>
    ;;
  stop)
<#if file.taps?has_content>
    taps untap
</#if>
    unfirewall
    ;;
  reload) firewall ;;
  status)
    firewalled
<#if file.taps?has_content>
    taps there
</#if>
    ;;
  *)
    echo "usage: nofear-net start|stop|reload|status" >&2
    exit 2
    ;;
esac
exit "$failed"
