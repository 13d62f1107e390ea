#!/usr/bin/env bash
# Containers go on beside NoFear's rules on a host that forwarded nothing before: podman's and Docker's default networks, each made
# by the real program. They reach the Internet, their published ports are reached, neighbours get no way to their own addresses,
# and guests get none to either.
#
#   ci/e2e/containers.sh [podman|docker|nft.sh|iptables.sh]...
#
# Without words: both programs with nft.sh. iptables.sh is what is set up where there is no nft.
#
# Runs as root; in a Debian tree that has these programs (ci/lib/net-tree.sh).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..

# shellcheck source=ci/lib/net-tree.sh
. "$here/lib/net-tree.sh"
net_tree containers.sh aardvark-dns crun docker.io iptables netavark nftables podman -- "$@"

# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/net-world.sh
. "$here/lib/net-world.sh"

wanted=" $* "
[[ $wanted == *podman* || $wanted == *docker* ]] || wanted+="podman docker "
[[ $wanted == *.sh* ]] || wanted+="nft.sh "
group=''
wanted() { [[ $wanted == *" $1 "* ]]; }
finish() {
  local status=$?
  for tool in podman docker; do "${tool}_end" >/dev/null 2>&1 || true; done
  dockerd_stop 2>/dev/null
  umount -l "$check_dir/docker" 2>/dev/null || true # which it makes a mount
  world_end
  [[ ! $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  check_close "$status"
}
trap finish EXIT
golden=$here/../templates/src/test/resources/golden
library=/usr/local/lib/nofear
mkdir -p "$library"
cp "$golden/nofear.nft" "$library/nofear.nft"
up=''
net() {
  case $1 in
    start) up=yes ;;
    stop) up='' ;;
  esac
  "$library/nofear-net" "$@"
}
nft flush ruleset
forwards() { echo "$1" >/proc/sys/net/ipv4/ip_forward; }

# Version 2 of cgroups alone, and at its root a group of these tests' own.
if ! mount -t cgroup2 cgroup2 /sys/fs/cgroup; then
  skip "containers" "no cgroups of version 2 here"
  exit
fi
group=$(mktemp -d /sys/fs/cgroup/nofear-containers.XXXXXX)

# What a guest sends to; with nft its interface has another address, so that a gate has to let frames in.
gateway=02:15:15:15:15:01
guest() {
  ip netns add guest
  ip link add nofear0 address 02:15:15:15:15:02 type veth peer name eth0 netns guest
  ip -n guest link set eth0 address 02:15:15:15:15:15
  ip address add 10.177.33.1/30 dev nofear0 && ip link set nofear0 up
  ip -n guest address add 10.177.33.2/30 dev eth0 && ip -n guest link set eth0 up
  ip -n guest route add default via 10.177.33.1
  ip -n guest neighbour replace 10.177.33.1 lladdr $gateway nud permanent dev eth0
  ip neighbour replace 10.177.33.2 lladdr 02:15:15:15:15:15 nud permanent dev nofear0
  world_peer guest guest
}
uses() {
  install -m 755 "$golden/$1" "$library/nofear-net"
  local address=02:15:15:15:15:02
  [[ $1 != *iptables* ]] || address=$gateway
  ip link set dev nofear0 address $address
}

