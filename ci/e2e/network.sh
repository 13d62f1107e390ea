#!/usr/bin/env bash
# The network of guests: it works everywhere and opens nothing. For the test machine: it changes the network of the machine
# that it runs on, and installs NoFear again with other options.
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

[[ ${NOFEAR_MACHINE:-} ]] || { echo "for ci/machine -- ci/e2e/network.sh" >&2 && exit 1; }
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

forwarding_before=$(</proc/sys/net/ipv4/ip_forward)
world_start

# vm NAME OPTION...: a VM that stays up, with a peer of its own in it; its address is then in $check_dir/NAME.
vm() {
  local name=$1
  shift
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
  own+=(127.0.0.1:8099)
  check_output "$mode: the host answers itself, on its ${#own[@]} addresses" "${own[*]}" world_reaches "${own[@]}"
  check_output "$mode: the peers of the tests answer others" "$world_lan:8099 $world_inet:8099 $world_metadata:8099" \
    world_reaches "$world_lan:8099" "$world_inet:8099" "$world_metadata:8099"
  check_output "$mode: the published container, too" "$world_host_lan:8088" world_reaches_from lan "$world_host_lan:8088"
  check_output "$mode: a guest reaches the Internet and the local network, and not one address of the host, 169.254.169.254, another guest, or a published container" \
    "$world_inet:8099 $world_lan:8099" \
    reaches far "${own[@]}" "$world_metadata:8099" "$(address other):8099" "$(address near):8099" "$world_host_lan:8088" "$world_inet:8099" "$world_lan:8099"
  check_output "$mode: --network internet: not the local network either" "$world_inet:8099" \
    reaches near "${own[@]}" "$world_metadata:8099" "$(address far):8099" "$world_host_lan:8088" "$world_lan:8099" "$world_inet:8099"
  check_output "$mode: a guest's port answers the host" "$(address far):8099" world_reaches "$(address far):8099"
  check_output "$mode: and nobody outside" '' world_reaches_from lan "$(address far):8099"
  check "$mode: what a guest sends under another's address does not arrive" spoofed_is_dropped
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
  pkill -KILL -u "$product_user" -x 'lkvm|qemu-system-x86' || true
  product_wait 60 no_vm
  vms=()
  [[ $before -ge 0 ]] && vm far && vm_up far && [[ $(slot far) == 0 ]]
}

# --- lkvm with its capability
check "install" "$setup" install "${options[@]}" --network capability
user_make "$product_user"
check_output "lkvm has cap_net_admin and is for the group" 'root:nofear 750' stat -c '%U:%G %a' "$product_prefix/lib/nofear/lkvm"
has_capability() { getcap "$product_prefix/lib/nofear/lkvm" | grep -q 'cap_net_admin[+=]ep'; }
check "its capability is cap_net_admin+ep" has_capability
vm far && vm other && vm near --network internet
check "three VMs come up at once" eval 'vm_up far && vm_up other && vm_up near'
slots() { slot far; slot other; slot near; }
distinct() { slots && [[ $(slots | sort -u | wc -l) == 3 && $(slot near) -ge 32 && $(slot far) -lt 32 ]]; }
check "each in a slot of its own, the one that reaches the Internet alone in the upper half" distinct
nothing_is_open capability

# --- names
check_output "a name is found as the host finds it, without its search domains" "$world_inet" \
  eval 'in_vm far sh -c "getent ahostsv4 peer.example | awk \"NR == 1 { print \\\$1 }\"; grep -c ^search /etc/resolv.conf || true" | grep -v "^0"'
world_resolvers 127.0.0.53
mkdir -p /run/systemd/resolve && echo "nameserver $world_lan_other" >/run/systemd/resolve/resolv.conf
check_output "systemd-resolved's stub is seen through, and the change is seen by the next run" "nameserver $world_lan_other" \
  nofear run -t --memory 160M -- grep ^nameserver /etc/resolv.conf
rm -f /run/systemd/resolve/resolv.conf
world_resolvers "$world_lan"

check "a VM whose processes are killed gives its slot back" killed_gives_back
vms_end || true

# --- a pool of taps
check "install again, for a pool of taps" "$setup" install "${options[@]}" --network tap-pool
no_capability() { [[ ! $(getcap "$product_prefix/lib/nofear/lkvm") && ! -e $product_prefix/lib/nofear/nofear-tap ]]; }
check "lkvm has no capability any more" no_capability
check "the taps are there" test -e /sys/class/net/nofear0 -a -e /sys/class/net/nofear32
vm far && vm other && vm near --network internet
check "three VMs come up at once" eval 'vm_up far && vm_up other && vm_up near'
check "each in a slot of its own" distinct
nothing_is_open tap-pool
check_output "--network none: only lo" lo nofear run -t --memory 160M --network none -- sh -c 'ls /sys/class/net | xargs'
vms_end || true
qemu_reaches() { NOFEAR_VMM=qemu-kvm nofear run -t --memory 160M -- perl -e "$probe" "$world_inet:8099" "$world_host_lan:8099"; }
check_output "QEMU uses a tap of the pool, under the same rules" "$world_inet:8099 open
$world_host_lan:8099 closed" qemu_reaches

# --- others' firewalls
guest_reaches() { nofear run -t --memory 160M -- perl -e "$probe" "$world_inet:8099" | grep open; }
net=$product_prefix/lib/nofear/nofear-net
nft delete table inet nofear
doctor_says() { "$product_setup" doctor --json | tr -d '\n ' | grep -oE "\"id\":\"$1\",\"status\":\"[a-z]+\"" | grep -q "\"$2\""; }
check "a flush of the rules is noticed by doctor" doctor_says net.nat fail
check "and repaired" "$product_setup" doctor --fix
check "they are there again" nft list table inet nofear

# --- none, and back
check "install again, without a network" "$setup" install "${options[@]}" --network none
nothing_left() { ! nft list table inet nofear 2>/dev/null && [[ ! -e /sys/class/net/nofear0 && ! -e $net ]]; }
check "neither rules nor taps are left" nothing_left
check_output "ip_forward is as it was" "$forwarding_before" cat /proc/sys/net/ipv4/ip_forward
check_output "guests have only lo" lo nofear run -t --memory 160M -- sh -c 'ls /sys/class/net | xargs'
check "uninstall" "$product_setup" uninstall --yes
