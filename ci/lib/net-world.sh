# A local network and an Internet around this machine, as network namespaces with peers that answer (net-peer.pl). To be
# sourced, with `here` set to ci/.
# shellcheck shell=bash disable=SC2034,SC2154 # some of it is for the scripts only, or theirs

world_lan=192.168.77.2 world_lan_other=192.168.77.3 world_host_lan=192.168.77.1
world_inet=45.83.223.2 world_metadata=169.254.169.254
world_clouds=(168.63.129.16 100.100.100.200)        # others' metadata
world_bridges=(172.24.0.2 172.25.0.2 172.26.0.2)    # behind kube0, ve-x and mynet0, which no list of names knows
world_dir=$(mktemp -d "${TMPDIR:-/tmp}/nofear-world.XXXXXX")
world_peers=()

# world_start: makes them, and peers on port 8099: on this machine, in both namespaces, at the metadata address, and behind
# port 8088 of this machine, which leads to a container as Docker would publish it.
world_start() {
  cp /etc/resolv.conf "$world_dir/resolv.conf"
  world_net lan "$world_host_lan/24" "$world_lan/24" "$world_lan_other/24"
  world_net inet 45.83.223.1/24 "$world_inet/24"
  world_net box 172.23.0.1/24 172.23.0.2/24
  world_named box br-0123456789ab
  world_net kube 172.24.0.1/24 172.24.0.2/24 && world_named kube kube0
  world_net vex 172.25.0.1/24 172.25.0.2/24 && world_named vex ve-x
  world_net mynet 172.26.0.1/24 172.26.0.2/24 && world_named mynet mynet0
  local address
  for address in "$world_metadata" "${world_clouds[@]}"; do ip -n inet address add "$address/32" dev lo; done
  # Where the host goes out, by two lines, and no longer by what it had.
  ip route show default >"$world_dir/routes"
  while ip route del default 2>/dev/null; do :; done
  ip route add default via "$world_inet" dev inet
  ip route add default via "$world_lan" dev lan metric 200
  world_publish
  world_peer '' host
  world_peer lan lan "$world_inet"
  world_peer inet inet
  world_peer box box
  world_peer kube kube
  world_peer vex vex
  world_peer mynet mynet
  world_resolvers "$world_lan"
}

# world_publish: port 8088 of this machine leads to a container, as Docker would publish it.
world_publish() {
  nft -f - <<NFT
table ip world {
  chain prerouting { type nat hook prerouting priority -100; tcp dport 8088 fib daddr type local dnat to 172.23.0.2:8099; }
}
NFT
}

# world_net NAME HOST-ADDRESS ADDRESS...
world_net() {
  ip netns add "$1"
  ip link add "$1" type veth peer name eth0 netns "$1"
  ip address add "$2" dev "$1" && ip link set "$1" up
  ip -n "$1" link set lo up
  local address
  for address in "${@:3}"; do ip -n "$1" address add "$address" dev eth0; done
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "${2%/*}"
}

# world_named NAME INTERFACE: the host's end of a network is called so.
world_named() { ip link set "$1" down && ip link set "$1" name "$2" && ip link set "$2" up; }

# world_peer NAMESPACE NAME [DNS-ANSWER]
world_peer() {
  local inside=()
  [[ ! $1 ]] || inside=(ip netns exec "$1")
  "${inside[@]}" perl "$here/lib/net-peer.pl" 8099 "$world_dir/$2.log" ${3:+"$3"} </dev/null >"$world_dir/$2.said" 2>&1 &
  world_peers+=($!)
  product_wait 20 grep -qs ready "$world_dir/$2.log"
}

# world_resolvers ADDRESS: the host's name server; with a search domain.
world_resolvers() { printf 'search corp.example\nnameserver %s\n' "$1" >/etc/resolv.conf; }

# world_reaches PEER...: which of them this machine reaches; world_reaches_from NAMESPACE PEER...
world_reaches() { perl "$here/lib/net-probe.pl" "$@" | sed -n 's/ open$//p' | xargs; }
world_reaches_from() { ip netns exec "$1" perl "$here/lib/net-probe.pl" "${@:2}" | sed -n 's/ open$//p' | xargs; }

world_end() {
  local name route
  [[ ${#world_peers[@]} == 0 ]] || kill "${world_peers[@]}" 2>/dev/null || true
  [[ ! -e $world_dir/resolv.conf ]] || cat "$world_dir/resolv.conf" >/etc/resolv.conf
  nft delete table ip world 2>/dev/null || true
  for name in lan inet box kube vex mynet; do ip netns delete "$name" 2>/dev/null || true; done
  # Words of ip's own.
  # shellcheck disable=SC2086
  [[ ! -e $world_dir/routes ]] || while read -r route; do ip route replace $route 2>/dev/null || true; done <"$world_dir/routes"
  rm -rf "$world_dir"
}