# The containers' files: perl and the peers' programs. No image is fetched.
image=$check_dir/image.tar
image_make() {
  local root=$check_dir/image each
  mkdir -p "$root"/{usr/lib,usr/lib64,usr/bin,etc,tmp,dev,proc,sys}
  ln -s usr/lib usr/lib64 usr/bin "$root"
  for each in $(dpkg -L perl-base) $(ldd /usr/bin/perl | grep -o '/[^ ]*'); do
    [[ ! -f $each || $each == /usr/share/* ]] || cp -L --parents "$each" "$root"
  done
  cp "$here"/lib/net-p{eer,robe}.pl "$root"
  tar -C "$root" -cf "$image" .
}

# Of both programs: X, its client; X_start, which brings the image and a second network; X_run OPTION...; X_restart; X_end.
podman() {
  command podman --root "$check_dir/podman" --runroot "$check_dir/podman-run" --storage-driver vfs --cgroup-manager cgroupfs \
    --events-backend file --network-backend netavark --network-config-dir "$check_dir/podman-net" "$@"
}
podman_run() { podman run --cgroups disabled --security-opt seccomp=unconfined "$@"; }
podman_start() {
  podman info >/dev/null && podman import "$image" peer && podman network create --disable-dns own
}
podman_restart() { podman restart -t 0 one two three; }
podman_end() { podman rm -af -t 0 && podman network rm own; }

docker() { command docker -H "unix://$check_dir/docker.sock" "$@"; }
docker_run() { docker run --security-opt seccomp=unconfined "$@"; }
dockerd_start() {
  dockerd --data-root "$check_dir/docker" --exec-root "$check_dir/docker-run" --storage-driver vfs --cgroup-parent "/${group##*/}" \
    --pidfile "$check_dir/dockerd.pid" -H "unix://$check_dir/docker.sock" >>"$check_dir/dockerd" 2>&1 &
  dockerd=$!
  product_wait 60 docker version >/dev/null 2>&1 || { tail "$check_dir/dockerd" && return 1; }
  # What docker.service's drop-in does after it, where NoFear is up: nofear-net.drop-in.ftl.
  [[ $script != iptables.sh || ! $up ]] || net reload
}
dockerd_stop() {
  [[ ! ${dockerd:-} ]] || kill "$dockerd"
  wait "${dockerd:-}" || true
  dockerd=''
}
docker_start() { dockerd_start && docker import "$image" peer && docker network create own; }
docker_restart() { dockerd_stop && dockerd_start && docker restart -t 0 one two three; }
docker_end() { docker rm -f one two three && docker network rm own && dockerd_stop; }

# container NAME [OPTION...]: with a peer on port 8099.
container() { "${tool}_run" -d --stop-signal KILL --name "$@" peer perl /net-peer.pl 8099 /tmp/log; }
# The first has a published port; the third is in a network of its own.
containers() { container one -p 8089:8099 && container two && container three --network own -p 8090:8099; }
addresses() { "$tool" inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' one two three; }
# contained [OPTION...] -- PEER...: which of them a container reaches that is made for it.
contained() {
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  "${tool}_run" --rm "${options[@]}" peer perl /net-probe.pl "${@:2}" | sed -n 's/ open$//p' | xargs
}

own() { ip -o -4 address | awk '{ sub("/.*", "", $4); print $4 }' | grep -v '^127' | xargs; }
gets_out() { [[ $(world_reaches_from guest "$world_inet:8099") ]]; }
rules() { iptables-save | sed -e '/^#/d' -e 's/\[[0-9:]*\]$//'; }
mapped() { mapfile -t at < <(addresses) && [[ ${#at[@]} == 3 && ${at[*]} =~ ^[0-9.]+\ [0-9.]+\ [0-9.]+$ ]]; }

# goes_on WHEN: what containers had before NoFear.
goes_on() {
  check "$1: its containers have addresses" mapped
  check_output "$1: a container reaches the Internet, the local network, the host and its kind" \
    "$world_inet:8099 $world_lan:8099 $world_host_lan:8099 ${at[0]}:8099" \
    contained -- "$world_inet:8099" "$world_lan:8099" "$world_host_lan:8099" "${at[0]}:8099"
  check_output "$1: and one in a network of its own" "$world_inet:8099 $world_lan:8099 ${at[2]}:8099" \
    contained --network own -- "$world_inet:8099" "$world_lan:8099" "${at[2]}:8099"
  check_output "$1: a published port is reached from the local network" "$world_host_lan:8089 $world_host_lan:8090" \
    world_reaches_from lan "$world_host_lan:8089" "$world_host_lan:8090"
  check_output "$1: and from the Internet" 45.83.223.1:8089 world_reaches_from inet 45.83.223.1:8089
  check_output "$1: the host reaches containers and their ports" "${at[*]/%/:8099} $world_host_lan:8089 127.0.0.1:8089" \
    world_reaches "${at[@]/%/:8099}" "$world_host_lan:8089" 127.0.0.1:8089
}
# holds WHEN: that, and what NoFear closes.
holds() {
  local hosts published
  goes_on "$1"
  read -ra hosts <<<"$(own)"
  published=("${hosts[@]/%/:8089}" "${hosts[@]/%/:8090}")
  check_output "$1: neighbours reach no container past its ports, a guest nothing of them, a container no guest" \
    "guest: $world_inet:8099" closed
}
# closed: who reaches what may be closed, all at once, since what is dropped takes its time.
closed() {
  local probes=()
  reached lan "${at[@]/%/:8099}" & probes+=($!)
  reached inet "${at[@]/%/:8099}" & probes+=($!)
  reached guest "${at[@]/%/:8099}" "${published[@]}" "$world_inet:8099" & probes+=($!)
  contained -- 10.177.33.2:8099 | sed -n 's/^./a container: &/p' & probes+=($!)
  wait "${probes[@]}"
}
reached() { world_reaches_from "$@" | sed -n "s/^./$1: &/p"; }

check "an image" image_make
world_start
guest

# --- a VM that is bridged to the host's uplink, where br_netfilter shows what is bridged to the rules (Docker loads it)
bridged() {
  ip link add br0 type bridge && ip address add 172.27.0.1/24 dev br0 && ip link set br0 up
  local each
  for each in 2 3; do
    ip netns add "port$each"
    ip link add "port$each" type veth peer name eth0 netns "port$each" && ip link set "port$each" master br0 up
    ip -n "port$each" address add "172.27.0.$each/24" dev eth0 && ip -n "port$each" link set eth0 up
    ip -n "port$each" route add default via 172.27.0.1
  done
  ip route add default via 172.27.0.2 dev br0 metric 300
  echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
  world_peer port3 port3
}
if [[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]]; then
  skip "a bridged VM" "no br_netfilter here"
else
  check "a bridge that is an uplink" bridged
  for script in nft.sh iptables.sh; do
    uses "$script" && forwards 1
    check "$script, a bridged VM: NoFear starts" net start
    check_output "$script, a bridged VM is reached from the bridge, which gets no router" 172.27.0.3:8099 \
      world_reaches_from port2 172.27.0.3:8099 "$world_inet:8099" 172.24.0.2:8099
    check "$script, a bridged VM: NoFear stops" net stop
  done
  check_output "and without NoFear it gets one" "172.27.0.3:8099 172.24.0.2:8099" world_reaches_from port2 172.27.0.3:8099 172.24.0.2:8099
  ip link delete br0
fi

wanted iptables.sh || skip "iptables.sh" "not asked for"
for tool in podman docker; do
  wanted "$tool" || continue
  for script in nft.sh iptables.sh; do
    wanted "$script" || continue
    # --- NoFear is first: it forwards, so that Docker finds forwarding on and sets no policy.
    name="$script, then $tool"
    forwards 1
    uses "$script"
    check "$name: NoFear starts" net start
    if ! "${tool}_start" >"$check_dir/start" 2>&1 || ! containers >>"$check_dir/start" 2>&1; then
      skip "$name" "no container runs here: $(tail -n 1 "$check_dir/start")"
      "${tool}_end" >/dev/null 2>&1 || true
      net stop
      break
    fi
    check "$name: guests get out" gets_out
    check "$name: all is up" net status
    holds "$name"
    check "$name: reload" net reload
    check "$name: all is up" net status
    check "$name: guests get out" gets_out
    check "$name: containers are started again" "${tool}_restart"
    check "$name: all is up" net status
    holds "$name, started again"

    # --- without NoFear, forwarding still on: the tests' own witness
    check "$name: NoFear stops" net stop
    goes_on "$name, NoFear stopped"
    ip link set dev nofear0 address $gateway
    check_output "$name: without NoFear neighbours reach containers" "${at[*]/%/:8099}" world_reaches_from lan "${at[@]/%/:8099}"
    check_output "$name: and guests them and their ports" "${at[*]/%/:8099} $world_host_lan:8089" \
      world_reaches_from guest "${at[@]/%/:8099}" "$world_host_lan:8089"
    "${tool}_end" >/dev/null

    # --- NoFear comes to a host that has containers, where forwarding was off until these came.
    name="$tool, then $script"
    uses "$script"
    forwards 0
    check "$name: it starts" "${tool}_start"
    check "$name: containers start" containers
    check_output "$name: it has switched forwarding on" 1 cat /proc/sys/net/ipv4/ip_forward
    goes_on "$name, before"
    # Docker's own policy keeps neighbours out, since it is Docker that made the host forward, but from ports that are published:
    # these are open at the container's own address too. podman has no policy.
    open=("${at[@]/%/:8099}")
    [[ $tool == podman ]] || open=("${at[0]}:8099" "${at[2]}:8099")
    check_output "$name, before: neighbours reach of its containers' addresses those that it leaves open" "${open[*]}" \
      world_reaches_from lan "${at[@]/%/:8099}"
    rules >"$check_dir/before"
    check "$name: NoFear starts" net start
    check "$name: all is up" net status
    holds "$name"
    check "$name: NoFear stops" net stop
    check_output "$name: exactly as it was" "$(<"$check_dir/before")" rules
    "${tool}_end" >/dev/null
    iptables -w -P FORWARD ACCEPT
  done
done
