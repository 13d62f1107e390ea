<#ftl output_format="sh">
#!/bin/sh
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# nofear-net start|stop|reload|status: NoFear's part of the host's network. Run as root by the init system; each may be run
# again. status fails, and says why, when something of it is missing: of the rules, the taps, both (network), or forwarding too.
# shellcheck disable=SC2317 # functions are called by their names, as words
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset IFS LD_PRELOAD LD_LIBRARY_PATH
LC_ALL=C
export LC_ALL
umask 022

subnet=[=file.subnet]
taps=[=file.taps() + "+"]
ip=[=file.ip]
interfaces=/sys/class/net
failed=0

# run COMMAND...: goes on after a failure, which is the script's status at the end.
run() {
  "$@" || failed=1
}

# lacks WORD...: what is not as it should be.
lacks() {
  echo "nofear-net: $*" >&2
  failed=1
}

# taps: the guests' interfaces that are there.
taps() {
  for each in "$interfaces"/[=file.taps()][0-9]*; do
    case ${each#"$interfaces"/[=file.taps()]} in
      *[!0-9]*) ;;
      *) echo "${each##*/}" ;;
    esac
  done
}

# stale: persistent taps that no VM has: an older NoFear's pool, whoever owns it by now. nofear-tap's vanish with their VM.
stale() {
  for tap in $(taps); do
    flags=$(cat "$interfaces/$tap/tun_flags" 2>/dev/null) || continue
    if [ $((flags & 0x800)) != 0 ] && [ "$(cat "$interfaces/$tap/carrier" 2>/dev/null)" != 1 ]; then echo "$tap"; fi
  done
}

sweep() {
  for tap in $(stale); do run "$ip" link delete dev "$tap"; done
}

swept() {
  for tap in $(stale); do lacks "$tap is a persistent interface that no VM uses"; done
}

# down: what is in use is cut off before its rules go, and marked as such.
cut_off='cut off by nofear-net stop'
down() {
<#if file.hasNft()>
  # All gates at once. What has one stays up behind it: lkvm never sends again on a tap that was down while its guest sent.
  "$nft" delete table netdev nofear 2>/dev/null
</#if>
  for tap in $(taps); do
    [ -e "$interfaces/$tap/tun_flags" ] || continue
<#if file.hasNft()>
    shut "$tap" || run "$ip" link set dev "$tap" down alias "$cut_off"
<#else>
    run "$ip" link set dev "$tap" down alias "$cut_off"
</#if>
    echo "nofear-net: $tap is in use by a VM, whose network is down until nofear-net starts again" >&2
  done
}

# up: serves those again. Going down cost an interface what it knew of the guest, who answers no ARP.
up() {
  for tap in $(taps); do
    [ "$(cat "$interfaces/$tap/ifalias" 2>/dev/null)" = "$cut_off" ] || continue
    run "$ip" link set dev "$tap" up alias ''
    own=$("$ip" -o -4 address show dev "$tap" | sed -n 's/.* inet \([0-9.]*\)\/30 .*/\1/p')
    [ ! "$own" ] || run "$ip" neighbour replace "${own%.*}.$((${own##*.} + 1))" lladdr [=file.guestMac()] nud permanent dev "$tap"
  done
}

# uplinks: the interfaces of default routes, of any table, whole or in two halves (a VPN's), a line each. A name that rules could
# take for something else is left out.
uplinks() {
  "$ip" -o -4 route show table all 2>/dev/null |
    sed -n 's/^\(default\|0\.0\.0\.0\/[01]\|128\.0\.0\.0\/1\) / /p' | tr -s '[:space:]\134' '[\n*]' |
    sed -n '/^dev$/{n;/^[A-Za-z0-9_.-]\{1,15\}$/p;}' | grep -v -x -e lo -e [=file.taps()]'[0-9]*' | sort -u
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
    *ip6tables-legacy) [ -s /proc/net/ip6_tables_names ] ;;
    *-legacy) [ -s /proc/net/ip_tables_names ] ;;
    *) [ -x "$1" ] ;;
  esac
}

# load TOOL: our own chains of a table, whole, in one transaction, from standard input.
load() {
  "$1-restore" -w --noflush
}

<#if !file.hasNft()>
# ahead TOOL TABLE CHAIN: our rules come before all others. Docker puts its own on top whenever it starts or makes a network, and
# above them the jump to DOCKER-USER, which has ours as well (forwards).
ahead() {
  "$1" -w -t "$2" -S "$3" 2>/dev/null | grep -e '^-A' | {
    others=''
    while read -r rule; do
      case $rule in
        *'--comment nofear'*) [ -z "$others" ] || exit 1 ;;
        '-A FORWARD -j DOCKER-USER') [ "$others" ] || exit 0 ;;
        *) others=yes ;;
      esac
    done
  }
}

