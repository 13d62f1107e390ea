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

subnet='10.177.33.0/24'
taps='nofear+'
ip='/usr/sbin/ip'
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
  for each in "$interfaces"/'nofear'[0-9]*; do
    case ${each#"$interfaces"/'nofear'} in
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
  # All gates at once. What has one stays up behind it: lkvm never sends again on a tap that was down while its guest sent.
  "$nft" delete table netdev nofear 2>/dev/null
  for tap in $(taps); do
    [ -e "$interfaces/$tap/tun_flags" ] || continue
    shut "$tap" || run "$ip" link set dev "$tap" down alias "$cut_off"
    echo "nofear-net: $tap is in use by a VM, whose network is down until nofear-net starts again" >&2
  done
}

# up: serves those again. Going down cost an interface what it knew of the guest, who answers no ARP.
up() {
  for tap in $(taps); do
    [ "$(cat "$interfaces/$tap/ifalias" 2>/dev/null)" = "$cut_off" ] || continue
    run "$ip" link set dev "$tap" up alias ''
    own=$("$ip" -o -4 address show dev "$tap" | sed -n 's/.* inet \([0-9.]*\)\/30 .*/\1/p')
    [ ! "$own" ] || run "$ip" neighbour replace "${own%.*}.$((${own##*.} + 1))" lladdr '02:15:15:15:15:15' nud permanent dev "$tap"
  done
}

# uplinks: the interfaces of default routes, of any table, whole or in two halves (a VPN's), a line each. A name that rules could
# take for something else is left out.
uplinks() {
  "$ip" -o -4 route show table all 2>/dev/null |
    sed -n 's/^\(default\|0\.0\.0\.0\/[01]\|128\.0\.0\.0\/1\) / /p' | tr -s '[:space:]\134' '[\n*]' |
    sed -n '/^dev$/{n;/^[A-Za-z0-9_.-]\{1,15\}$/p;}' | grep -v -x -e lo -e 'nofear''[0-9]*' | sort -u
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

# first TOOL TABLE CHAIN RULE...: the rule is in the chain, at its top when it is new.
first() {
  tool=$1 table=$2 into=$3
  shift 3
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || run "$tool" -w -t "$table" -I "$into" 1 "$@"
}

# there TOOL TABLE CHAIN RULE...: or it is said.
there() {
  tool=$1 table=$2 into=$3
  shift 3
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || lacks "${tool##*/} -t $table: $into has no rule \"$*\""
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
# before its own. Here nothing of ours has to come before those; what an iptables-only set-up left is taken away.
forwards() {
  echo FORWARD
  [ "$1" = leave ] || return 0
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
  gone "$1" filter 'NOFEAR-SPOOFED' 'NOFEAR-PING' 'NOFEAR-INPUT' 'NOFEAR-OUTPUT' 'NOFEAR-METADATA' 'NOFEAR-LOCAL' 'NOFEAR-UPLINK' 'NOFEAR-OTHERS'
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

nft='/usr/sbin/nft'
rules='/usr/local/lib/nofear/nofear.nft'

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
  [ "$(cat "$interfaces/$1/address" 2>/dev/null)" != '02:15:15:15:15:01' ]
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
  for part in 'set uplinks {' '@taps drop' 'jump from_guest' '@gateways' 'jump guest_out' '!= @uplinks' 'jump guest_in' 'masquerade'; do
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

# each6 FUNCTION: with every ip6tables that is in use, where the kernel has IPv6.
each6() {
  [ -e /proc/net/if_inet6 ] || return 0
  if has_rules '/usr/sbin/ip6tables'; then "$1" '/usr/sbin/ip6tables'; fi
  if has_rules '/usr/sbin/ip6tables-legacy'; then "$1" '/usr/sbin/ip6tables-legacy'; fi
}

# each FUNCTION: with every iptables that is in use.
each() {
  if has_rules '/usr/sbin/iptables'; then "$1" '/usr/sbin/iptables'; fi
  if has_rules '/usr/sbin/iptables-legacy'; then "$1" '/usr/sbin/iptables-legacy'; fi
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
