#!/usr/bin/env bash
# Two boots of one machine with systemd: what the guests' network needs is there again after a reboot, and after others have
# reloaded their firewalls.
#
#   ci/e2e/reboot.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built, on a machine that can run ci/machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

out=$check_dir/machine
mkdir "$out"
machine() { "$here/machine" --timeout "${NOFEAR_REBOOT_SECONDS:-1200}" --out "$out" --disk "$check_dir/disk" --systemd -- bash -c "$1" bash "$setup" "${@:2}"; }

# shellcheck disable=SC2016 # the machine's words
first='setup=$1 && shift
echo 0 >/proc/sys/net/ipv4/ip_forward
"$setup" install --yes --no-color --network tap "$@" && systemctl is-active nofear-net && sync'
# What is found is told in files: a machine is too dear for one question.
# shellcheck disable=SC2016
second='exec >/run/machine/out/found 2>&1
echo "unit $(systemctl is-active nofear-net)"
echo "forwarding $(</proc/sys/net/ipv4/ip_forward)"
ip link add nofear0 type veth peer name guest0
nft list table inet nofear >/dev/null && echo "table there"
# networkd, with a file for every interface: the witness is one of its own.
printf "[Match]\nName=*\n[Network]\nDHCP=yes\n" >/etc/systemd/network/80-all.network
ip link add other type veth peer name peer
systemctl start systemd-networkd
networkd() { networkctl list --no-legend --no-pager | awk -v name="$1" "\$2 == name { print \$5 }"; }
for i in {1..100}; do [[ $(networkd other) == configuring ]] && break; sleep 0.2; done
echo "networkd other $(networkd other) nofear0 $(networkd nofear0)"
systemctl -q stop systemd-networkd.socket systemd-networkd
rm /etc/systemd/network/80-all.network
# Another one restarts his firewall, with a file that flushes everything, as the distribution ships it.
printf "#!/usr/sbin/nft -f\nflush ruleset\n" >/etc/nftables.conf
systemctl start nftables
nft list table inet nofear >/dev/null && echo "started there"
systemctl reload nftables
for i in {1..100}; do nft list table inet nofear >/dev/null 2>&1 && break; sleep 0.2; done
nft list table inet nofear >/dev/null && echo "reloaded there"
systemctl restart nftables
for i in {1..100}; do nft list table inet nofear >/dev/null 2>&1 && break; sleep 0.2; done
nft list table inet nofear >/dev/null && echo "restarted there"
nft flush ruleset
/usr/local/sbin/nofear-setup doctor --json --only net.nat | tr -d "\n " | grep -oE "\"id\":\"net.nat\",\"status\":\"[a-z]+\""
/usr/local/sbin/nofear-setup doctor --fix --only net.nat >/dev/null
nft list table inet nofear >/dev/null && echo "fixed there"
/usr/local/sbin/nofear-setup uninstall --yes >/dev/null
ls -d /etc/systemd/system/nofear-net.service /etc/systemd/system/nftables.service.d/60-nofear.conf 2>/dev/null || echo "nothing left"'

check "install, and the unit runs at once" machine "$first" "$@"
check "the machine boots again" machine "$second"
found() { cat "$out/found" && grep -qxF -- "$1" "$out/found"; }
check "the unit has run" found "unit active"
check "forwarding is on" found "forwarding 1"
check "the rules are there" found "table there"
check "systemd-networkd leaves the taps alone" found "networkd other configuring nofear0 unmanaged"
check "a start of nftables.service brings ours back" found "started there"
check "a reload of nftables.service brings ours back" found "reloaded there"
check "a restart as well" found "restarted there"
check "a flush by hand is noticed by doctor" found '"id":"net.nat","status":"fail"'
check "and repaired" found "fixed there"
check "uninstall leaves no unit, nor anything in others'" found "nothing left"