</#if>
# first TOOL TABLE CHAIN RULE...: the rule is in the chain, at its top when it is new.
first() {
  tool=$1 table=$2 into=$3
  shift 3
<#if file.hasNft()>
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || run "$tool" -w -t "$table" -I "$into" 1 "$@"
<#else>
  if ! "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || ! ahead "$tool" "$table" "$into"; then
    while "$tool" -w -t "$table" -D "$into" "$@" 2>/dev/null; do :; done
    run "$tool" -w -t "$table" -I "$into" 1 "$@"
  fi
</#if>
}

# there TOOL TABLE CHAIN RULE...: or it is said.
there() {
  tool=$1 table=$2 into=$3
  shift 3
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || lacks "${tool##*/} -t $table: $into has no rule \"$*\""
<#if !file.hasNft()>
  # In the table nat others' rules are for addresses of their own, and one that was not would keep guests in.
  [ "$table" = nat ] || ahead "$tool" "$table" "$into" || lacks "${tool##*/} -t $table: in $into others' rules come before the guests'"
</#if>
}

# leave TOOL TABLE CHAIN RULE...: the rule is gone, however often it was there.
leave() {
  tool=$1 table=$2 from=$3
  shift 3
  while "$tool" -w -t "$table" -D "$from" "$@" 2>/dev/null; do :; done
}

# gone TOOL TABLE CHAIN...: chains of ours are gone.
gone() {
  tool=$1 table=$2
  shift 2
  for chain in "$@"; do "$tool" -w -t "$table" -F "$chain" 2>/dev/null; done
  for chain in "$@"; do "$tool" -w -t "$table" -X "$chain" 2>/dev/null; done
  return 0
}

# forwards VERB TOOL: where rules for what is forwarded stand. DOCKER-USER is Docker's chain for others' rules, which it keeps
# before its own.<#if file.hasNft()> Here nothing of ours has to come before those; what an iptables-only set-up left is taken away.</#if>
forwards() {
  echo FORWARD
<#if file.hasNft()>
  [ "$1" = leave ] || return 0
</#if>
  if "$2" -w -n -L DOCKER-USER >/dev/null 2>&1; then echo DOCKER-USER; fi
}

# jumps VERB TOOL: does so with each rule that leads to NOFEAR-FORWARD.
jumps() {
  for base in $(forwards "$@"); do
    "$1" "$2" filter "$base" -i "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
    "$1" "$2" filter "$base" -o "$taps" -m comment --comment nofear -j NOFEAR-FORWARD
  done
}

# entries VERB TOOL: likewise with those to our other chains, which there are where there is no nft.
entries() {
  "$1" "$2" filter INPUT -i "$taps" -m comment --comment nofear -j NOFEAR-INPUT
  "$1" "$2" filter OUTPUT -o "$taps" -m comment --comment nofear -j NOFEAR-OUTPUT
  "$1" "$2" nat POSTROUTING -s "$subnet" -m comment --comment nofear -j NOFEAR-NAT
}

others() {
  for base in $(forwards "$@"); do "$1" "$2" filter "$base" -m comment --comment nofear -j NOFEAR-OTHERS; done
}

entries6() {
  "$1" "$2" filter INPUT -i "$taps" -m comment --comment nofear -j NOFEAR-DROP
  "$1" "$2" filter OUTPUT -o "$taps" -m comment --comment nofear -j NOFEAR-DROP
  for base in $(forwards "$@"); do
    "$1" "$2" filter "$base" -i "$taps" -m comment --comment nofear -j NOFEAR-DROP
    "$1" "$2" filter "$base" -o "$taps" -m comment --comment nofear -j NOFEAR-DROP
  done
}

# withdraw TOOL: nothing is left of those.
withdraw() {
  entries leave "$1"
  others leave "$1"
  gone "$1" nat NOFEAR-NAT
  gone "$1" filter<#list file.chains() as chain><#if chain != "NOFEAR-FORWARD"> [=chain]</#if></#list>
}

withdraw6() {
  entries6 leave "$1"
  gone "$1" filter NOFEAR-DROP
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
  firewall-cmd --get-zone-of-source="$subnet" >/dev/null 2>&1 || lacks "firewalld does not know $subnet"
}

unfirewalld() {
  firewall-cmd --state >/dev/null 2>&1 || return 0
  zone=$(firewall-cmd --get-zone-of-source="$subnet" 2>/dev/null) || return 0
  run firewall-cmd -q --zone="$zone" --remove-source="$subnet"
}

<#if file.hasNft()>
nft=[=file.nftTool()]
rules=[=file.rules]

# The table with the uplinks of now, in one transaction.
table() {
  {
    cat "$rules"
    for uplink in $(uplinks); do echo "add element inet nofear uplinks { \"$uplink\" }"; done
  } | "$nft" -f -
}

