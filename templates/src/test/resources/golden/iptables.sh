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
  for tap in $(taps); do
    [ -e "$interfaces/$tap/tun_flags" ] || continue
    run "$ip" link set dev "$tap" down alias "$cut_off"
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

# first TOOL TABLE CHAIN RULE...: the rule is in the chain, at its top when it is new.
first() {
  tool=$1 table=$2 into=$3
  shift 3
  if ! "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || ! ahead "$tool" "$table" "$into"; then
    while "$tool" -w -t "$table" -D "$into" "$@" 2>/dev/null; do :; done
    run "$tool" -w -t "$table" -I "$into" 1 "$@"
  fi
}

# there TOOL TABLE CHAIN RULE...: or it is said.
there() {
  tool=$1 table=$2 into=$3
  shift 3
  "$tool" -w -t "$table" -C "$into" "$@" 2>/dev/null || lacks "${tool##*/} -t $table: $into has no rule \"$*\""
  # In the table nat others' rules are for addresses of their own, and one that was not would keep guests in.
  [ "$table" = nat ] || ahead "$tool" "$table" "$into" || lacks "${tool##*/} -t $table: in $into others' rules come before the guests'"
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
# before its own.
forwards() {
  echo FORWARD
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

# Without nft: the same rules in iptables' words, with the uplinks of now.

# outside: where the host's neighbours are: its uplinks, and its hardware, bare or as a VLAN or a bond.
outside() {
  {
    uplinks
    for each in "$interfaces"/*; do
      if [ -e "$each/device" ] || grep -q -s -x -e DEVTYPE=vlan -e DEVTYPE=bond -e DEVTYPE=dsa "$each/uevent"; then echo "${each##*/}"; fi
    done
  } | grep -x '[A-Za-z0-9_.-]\{1,15\}' | sort -u
}

# rule CHAIN WORD...: as iptables-restore takes it.
rule() {
  echo "-A NOFEAR-$*"
}

filter_rules() {
  echo '*filter'
  for chain in 'NOFEAR-SPOOFED' 'NOFEAR-PING' 'NOFEAR-INPUT' 'NOFEAR-OUTPUT' 'NOFEAR-METADATA' 'NOFEAR-LOCAL' 'NOFEAR-UPLINK' 'NOFEAR-OTHERS' 'NOFEAR-FORWARD'; do echo ":$chain - [0:0]"; done
  rule SPOOFED -i 'nofear0' -s '10.177.33.2' -j RETURN
  rule PING -i 'nofear0' -d '10.177.33.1' -j ACCEPT
  rule OUTPUT -o 'nofear0' -d '10.177.33.2' -j RETURN
  rule SPOOFED -i 'nofear1' -s '10.177.33.6' -j RETURN
  rule PING -i 'nofear1' -d '10.177.33.5' -j ACCEPT
  rule OUTPUT -o 'nofear1' -d '10.177.33.6' -j RETURN
  rule SPOOFED -i 'nofear2' -s '10.177.33.10' -j RETURN
  rule PING -i 'nofear2' -d '10.177.33.9' -j ACCEPT
  rule OUTPUT -o 'nofear2' -d '10.177.33.10' -j RETURN
  rule SPOOFED -i 'nofear3' -s '10.177.33.14' -j RETURN
  rule PING -i 'nofear3' -d '10.177.33.13' -j ACCEPT
  rule OUTPUT -o 'nofear3' -d '10.177.33.14' -j RETURN
  rule SPOOFED -i 'nofear4' -s '10.177.33.18' -j RETURN
  rule PING -i 'nofear4' -d '10.177.33.17' -j ACCEPT
  rule OUTPUT -o 'nofear4' -d '10.177.33.18' -j RETURN
  rule SPOOFED -i 'nofear5' -s '10.177.33.22' -j RETURN
  rule PING -i 'nofear5' -d '10.177.33.21' -j ACCEPT
  rule OUTPUT -o 'nofear5' -d '10.177.33.22' -j RETURN
  rule SPOOFED -i 'nofear6' -s '10.177.33.26' -j RETURN
  rule PING -i 'nofear6' -d '10.177.33.25' -j ACCEPT
  rule OUTPUT -o 'nofear6' -d '10.177.33.26' -j RETURN
  rule SPOOFED -i 'nofear7' -s '10.177.33.30' -j RETURN
  rule PING -i 'nofear7' -d '10.177.33.29' -j ACCEPT
  rule OUTPUT -o 'nofear7' -d '10.177.33.30' -j RETURN
  rule SPOOFED -i 'nofear8' -s '10.177.33.34' -j RETURN
  rule PING -i 'nofear8' -d '10.177.33.33' -j ACCEPT
  rule OUTPUT -o 'nofear8' -d '10.177.33.34' -j RETURN
  rule SPOOFED -i 'nofear9' -s '10.177.33.38' -j RETURN
  rule PING -i 'nofear9' -d '10.177.33.37' -j ACCEPT
  rule OUTPUT -o 'nofear9' -d '10.177.33.38' -j RETURN
  rule SPOOFED -i 'nofear10' -s '10.177.33.42' -j RETURN
  rule PING -i 'nofear10' -d '10.177.33.41' -j ACCEPT
  rule OUTPUT -o 'nofear10' -d '10.177.33.42' -j RETURN
  rule SPOOFED -i 'nofear11' -s '10.177.33.46' -j RETURN
  rule PING -i 'nofear11' -d '10.177.33.45' -j ACCEPT
  rule OUTPUT -o 'nofear11' -d '10.177.33.46' -j RETURN
  rule SPOOFED -i 'nofear12' -s '10.177.33.50' -j RETURN
  rule PING -i 'nofear12' -d '10.177.33.49' -j ACCEPT
  rule OUTPUT -o 'nofear12' -d '10.177.33.50' -j RETURN
  rule SPOOFED -i 'nofear13' -s '10.177.33.54' -j RETURN
  rule PING -i 'nofear13' -d '10.177.33.53' -j ACCEPT
  rule OUTPUT -o 'nofear13' -d '10.177.33.54' -j RETURN
  rule SPOOFED -i 'nofear14' -s '10.177.33.58' -j RETURN
  rule PING -i 'nofear14' -d '10.177.33.57' -j ACCEPT
  rule OUTPUT -o 'nofear14' -d '10.177.33.58' -j RETURN
  rule SPOOFED -i 'nofear15' -s '10.177.33.62' -j RETURN
  rule PING -i 'nofear15' -d '10.177.33.61' -j ACCEPT
  rule OUTPUT -o 'nofear15' -d '10.177.33.62' -j RETURN
  rule SPOOFED -i 'nofear16' -s '10.177.33.66' -j RETURN
  rule PING -i 'nofear16' -d '10.177.33.65' -j ACCEPT
  rule OUTPUT -o 'nofear16' -d '10.177.33.66' -j RETURN
  rule SPOOFED -i 'nofear17' -s '10.177.33.70' -j RETURN
  rule PING -i 'nofear17' -d '10.177.33.69' -j ACCEPT
  rule OUTPUT -o 'nofear17' -d '10.177.33.70' -j RETURN
  rule SPOOFED -i 'nofear18' -s '10.177.33.74' -j RETURN
  rule PING -i 'nofear18' -d '10.177.33.73' -j ACCEPT
  rule OUTPUT -o 'nofear18' -d '10.177.33.74' -j RETURN
  rule SPOOFED -i 'nofear19' -s '10.177.33.78' -j RETURN
  rule PING -i 'nofear19' -d '10.177.33.77' -j ACCEPT
  rule OUTPUT -o 'nofear19' -d '10.177.33.78' -j RETURN
  rule SPOOFED -i 'nofear20' -s '10.177.33.82' -j RETURN
  rule PING -i 'nofear20' -d '10.177.33.81' -j ACCEPT
  rule OUTPUT -o 'nofear20' -d '10.177.33.82' -j RETURN
  rule SPOOFED -i 'nofear21' -s '10.177.33.86' -j RETURN
  rule PING -i 'nofear21' -d '10.177.33.85' -j ACCEPT
  rule OUTPUT -o 'nofear21' -d '10.177.33.86' -j RETURN
  rule SPOOFED -i 'nofear22' -s '10.177.33.90' -j RETURN
  rule PING -i 'nofear22' -d '10.177.33.89' -j ACCEPT
  rule OUTPUT -o 'nofear22' -d '10.177.33.90' -j RETURN
  rule SPOOFED -i 'nofear23' -s '10.177.33.94' -j RETURN
  rule PING -i 'nofear23' -d '10.177.33.93' -j ACCEPT
  rule OUTPUT -o 'nofear23' -d '10.177.33.94' -j RETURN
  rule SPOOFED -i 'nofear24' -s '10.177.33.98' -j RETURN
  rule PING -i 'nofear24' -d '10.177.33.97' -j ACCEPT
  rule OUTPUT -o 'nofear24' -d '10.177.33.98' -j RETURN
  rule SPOOFED -i 'nofear25' -s '10.177.33.102' -j RETURN
  rule PING -i 'nofear25' -d '10.177.33.101' -j ACCEPT
  rule OUTPUT -o 'nofear25' -d '10.177.33.102' -j RETURN
  rule SPOOFED -i 'nofear26' -s '10.177.33.106' -j RETURN
  rule PING -i 'nofear26' -d '10.177.33.105' -j ACCEPT
  rule OUTPUT -o 'nofear26' -d '10.177.33.106' -j RETURN
  rule SPOOFED -i 'nofear27' -s '10.177.33.110' -j RETURN
  rule PING -i 'nofear27' -d '10.177.33.109' -j ACCEPT
  rule OUTPUT -o 'nofear27' -d '10.177.33.110' -j RETURN
  rule SPOOFED -i 'nofear28' -s '10.177.33.114' -j RETURN
  rule PING -i 'nofear28' -d '10.177.33.113' -j ACCEPT
  rule OUTPUT -o 'nofear28' -d '10.177.33.114' -j RETURN
  rule SPOOFED -i 'nofear29' -s '10.177.33.118' -j RETURN
  rule PING -i 'nofear29' -d '10.177.33.117' -j ACCEPT
  rule OUTPUT -o 'nofear29' -d '10.177.33.118' -j RETURN
  rule SPOOFED -i 'nofear30' -s '10.177.33.122' -j RETURN
  rule PING -i 'nofear30' -d '10.177.33.121' -j ACCEPT
  rule OUTPUT -o 'nofear30' -d '10.177.33.122' -j RETURN
  rule SPOOFED -i 'nofear31' -s '10.177.33.126' -j RETURN
  rule PING -i 'nofear31' -d '10.177.33.125' -j ACCEPT
  rule OUTPUT -o 'nofear31' -d '10.177.33.126' -j RETURN
  rule SPOOFED -i 'nofear32' -s '10.177.33.130' -j RETURN
  rule PING -i 'nofear32' -d '10.177.33.129' -j ACCEPT
  rule OUTPUT -o 'nofear32' -d '10.177.33.130' -j RETURN
  rule SPOOFED -i 'nofear33' -s '10.177.33.134' -j RETURN
  rule PING -i 'nofear33' -d '10.177.33.133' -j ACCEPT
  rule OUTPUT -o 'nofear33' -d '10.177.33.134' -j RETURN
  rule SPOOFED -i 'nofear34' -s '10.177.33.138' -j RETURN
  rule PING -i 'nofear34' -d '10.177.33.137' -j ACCEPT
  rule OUTPUT -o 'nofear34' -d '10.177.33.138' -j RETURN
  rule SPOOFED -i 'nofear35' -s '10.177.33.142' -j RETURN
  rule PING -i 'nofear35' -d '10.177.33.141' -j ACCEPT
  rule OUTPUT -o 'nofear35' -d '10.177.33.142' -j RETURN
  rule SPOOFED -i 'nofear36' -s '10.177.33.146' -j RETURN
  rule PING -i 'nofear36' -d '10.177.33.145' -j ACCEPT
  rule OUTPUT -o 'nofear36' -d '10.177.33.146' -j RETURN
  rule SPOOFED -i 'nofear37' -s '10.177.33.150' -j RETURN
  rule PING -i 'nofear37' -d '10.177.33.149' -j ACCEPT
  rule OUTPUT -o 'nofear37' -d '10.177.33.150' -j RETURN
  rule SPOOFED -i 'nofear38' -s '10.177.33.154' -j RETURN
  rule PING -i 'nofear38' -d '10.177.33.153' -j ACCEPT
  rule OUTPUT -o 'nofear38' -d '10.177.33.154' -j RETURN
  rule SPOOFED -i 'nofear39' -s '10.177.33.158' -j RETURN
  rule PING -i 'nofear39' -d '10.177.33.157' -j ACCEPT
  rule OUTPUT -o 'nofear39' -d '10.177.33.158' -j RETURN
  rule SPOOFED -i 'nofear40' -s '10.177.33.162' -j RETURN
  rule PING -i 'nofear40' -d '10.177.33.161' -j ACCEPT
  rule OUTPUT -o 'nofear40' -d '10.177.33.162' -j RETURN
  rule SPOOFED -i 'nofear41' -s '10.177.33.166' -j RETURN
  rule PING -i 'nofear41' -d '10.177.33.165' -j ACCEPT
  rule OUTPUT -o 'nofear41' -d '10.177.33.166' -j RETURN
  rule SPOOFED -i 'nofear42' -s '10.177.33.170' -j RETURN
  rule PING -i 'nofear42' -d '10.177.33.169' -j ACCEPT
  rule OUTPUT -o 'nofear42' -d '10.177.33.170' -j RETURN
  rule SPOOFED -i 'nofear43' -s '10.177.33.174' -j RETURN
  rule PING -i 'nofear43' -d '10.177.33.173' -j ACCEPT
  rule OUTPUT -o 'nofear43' -d '10.177.33.174' -j RETURN
  rule SPOOFED -i 'nofear44' -s '10.177.33.178' -j RETURN
  rule PING -i 'nofear44' -d '10.177.33.177' -j ACCEPT
  rule OUTPUT -o 'nofear44' -d '10.177.33.178' -j RETURN
  rule SPOOFED -i 'nofear45' -s '10.177.33.182' -j RETURN
  rule PING -i 'nofear45' -d '10.177.33.181' -j ACCEPT
  rule OUTPUT -o 'nofear45' -d '10.177.33.182' -j RETURN
  rule SPOOFED -i 'nofear46' -s '10.177.33.186' -j RETURN
  rule PING -i 'nofear46' -d '10.177.33.185' -j ACCEPT
  rule OUTPUT -o 'nofear46' -d '10.177.33.186' -j RETURN
  rule SPOOFED -i 'nofear47' -s '10.177.33.190' -j RETURN
  rule PING -i 'nofear47' -d '10.177.33.189' -j ACCEPT
  rule OUTPUT -o 'nofear47' -d '10.177.33.190' -j RETURN
  rule SPOOFED -i 'nofear48' -s '10.177.33.194' -j RETURN
  rule PING -i 'nofear48' -d '10.177.33.193' -j ACCEPT
  rule OUTPUT -o 'nofear48' -d '10.177.33.194' -j RETURN
  rule SPOOFED -i 'nofear49' -s '10.177.33.198' -j RETURN
  rule PING -i 'nofear49' -d '10.177.33.197' -j ACCEPT
  rule OUTPUT -o 'nofear49' -d '10.177.33.198' -j RETURN
  rule SPOOFED -i 'nofear50' -s '10.177.33.202' -j RETURN
  rule PING -i 'nofear50' -d '10.177.33.201' -j ACCEPT
  rule OUTPUT -o 'nofear50' -d '10.177.33.202' -j RETURN
  rule SPOOFED -i 'nofear51' -s '10.177.33.206' -j RETURN
  rule PING -i 'nofear51' -d '10.177.33.205' -j ACCEPT
  rule OUTPUT -o 'nofear51' -d '10.177.33.206' -j RETURN
  rule SPOOFED -i 'nofear52' -s '10.177.33.210' -j RETURN
  rule PING -i 'nofear52' -d '10.177.33.209' -j ACCEPT
  rule OUTPUT -o 'nofear52' -d '10.177.33.210' -j RETURN
  rule SPOOFED -i 'nofear53' -s '10.177.33.214' -j RETURN
  rule PING -i 'nofear53' -d '10.177.33.213' -j ACCEPT
  rule OUTPUT -o 'nofear53' -d '10.177.33.214' -j RETURN
  rule SPOOFED -i 'nofear54' -s '10.177.33.218' -j RETURN
  rule PING -i 'nofear54' -d '10.177.33.217' -j ACCEPT
  rule OUTPUT -o 'nofear54' -d '10.177.33.218' -j RETURN
  rule SPOOFED -i 'nofear55' -s '10.177.33.222' -j RETURN
  rule PING -i 'nofear55' -d '10.177.33.221' -j ACCEPT
  rule OUTPUT -o 'nofear55' -d '10.177.33.222' -j RETURN
  rule SPOOFED -i 'nofear56' -s '10.177.33.226' -j RETURN
  rule PING -i 'nofear56' -d '10.177.33.225' -j ACCEPT
  rule OUTPUT -o 'nofear56' -d '10.177.33.226' -j RETURN
  rule SPOOFED -i 'nofear57' -s '10.177.33.230' -j RETURN
  rule PING -i 'nofear57' -d '10.177.33.229' -j ACCEPT
  rule OUTPUT -o 'nofear57' -d '10.177.33.230' -j RETURN
  rule SPOOFED -i 'nofear58' -s '10.177.33.234' -j RETURN
  rule PING -i 'nofear58' -d '10.177.33.233' -j ACCEPT
  rule OUTPUT -o 'nofear58' -d '10.177.33.234' -j RETURN
  rule SPOOFED -i 'nofear59' -s '10.177.33.238' -j RETURN
  rule PING -i 'nofear59' -d '10.177.33.237' -j ACCEPT
  rule OUTPUT -o 'nofear59' -d '10.177.33.238' -j RETURN
  rule SPOOFED -i 'nofear60' -s '10.177.33.242' -j RETURN
  rule PING -i 'nofear60' -d '10.177.33.241' -j ACCEPT
  rule OUTPUT -o 'nofear60' -d '10.177.33.242' -j RETURN
  rule SPOOFED -i 'nofear61' -s '10.177.33.246' -j RETURN
  rule PING -i 'nofear61' -d '10.177.33.245' -j ACCEPT
  rule OUTPUT -o 'nofear61' -d '10.177.33.246' -j RETURN
  rule SPOOFED -i 'nofear62' -s '10.177.33.250' -j RETURN
  rule PING -i 'nofear62' -d '10.177.33.249' -j ACCEPT
  rule OUTPUT -o 'nofear62' -d '10.177.33.250' -j RETURN
  rule SPOOFED -i 'nofear63' -s '10.177.33.254' -j RETURN
  rule PING -i 'nofear63' -d '10.177.33.253' -j ACCEPT
  rule OUTPUT -o 'nofear63' -d '10.177.33.254' -j RETURN
  rule SPOOFED -j DROP
  rule OUTPUT -j DROP
  rule INPUT -j NOFEAR-SPOOFED
  rule INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  rule INPUT -p icmp -m icmp --icmp-type echo-request -j NOFEAR-PING
  rule INPUT -j REJECT --reject-with icmp-admin-prohibited
  # Azure's is its name server as well.
  rule METADATA -d '168.63.129.16' -p udp --dport 53 -j RETURN
  rule METADATA -d '168.63.129.16' -p tcp --dport 53 -j RETURN
  for network in '169.254.0.0/16' '168.63.129.16' '100.100.100.200'; do
    rule METADATA -d "$network" -j REJECT --reject-with icmp-admin-prohibited
  done
  rule LOCAL -p udp --dport 53 -j RETURN
  rule LOCAL -p tcp --dport 53 -j RETURN
  rule LOCAL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
  for network in '0.0.0.0/8' '10.0.0.0/8' '100.64.0.0/10' '127.0.0.0/8' '169.254.0.0/16' '172.16.0.0/12' '192.0.0.0/24' '192.0.2.0/24' '192.168.0.0/16' '198.18.0.0/15' '198.51.100.0/24' '203.0.113.0/24' '224.0.0.0/3'; do
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
  rule FORWARD -s '10.177.33.128/25' -j NOFEAR-LOCAL
  rule FORWARD -j ACCEPT
  # The host forwarded nothing before NoFear: its neighbours get no router. What containers and VMs begin, and ports that were
  # published for them, go on as they are; and so do frames within a bridge, where br_netfilter shows them here.
  rule OTHERS -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j RETURN
  for neighbours in $(outside); do rule OTHERS -i "$neighbours" ! -o "$neighbours" -j DROP; done
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
  others first "$1"
  jumps first "$1"
  entries first "$1"
}

# whole TOOL TABLE: the rules of our chains, from standard input, are all there.
whole() {
  wanted=$(grep -c '^-A NOFEAR-')
  [ "$("$1" -w -t "$2" -S 2>/dev/null | grep -c '^-A NOFEAR-')" = "$wanted" ] || lacks "${1##*/} -t $2: NoFear's chains are not whole"
}

closed() {
  others there "$1"
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
