#!/usr/bin/env bash
# The network of guests: it works everywhere and opens nothing. Changes the network of the machine that it runs on, and
# installs NoFear again and again, so it is for ci/machine (with lkvm) or for ci/lib/in-namespace (with QEMU).
#
#   ci/e2e/network.sh [OPTION of nofear-setup install]...
#
# A local network (lan) and the Internet (inet, by its address) are network namespaces with peers that would answer. Each
# prohibition has such a peer, and a witness that it does answer others.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/net-world.sh
. "$here/lib/net-world.sh"

[[ ${NOFEAR_MACHINE:-}${NOFEAR_NAMESPACE:-} ]] || { echo "for ci/machine or ci/lib/in-namespace" >&2 && exit 1; }
lkvm=$([[ " $* " != *" --lkvm "* && " $* " != *" --kvmtool-source "* ]] || echo yes)
setup=$here/../installer/setup/target/nofear/sbin/nofear-setup
options=(--yes --no-color --user "$product_user" "$@")
user_make "$product_user"
export NOFEAR_HOME=/var/tmp/nofear-e2e-network
rm -rf "$NOFEAR_HOME" && install -d -o "$product_user" -m 700 "$NOFEAR_HOME"
vms=()
finish() {
  local status=$?
  [[ ${#vms[@]} == 0 ]] || kill "${vms[@]}" 2>/dev/null || true
  world_end
  check_close "$status"
}
trap finish EXIT
probe=$(<"$here/lib/net-probe.pl") peer=$(<"$here/lib/net-peer.pl")

[[ ! -e $product_setup ]] || check "what is installed already is uninstalled" "$product_setup" uninstall --yes
echo 0 >/proc/sys/net/ipv4/ip_forward # as on most machines
world_start

# vm NAME OPTION...: a VM that stays up, with a peer of its own in it; its address is then in $check_dir/NAME.
vm() {
  local name=$1
  shift
  : >"$check_dir/$name"
  "$here/lib/as-user" "$product_user" "$product_nofear" run -p "$name" --memory 160M --cpus 1 "$@" -- \
    sh -c 'PATH=$PATH:/usr/sbin:/sbin ip -4 -o address show dev eth0 | sed "s|.*inet ||; s|/.*||"; exec perl -e "$0" 8099 /tmp/peer.log' "$peer" \
    >"$check_dir/$name" 2>"$check_dir/$name.said" &
  vms+=($!)
}
vm_up() { product_wait 200 test -s "$check_dir/$1" || { cat "$check_dir/$1.said" && return 1; }; }
address() { tr -d ' \n' <"$check_dir/$1"; }
slot() { local a && a=$(address "$1") && echo $((${a##*.} / 4)); }
# in_vm NAME COMMAND...: in the VM that is up.
in_vm() { nofear run -p "$1" --memory 160M --cpus 1 "${vm_options[$1]:---network=default}" --root -- "${@:2}"; }
declare -A vm_options=([near]=--network=internet [far]=--network=default [other]=--network=default)
# reaches NAME PEER...: what of them a VM reaches.
reaches() { in_vm "$1" perl -e "$probe" "${@:2}" | sed -n 's/ open$//p' | xargs; }
vms_end() {
  kill "${vms[@]}" 2>/dev/null || true
  wait "${vms[@]}" 2>/dev/null || true
  vms=()
  product_wait 60 no_vm
}
no_vm() { ! product_vmm >/dev/null; }

# nothing_is_open: with the VMs far, other (as the host) and near (the Internet alone) up.
nothing_is_open() {
  local mode=$1 own
  mapfile -t own < <(ip -o -4 address | awk '{ sub("/.*", "", $4); print $4 ":8099" }' | grep -v '^127')
  check_output "$mode: the host answers itself, on its ${#own[@]} addresses" "${own[*]}" world_reaches "${own[@]}"
  check_output "$mode: the peers of the tests answer others" "$world_lan:8099 $world_inet:8099 $world_metadata:8099" \
    world_reaches "$world_lan:8099" "$world_inet:8099" "$world_metadata:8099"
  check_output "$mode: the published container, too" "$world_host_lan:8088" world_reaches_from lan "$world_host_lan:8088"
  check_output "$mode: a guest reaches the Internet and the local network, and not one address of the host, of a cloud's metadata, another guest, or a container" \
    "$world_inet:8099 $world_lan:8099" \
    reaches far "${own[@]}" "$world_metadata:8099" "${world_clouds[@]/%/:8099}" "${world_bridges[@]/%/:8099}" "$(address other):8099" "$(address near):8099" "$world_host_lan:8088" "$world_inet:8099" "$world_lan:8099"
  check_output "$mode: --network internet: not the local network either" "$world_inet:8099" \
    reaches near "${own[@]}" "$world_metadata:8099" "$(address far):8099" "$world_host_lan:8088" "$world_lan:8099" "$world_inet:8099"
  check_output "$mode: a guest's port answers the host" "$(address far):8099" world_reaches "$(address far):8099"
  check_output "$mode: and nobody outside" '' world_reaches_from lan "$(address far):8099"
  check "$mode: what a guest sends under another's address does not arrive" spoofed_is_dropped
  check_output "$mode: a neighbour gets no router" '' world_reaches_from lan "${world_bridges[@]/%/:8099}" "$world_inet:8099"
  check "$mode: no IPv6 on the link, nor an answer to it" no_ipv6
}

# The guest's root takes an address of the local network, then another guest's, and sends from each, and from its own.
spoofed_is_dropped() {
  : >"$world_dir/inet.log"
  in_vm far sh -c 'PATH=$PATH:/usr/sbin:/sbin
    for from in '"$world_lan $(address near)"'; do ip address add "$from/32" dev eth0; done
    for from in '"$world_lan $(address near) $(address far)"'; do
      perl -MIO::Socket::INET -e '\''IO::Socket::INET->new(Proto=>"udp",LocalAddr=>$ARGV[0],PeerAddr=>$ARGV[1])->send("from $ARGV[0]")'\'' "$from" '"$world_inet:8099"'
    done
    for from in '"$world_lan $(address near)"'; do ip address del "$from/32" dev eth0; done'
  product_wait 20 grep "from $(address far)" "$world_dir/inet.log" || { echo "the honest packet did not arrive" && return 1; }
  cat "$world_dir/inet.log"
  ! grep -e "from $world_lan" -e "from $(address near)" "$world_dir/inet.log"
}

# The guest's root switches IPv6 on, asks for routers and for everybody on the link, and tries the host's link-local address.
no_ipv6() {
  local tap
  tap=nofear$(slot far)
  in_vm far sh -c 'PATH=$PATH:/usr/sbin:/sbin
    echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
    ip link set eth0 down; ip link set eth0 up; ip address replace '"$(address far)"'/30 dev eth0
    ip route replace default via '"$(address far | awk -F. '{ print $1 "." $2 "." $3 "." $4 - 1 }')"'
    ip neighbour replace '"$(address far | awk -F. '{ print $1 "." $2 "." $3 "." $4 - 1 }')"' lladdr 02:15:15:15:15:01 nud permanent dev eth0
    sleep 3; ip -6 address show dev eth0
    perl -MSocket -e '\''socket(my $s, AF_INET6, SOCK_DGRAM, 0); my $a = Socket::pack_sockaddr_in6(8099, Socket::inet_pton(AF_INET6, "ff02::1"), 2); send($s, "hello", 0, $a)'\''
    sleep 1; ip -6 neighbour; ip -6 route' >"$check_dir/ipv6" 2>&1 || true
  cat "$check_dir/ipv6"
  ip -6 address show dev "$tap"
  [[ ! $(ip -6 address show dev "$tap") && $(cat "/proc/sys/net/ipv6/conf/$tap/disable_ipv6") == 1 ]] || return 1
  ! grep -qE 'lladdr|REACHABLE|^default' "$check_dir/ipv6"
}

# killed_gives_back: a VM's slot is free when everything of it was killed.
killed_gives_back() {
  local before
  before=$(slot other)
  pkill -KILL -u "$product_user" -f -- '-p other' || true
  pkill -KILL -u "$product_user" -x nofear || true
  pkill -KILL -u "$product_user" -x 'lkvm|qemu-sys.*' || true
  product_wait 60 no_vm
  vms=()
  [[ $before -ge 0 ]] && vm far && vm_up far && [[ $(slot far) == 0 ]]
}

# three_vms MODE: far and other (as the host) and near (the Internet alone) come up, and all that is said of them holds.
three_vms() {
  vm far && vm other && vm near --network internet
  check "$1: three VMs come up at once" eval 'vm_up far && vm_up other && vm_up near'
  check "$1: each in a slot of its own, the one that reaches the Internet alone in the upper half" distinct
  nothing_is_open "$1"
}
slots() { slot far; slot other; slot near; }
distinct() { slots && [[ $(slots | sort -u | wc -l) == 3 && $(slot near) -ge 32 && $(slot far) -lt 32 ]]; }
reinstall() { "$setup" install "${options[@]}" "$@" && user_make "$product_user"; }
guest_reaches() { nofear run -t --memory 160M -- perl -e "$probe" "$world_inet:8099" | grep open; }
doctor_says() { { "$product_setup" doctor --json --only "$1" || true; } | tr -d '\n ' | grep -oE "\"id\":\"$1\",\"status\":\"[a-z]+\"" | grep "\"$2\""; }
net=$product_prefix/lib/nofear/nofear-net

# --- a tap for each VM; an older NoFear's pool is in the way, of whatever group
ip tuntap add dev nofear0 mode tap group 54321 && ip tuntap add dev nofear32 mode tap user 54321
check "tap: install, by an old name of it" reinstall --network tap-pool
check_output "launch.conf has the new one" 'network = tap' grep '^network' "$product_prefix/lib/nofear/launch.conf"
no_taps() { ! compgen -G '/sys/class/net/nofear*' >/dev/null; }
check "persistent taps of an older NoFear are gone" no_taps
capability_of() { getfattr --only-values -n security.capability "$1" 2>/dev/null | od -An -tx4 | xargs; }
check_output "nofear-tap is for the group alone" 'root:nofear 750' stat -c '%U:%G %a' "$product_prefix/lib/nofear/nofear-tap"
check_output "its capability is cap_net_admin+ep" '02000001 00001000 00000000 00000000 00000000' capability_of "$product_prefix/lib/nofear/nofear-tap"
if [[ $lkvm ]]; then
  has_none() { [[ ! $(capability_of "$product_prefix/lib/nofear/lkvm") ]]; }
  check "lkvm has none" has_none
  check_output "and is for all" 'root:root 755' stat -c '%U:%G %a' "$product_prefix/lib/nofear/lkvm"
fi
ten() { for number in {0..9}; do vm "ten$number"; done && for number in {0..9}; do vm_up "ten$number" || return 1; done; }
ten_addresses() { for number in {0..9}; do address "ten$number" && echo; done | sort -u | wc -l; }
answers() { [[ $(world_reaches "$(address "$1"):8099") ]]; }
ten_answer() { for number in {0..9}; do product_wait 60 answers "ten$number" || return 1; done; }
if [[ ! $lkvm ]]; then # there it would take half an hour
  check "ten VMs come up at once" ten
  check_output "each with an address of its own" 10 ten_addresses
  check "at which it answers" ten_answer
  vms_end || true
fi
three_vms tap
check_output "after all that a VM reaches what it may" "$world_inet:8099" reaches far "$world_inet:8099"
flushed() { nft flush ruleset && reaches far "$world_inet:8099" "$world_host_lan:8099" "$world_lan:8099"; }
check_output "a flush of all rules cuts a VM that runs off" '' flushed
check_error 125 'nofear-tap' "and none is started then" nofear run -t --memory 160M -- true
check "nofear-net reload brings the rules back" "$net" reload
world_publish
check_output "and the VM its network" "$world_inet:8099" reaches far "$world_inet:8099"
stopped() { "$net" stop 2>"$check_dir/stopped" && grep 'in use by a VM' "$check_dir/stopped" && [[ ! $(reaches far "$world_inet:8099" "$world_host_lan:8099") ]]; }
check "nofear-net stop cuts it off, and says so" stopped
check "nofear-net start" "$net" start
check_output "brings it back" "$world_inet:8099" reaches far "$world_inet:8099"

# --- names
names() { in_vm far sh -c 'getent ahostsv4 peer.example; grep -v "^#" /etc/resolv.conf'; }
sees_names() { names >"$check_dir/names" && cat "$check_dir/names" && grep -q "^$world_inet " "$check_dir/names" && ! grep -q corp.example "$check_dir/names"; }
check "a name is found as the host finds it, without its search domains" sees_names
vms_end || true
servers() { nofear run -t --memory 160M -- grep ^nameserver /etc/resolv.conf; }
check_output "the host's server is the guest's" "nameserver $world_lan" servers
world_resolvers 127.0.0.53
for stub in /run/systemd/resolve/resolv.conf /run/dnsmasq/resolv.conf; do
  mkdir -p "${stub%/*}" && echo "nameserver $world_lan_other" >"$stub"
  check_output "a stub is seen through by $stub, at the next run" "nameserver $world_lan_other" servers
  rm -f "$stub"
done
world_resolvers "$world_lan"
check_output "the change back is seen as well" "nameserver $world_lan" servers
check_output "--network none: only lo" lo nofear run -t --memory 160M --network none -- sh -c 'ls /sys/class/net | xargs'
if [[ $lkvm ]]; then
  qemu_reaches() { NOFEAR_VMM=qemu-kvm nofear run -t --memory 160M -- perl -e "$probe" "$world_inet:8099" "$world_host_lan:8099" | xargs; }
  check_output "QEMU has a tap as well, under the same rules" "$world_inet:8099 open $world_host_lan:8099 closed" qemu_reaches
else
  check "a VM comes up" eval 'vm far && vm other && vm_up far && vm_up other'
  check "a VM whose processes are killed gives its slot back" killed_gives_back
  vms_end || true
  mkdir -p /etc/nofear && echo 'network = user' >/etc/nofear/nofear.conf
  check "the VMM's own network gets out as well" guest_reaches
  check_error 125 'network tap' "but does not promise what it cannot keep" nofear run -t --network internet -- true
  rm /etc/nofear/nofear.conf
fi

# --- rules that are gone (other firewalls: firewalls.sh)
nft delete table inet nofear
check "a flush of the rules is noticed by doctor" doctor_says net.nat fail
check "and repaired" "$product_setup" doctor --fix --only net.nat
check "they are there again" nft list table inet nofear

# --- none, and back
reinstall_said() { reinstall "$@" >"$check_dir/reinstalled" 2>&1 || { cat "$check_dir/reinstalled" && return 1; }; }
check "none: install" reinstall_said --network none
nothing_left() { ! nft list table inet nofear 2>/dev/null && no_taps && [[ ! -e $net ]]; }
check "neither rules nor taps are left" nothing_left
check_output "ip_forward stays on, since others' interfaces may need it by now" 1 cat /proc/sys/net/ipv4/ip_forward
check "which install says" grep -F 'stays as it is until the next boot' "$check_dir/reinstalled"
check_output "guests have only lo" lo nofear run -t --memory 160M -- sh -c 'ls /sys/class/net | xargs'
check "uninstall" "$product_setup" uninstall --yes