# shut TAP: a tap whose address is not the one that the guest sends to: the kernel takes in what its chain lets in, and nothing
# when a flush has taken that.
shut() {
  [ "$(cat "$interfaces/$1/address" 2>/dev/null)" != [=file.gatewayMac()] ]
}

# gates: the chains of the taps that are there. One may go meanwhile.
gates() {
  for tap in $(taps); do
    shut "$tap" || continue
    "$nft" -f - <<NFT || [ ! -e "$interfaces/$tap" ] || failed=1
add table netdev nofear
add chain netdev nofear $tap { type filter hook ingress device "$tap" priority 0; policy accept; }
flush chain netdev nofear $tap
add rule netdev nofear $tap meta pkttype set host
NFT
  done
}

open_gates() {
  left_over=" $(stale | tr '\n' ' ')"
  for tap in $(taps); do
    case $left_over in *" $tap "*) continue ;; esac
    shut "$tap" || continue
    "$nft" list chain netdev nofear "$tap" 2>/dev/null | grep -q 'pkttype set' || [ ! -e "$interfaces/$tap" ] ||
      lacks "$tap has no chain in table netdev nofear"
  done
}

# drops TOOL: whether something that is not ours stands in FORWARD: a policy of dropping (Docker's), chains (ufw's).
drops() {
  [ "$("$1" -w -S FORWARD 2>/dev/null | grep -v -e '--comment nofear')" != "-P FORWARD ACCEPT" ]
}

# pass TOOL: the guests' packets get through FORWARD; where they may go, the table inet nofear says.
pass() {
  if drops "$1"; then
    run load "$1" <<RULES
*filter
:NOFEAR-FORWARD - [0:0]
-A NOFEAR-FORWARD -i $taps -j ACCEPT
-A NOFEAR-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
COMMIT
RULES
    jumps first "$1"
    withdraw "$1"
  else
    unpass "$1"
  fi
}

passes() {
  drops "$1" || return 0
  jumps there "$1"
}

unpass() {
  jumps leave "$1"
  gone "$1" filter NOFEAR-FORWARD
  withdraw "$1"
}

firewall() {
  run table
  gates
  each6 withdraw6
  each pass
  firewalld
}

firewalled() {
  listing=$("$nft" list table inet nofear 2>/dev/null)
  for part in<#list file.parts() as part> [=part]</#list>; do
    case $listing in
      *"$part"*) ;;
      *) lacks "table inet nofear has no \"$part\"" ;;
    esac
  done
  open_gates
  each passes
  firewalld_knows
}

unfirewall() {
  each unpass
  unfirewalld
  "$nft" delete table netdev nofear 2>/dev/null
  "$nft" delete table inet nofear 2>/dev/null
  return 0
}
<#else>
# Without nft: the same rules in iptables' words, with the uplinks of now.
<#if !file.othersForwarded>

# outside: where the host's neighbours are: its uplinks, and its hardware, bare or as a VLAN or a bond.
outside() {
  {
    uplinks
    for each in "$interfaces"/*; do
      if [ -e "$each/device" ] || grep -q -s -x -e DEVTYPE=vlan -e DEVTYPE=bond -e DEVTYPE=dsa "$each/uevent"; then echo "${each##*/}"; fi
    done
  } | grep -x '[A-Za-z0-9_.-]\{1,15\}' | sort -u
}
</#if>

# rule CHAIN WORD...: as iptables-restore takes it.
rule() {
  echo "-A NOFEAR-$*"
}

filter_rules() {
  echo '*filter'
  for chain in<#list file.chains() as chain> [=chain]</#list>; do echo ":$chain - [0:0]"; done
<#list file.slots() as slot>
  rule SPOOFED -i [=slot.tap()] -s [=slot.guest()] -j RETURN
  rule PING -i [=slot.tap()] -d [=slot.host()] -j ACCEPT
  rule OUTPUT -o [=slot.tap()] -d [=slot.guest()] -j RETURN
</#list>
  rule SPOOFED -j DROP
  rule OUTPUT -j DROP
  rule INPUT -j NOFEAR-SPOOFED
  rule INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  rule INPUT -p icmp -m icmp --icmp-type echo-request -j NOFEAR-PING
  rule INPUT -j REJECT --reject-with icmp-admin-prohibited
  # Azure's is its name server as well.
  rule METADATA -d [=file.nameServer()] -p udp --dport 53 -j RETURN
  rule METADATA -d [=file.nameServer()] -p tcp --dport 53 -j RETURN
  for network in<#list file.metadata() as network> [=network]</#list>; do
    rule METADATA -d "$network" -j REJECT --reject-with icmp-admin-prohibited
  done
  rule LOCAL -p udp --dport 53 -j RETURN
  rule LOCAL -p tcp --dport 53 -j RETURN
  rule LOCAL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
  for network in<#list file.local() as network> [=network]</#list>; do
    rule LOCAL -d "$network" -j REJECT --reject-with icmp-admin-prohibited
  done
  for uplink in $(uplinks); do rule UPLINK -o "$uplink" -j RETURN; done
  rule UPLINK -j REJECT --reject-with icmp-admin-prohibited
  rule FORWARD -i "$taps" -o "$taps" -j DROP
  rule FORWARD -o "$taps" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  rule FORWARD -o "$taps" -j DROP
  rule FORWARD -j NOFEAR-SPOOFED
  rule FORWARD -j NOFEAR-UPLINK
  rule FORWARD -m conntrack --ctstate DNAT -j DROP
  rule FORWARD -j NOFEAR-METADATA
  rule FORWARD -s [=file.internetOnly()] -j NOFEAR-LOCAL
  rule FORWARD -j ACCEPT
<#if !file.othersForwarded>
  # The host forwarded nothing before NoFear: its neighbours get no router. What containers and VMs begin, and ports that were
  # published for them, go on as they are; and so do frames within a bridge, where br_netfilter shows them here.
  rule OTHERS -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j RETURN
  for neighbours in $(outside); do rule OTHERS -i "$neighbours" ! -o "$neighbours" -j DROP; done
</#if>
  echo COMMIT
}

