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
  # Without an IPv6 address of the host on it, nothing of the host is on the link.
  [ ! -e "/proc/sys/net/ipv6/conf/$1/disable_ipv6" ] || echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6" || failed=1
  run "$ip" address replace "$2" dev "$1"
  run "$ip" link set dev "$1" up
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

# there NAME ADDRESS: the tap is there, with its address.
there() {
  case $("$ip" -o -4 address show dev "$1" 2>/dev/null) in
    *" $2 "*) ;;
    *) failed=1 ;;
  esac
}

taps() {
<#list file.taps as tap>
  "$1" [=tap.name] [=tap.address]
</#list>
}

</#if>
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

# gone TOOL TABLE CHAIN FROM RULE...: our chain and the rule that leads to it are gone.
gone() {
  tool=$1 table=$2 ours=$3 from=$4
  shift 4
  while "$tool" -w -t "$table" -D "$from" "$@" 2>/dev/null; do :; done
  "$tool" -w -t "$table" -F "$ours" 2>/dev/null && "$tool" -w -t "$table" -X "$ours" 2>/dev/null
  return 0
}

# pass TOOL: the guests' packets are not dropped by what stands in FORWARD (Docker's policy, ufw's).
pass() {
<#if file.hasNft()>
  [ "$("$1" -w -S FORWARD 2>/dev/null)" != "-P FORWARD ACCEPT" ] || return 0
</#if>
  chain "$1" filter NOFEAR-FORWARD
  run "$1" -w -A NOFEAR-FORWARD -s "$subnet" -d "$subnet" -j DROP
  run "$1" -w -A NOFEAR-FORWARD -s "$subnet" -d 169.254.0.0/16 -j DROP
  for bridge in docker+ br-+ podman+ cni+ lxc+ lxd+ incus+ virbr+ vnet+; do
    run "$1" -w -A NOFEAR-FORWARD -s "$subnet" -o "$bridge" -j DROP
  done
  run "$1" -w -A NOFEAR-FORWARD -s "$subnet" -j ACCEPT
  run "$1" -w -A NOFEAR-FORWARD -d "$subnet" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  run "$1" -w -A NOFEAR-FORWARD -d "$subnet" -j DROP
  first "$1" filter FORWARD -m comment --comment nofear -j NOFEAR-FORWARD
}

unpass() {
  gone "$1" filter NOFEAR-FORWARD FORWARD -m comment --comment nofear -j NOFEAR-FORWARD
}
<#if file.hasNft()>

nft=[=file.nftTool()]
rules=[=file.rules]

firewall() {
  run "$nft" -f "$rules"
  each pass
}

firewalled() {
  "$nft" list table inet nofear >/dev/null 2>&1 || failed=1
}

unfirewall() {
  each unpass
  "$nft" delete table inet nofear 2>/dev/null
  return 0
}
<#else>

# Without nft: the same rules in iptables' words.
close_host() {
  chain "$1" filter NOFEAR-INPUT
<#if file.taps?has_content>
  run "$1" -w -A NOFEAR-INPUT ! -s "$subnet" -j DROP
</#if>
  run "$1" -w -A NOFEAR-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  run "$1" -w -A NOFEAR-INPUT -p icmp --icmp-type echo-request -j ACCEPT
  run "$1" -w -A NOFEAR-INPUT -j REJECT --reject-with icmp-admin-prohibited
<#if file.taps?has_content>
  first "$1" filter INPUT -i [=file.prefix + "+"] -m comment --comment nofear -j NOFEAR-INPUT
<#else>
  first "$1" filter INPUT -s "$subnet" ! -i lo -m comment --comment nofear -j NOFEAR-INPUT
</#if>
  chain "$1" nat NOFEAR-NAT
  run "$1" -w -t nat -A NOFEAR-NAT ! -d "$subnet" -j MASQUERADE
  first "$1" nat POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT
}

open_host() {
<#if file.taps?has_content>
  gone "$1" filter NOFEAR-INPUT INPUT -i [=file.prefix + "+"] -m comment --comment nofear -j NOFEAR-INPUT
<#else>
  gone "$1" filter NOFEAR-INPUT INPUT -s "$subnet" ! -i lo -m comment --comment nofear -j NOFEAR-INPUT
</#if>
  gone "$1" nat NOFEAR-NAT POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT
}

firewall() {
  each pass
  each close_host
}

# closed TOOL: the host is closed to guests, and they get out.
closed() {
  "$1" -w -t nat -S NOFEAR-NAT >/dev/null 2>&1 && "$1" -w -S NOFEAR-INPUT >/dev/null 2>&1 || failed=1
}

firewalled() {
  each closed
}

unfirewall() {
  each open_host
  each unpass
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
<#if file.taps?has_content>
    # The rules first: no guest is on the network without them.
    firewall
    taps tap
<#else>
    firewall
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
