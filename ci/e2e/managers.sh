#!/usr/bin/env bash
# Those who manage a host's network leave the guests' interfaces alone: NetworkManager, dhcpcd and avahi, each the real one, with
# what install brings for it and, as a witness that it would not, without it. systemd-networkd: reboot.sh.
#
#   ci/e2e/managers.sh
#
# Runs as root; in a Debian tree that has them (ci/lib/net-tree.sh).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/net-tree.sh
. "$here/lib/net-tree.sh"
net_tree managers.sh network-manager avahi-daemon dhcpcd-base nftables dnsmasq-base -- "$@"
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

golden=$here/../templates/src/test/resources/golden
library=/usr/local/lib/nofear
started=()
trap 'status=$?; [[ ${#started[@]} == 0 ]] || kill "${started[@]}" 2>/dev/null || true; check_close $status' EXIT
groupadd --system nofear
mkdir -p "$library" && cp "$golden/nofear.nft" "$library" && install -m 755 "$golden/nft.sh" "$library/nofear-net"
mount -o remount,ro,bind /sys # as in a container: no udev is waited for
# An interface of the host's own, which they do manage.
ip link add lan type veth peer name peer && ip link set lan up && ip link set peer up
background() { # LOG COMMAND...
  "${@:2}" </dev/null >"$check_dir/$1" 2>&1 &
  started+=($!)
}
background dbus dbus-daemon --system --nofork --nopidfile
check "the rules are there" "$library/nofear-net" start
tap=nofear0
# As nofear-tap makes it, but that it stays.
tap_make() {
  ip tuntap add dev $tap mode tap && echo 1 >/proc/sys/net/ipv6/conf/$tap/disable_ipv6 &&
    ip address add 10.177.33.1/30 dev $tap && ip link set $tap multicast off arp off up
}
check "a tap is there" tap_make
said() { grep -E "$2" "$check_dir/$1"; }
stop_last() {
  kill "${started[-1]}"
  wait "${started[-1]}" 2>/dev/null || true
}

# --- NetworkManager
network_manager() { # CONFIGURED
  rm -f /etc/NetworkManager/conf.d/nofear.conf
  [[ ! $1 ]] || cp "$golden/networkmanager.conf" /etc/NetworkManager/conf.d/nofear.conf
  background "nm$1" NetworkManager --no-daemon
  product_wait 30 nm_state lan '^(disconnected|connected|connecting)'
}
nm_state() { nmcli -t -f DEVICE,STATE device | sed -n "s/^$1://p" | grep -E "$2"; }
check "NetworkManager runs" network_manager ''
check "NetworkManager takes care of a tap, if nothing is done" product_wait 20 nm_state $tap '^(disconnected|connected|connecting)'
stop_last
check "NetworkManager runs with NoFear's file" network_manager yes
check "and leaves the tap alone" product_wait 20 nm_state $tap '^unmanaged$'
stop_last

# --- dhcpcd, which leaves taps alone by itself (since 8.1; doctor asks those who have an older one for a line in its file)
dhcpcd_runs() {
  timeout 15 dhcpcd --nodev -B -d -t 5 >"$check_dir/dhcpcd" 2>&1 </dev/null || true
  said dhcpcd '^lan: .*(soliciting|probing|DISCOVER)'
}
check "dhcpcd runs" dhcpcd_runs
check_output "and leaves the tap alone" "$tap: ignoring due to interface type and no config" said dhcpcd "^$tap: "

# --- avahi, which needs no configuration: an interface without multicast is none of its
avahi() { # LOG
  background "$1" avahi-daemon --no-drop-root --no-chroot --no-rlimits
  product_wait 30 said "$1" 'Joining mDNS multicast group on interface lan\.'
}
ip link set $tap multicast on
check "avahi runs" avahi avahi
check "avahi announces the host on a tap, if nothing is done" product_wait 10 said avahi "Joining .* interface $tap\."
stop_last
ip link delete $tap && tap_make
check "avahi runs with the taps as NoFear makes them" avahi avahiyes
sleep 3
check_status 1 "and leaves the tap alone" said avahiyes "Joining .* interface $tap\."
stop_last