nat_rules() {
  echo '*nat'
  echo ':NOFEAR-NAT - [0:0]'
  rule NAT ! -o "$taps" -j MASQUERADE
  echo COMMIT
}

close_host() {
  filter_rules | load "$1" || failed=1
  nat_rules | load "$1" || failed=1
<#if file.othersForwarded>
  others leave "$1"
<#else>
  others first "$1"
</#if>
  jumps first "$1"
  entries first "$1"
}

# whole TOOL TABLE: the rules of our chains, from standard input, are all there.
whole() {
  wanted=$(grep -c '^-A NOFEAR-')
  [ "$("$1" -w -t "$2" -S 2>/dev/null | grep -c '^-A NOFEAR-')" = "$wanted" ] || lacks "${1##*/} -t $2: NoFear's chains are not whole"
}

closed() {
<#if !file.othersForwarded>
  others there "$1"
</#if>
  jumps there "$1"
  entries there "$1"
  filter_rules | { whole "$1" filter; exit "$failed"; } || failed=1
  nat_rules | { whole "$1" nat; exit "$failed"; } || failed=1
  for uplink in $(uplinks); do there "$1" filter NOFEAR-UPLINK -o "$uplink" -j RETURN; done
}

open_host() {
  jumps leave "$1"
  gone "$1" filter NOFEAR-FORWARD
  withdraw "$1"
}

# IPv6 there is none for guests, whoever switches it on for the host again.
close6() {
  run load "$1" <<RULES
*filter
:NOFEAR-DROP - [0:0]
-A NOFEAR-DROP -j DROP
COMMIT
RULES
  entries6 first "$1"
}

closed6() {
  entries6 there "$1"
  there "$1" filter NOFEAR-DROP -j DROP
}

firewall() {
  each close_host
  each6 close6
  firewalld
}

firewalled() {
  each closed
  each6 closed6
  firewalld_knows
}

unfirewall() {
  each open_host
  each6 withdraw6
  unfirewalld
}
</#if>

# each6 FUNCTION: with every ip6tables that is in use, where the kernel has IPv6.
each6() {
  [ -e /proc/net/if_inet6 ] || return 0
<#list file.ip6tables as tool>
  if has_rules [=tool]; then "$1" [=tool]; fi
<#else>
  :
</#list>
}

# each FUNCTION: with every iptables that is in use.
each() {
<#list file.iptables as tool>
  if has_rules [=tool]; then "$1" [=tool]; fi
<#else>
  :
</#list>
}

# forward: after boot another's file may have had the last word, and others switch it off. Its place is read-only in some
# containers.
forwarding=/proc/sys/net/ipv4/ip_forward
forward() {
  [ "$(cat "$forwarding")" = 1 ] || { echo 1 >"$forwarding"; } 2>/dev/null || lacks "$forwarding cannot be set to 1: guests reach nothing"
}

forwarded() {
  [ "$(cat "$forwarding")" = 1 ] || lacks "$forwarding is not 1: guests reach nothing"
}

# The rules first: no guest is on the network without them.
bring() {
  sweep
  firewall
  forward
  up
}

case ${1-} in
  start)
    announce
    bring
    ;;
  reload) bring ;;
  stop)
    sweep
    down
    unfirewall
    ;;
  status)
    [ "${2-}" = taps ] || firewalled
    [ "${2-}" = rules ] || swept
    [ "${2-}" ] || forwarded
    ;;
  *)
    echo "usage: nofear-net start|stop|reload|status [rules|taps|network]" >&2
    exit 2
    ;;
esac
exit "$failed"
