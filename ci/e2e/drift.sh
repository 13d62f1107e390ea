#!/usr/bin/env bash
# An installed NoFear whose things others change: what doctor finds, what `doctor --fix` and install repair, and that they
# repair nothing else; what the admin changed is kept and named. And a newer version installed over it. The plan is the truth.
#
#   ci/e2e/drift.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Everything happens on a throw-away view of this machine (ci/lib/in-namespace) or in
# ci/machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
[[ ${NOFEAR_MACHINE:-}${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "$@"
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

user_make "$product_user"
plain=(--yes --no-color --user "$product_user" "$@")
options=("${plain[@]}" --network tap)
library=$product_prefix/lib/nofear
"$setup" install "${options[@]}" >/dev/null 2>&1 # the packages
"$setup" uninstall --yes >/dev/null 2>&1
echo 0 >/proc/sys/net/ipv4/ip_forward
state_save before
# Without what boots a guest or walks all of /usr.
quick=(--skip boot.selftest --skip guest.alternatives --skip guest.unreadable)

# --- where nothing is installed, doctor --fix installs nothing
fixes_nothing() {
  local status=0
  "$setup" doctor --fix "${quick[@]}" >"$check_dir/fix" 2>&1 || status=$?
  cat "$check_dir/fix"
  [[ $status == 1 ]] && grep -q 'nothing is installed here' "$check_dir/fix"
}
check "doctor --fix where nothing is installed says so" fixes_nothing
check "and changes nothing" state_same before

# --- the plan is what install does
changes_of_plan() { perl -MJSON::PP -0777 -e 'my ($json) = grep { /"changes"/ } split /\n/, <>;
  print map { my $id = $_->{id}; $id =~ s/^[a-z-]+://; "$_->{kind} $id\n" } @{ decode_json($json)->{changes} }'; }
steps_of_install() { perl -MJSON::PP -ne 'my $e = decode_json($_); print "$e->{step}\n" if $e->{event} eq "done"'; }
"$setup" install --dry-run --json "${options[@]}" >"$check_dir/plan" 2>/dev/null
check "install" "$setup" install --json "${options[@]}"
check_keep install
# What is built is told as a step of its own; it is no change of the system.
is_what_was_planned() {
  changes_of_plan <"$check_dir/plan" >"$check_dir/planned"
  [[ $(wc -l <"$check_dir/planned") -gt 40 ]] || return
  steps_of_install <"$check_dir/install.out" | grep -E '^(create|change|delete) ' | diff "$check_dir/planned" -
}
check "does what --dry-run told, in its order, and nothing else" is_what_was_planned
state_save installed

# status ID: what doctor says of the check; verdicts: every check's.
verdicts() { "$product_setup" doctor "${quick[@]}" --json | perl -MJSON::PP -0777 -ne 'print map { "$_->{id} $_->{status}\n" } @{ decode_json($_)->{checks} }'; }
verdicts >"$check_dir/healthy" || true
# found ID: doctor fails this check, and no other that it did not fail before.
found() {
  verdicts >"$check_dir/now" || true
  diff "$check_dir/healthy" "$check_dir/now" >"$check_dir/differs" || true
  cat "$check_dir/differs"
  grep -qxE "> $1 (fail|warn)" "$check_dir/differs" || return
  ! grep -E '^> ' "$check_dir/differs" | grep -vE " (skip|pass)$| ($1|install.drift) "
}
repaired() { verdicts | diff "$check_dir/healthy" - && state_same installed; }
# drift SENTENCE ID COMMAND...: COMMAND spoils something. Doctor finds it, and its fix and install repair it.
drift() {
  local sentence=$1 id=$2
  shift 2
  "$@"
  check "$sentence: doctor finds it" found "$id"
  check "$sentence: doctor --fix repairs it" "$product_setup" doctor --fix "${quick[@]}"
  check "$sentence: it and nothing else" repaired
  "$@"
  check "$sentence: install repairs it" "$product_setup" install "${options[@]}"
  check "$sentence: that and nothing else" repaired
}
# What is not ours to repair is told.
closed_device() {
  chmod 600 /dev/net/tun
  check_error 125 '/dev/net/tun: Permission denied' "taps without a device that users may open" nofear run -t -- true
  check_status 1 "doctor tells" product_as_user "$product_setup" doctor --only net.taps
  chmod 666 /dev/net/tun
}

drift "a file deleted by hand" install.drift rm "$library/etc-allow.list"
drift "the guest's kernel deleted" kernel.image rm "$library/bzImage"
drift "a mode changed" install.drift chmod 700 "$library/guest.cpio"
drift "an owner changed" install.drift chown "$product_user" "$product_nofear"
drift "a link deleted" install.drift rm /etc/systemd/system/multi-user.target.wants/nofear-net.service
drift "a firewall flushed" net.nat nft flush ruleset
drift "a sysctl set back" net.forwarding sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
leave_group() { gpasswd -d "$product_user" nofear >/dev/null 2>&1; }
drift "a user taken out of the group" install.drift leave_group
drift "nofear-tap's capability lost" vmm.capability setcap -r "$library/nofear-tap"
drift "a firewall's chain flushed" net.nat nft flush chain inet nofear from_guest
left_over() { ip tuntap add dev nofear0 mode tap group 54321; }
drift "a persistent tap of another group" net.taps left_over
closed_device

# altered SENTENCE FILE COMMAND...: what lies under the prefix is put back, with what COMMAND made of it beside.
altered() {
  local sentence=$1 file=$2
  shift 2
  "$@"
  cp "$file" "$check_dir/altered"
  check_status 1 "$sentence: verify tells" "$product_setup" verify
  check_keep verify
  check "$sentence: by its name" grep -E "^changed path $file  " "$check_dir/verify.out"
  check_status 1 "$sentence: doctor finds it" "$product_setup" doctor --only install.drift
  check "$sentence: doctor --fix --dry-run shows it" sh -c "'$product_setup' doctor --fix --dry-run --only install.drift | grep -qxE '2 changes'"
  check "$sentence: and does nothing" cmp "$check_dir/altered" "$file"
  check "$sentence: doctor --fix repairs it" "$product_setup" doctor --fix --only install.drift
  check "$sentence: what was there is kept" cmp "$check_dir/altered" "$file.nofear-old"
  check "$sentence: verify finds nothing any more" "$product_setup" verify
  rm "$file.nofear-old"
  check "$sentence: it and nothing else" state_same installed
}
flip() { printf '\377' | dd of="$library/bzImage" bs=1 seek=70000 conv=notrunc status=none; }
altered "a byte of the guest's kernel flipped" "$library/bzImage" flip
altered "a launcher of 0 bytes" "$product_nofear" truncate -s 0 "$product_nofear"
altered "a garbled launch.conf" "$library/launch.conf" sh -c "echo garbled >'$library/launch.conf'"
rm "$library/install.options"
check "the options are in the state: doctor --fix without the file that tells them" "$product_setup" doctor --fix --only install.drift
check "it and nothing else" state_same installed

# --- a failed install leaves the live network as it was
live() { nft --stateless list ruleset; cat /proc/sys/net/ipv4/ip_forward; ip -brief address; }
live >"$check_dir/live"
fails_late() {
  local status=0
  mkdir -p /etc/nofear
  echo 'subnet = 10.99.0.0/24' >>/etc/nofear/nofear.conf
  "$setup" install "${options[@]}" --kernel "$check_dir/no-kernel" >"$check_dir/late" 2>&1 || status=$?
  sed -i '/^subnet = 10.99/d' /etc/nofear/nofear.conf
  [[ -s /etc/nofear/nofear.conf ]] || rm -r /etc/nofear
  cat "$check_dir/late"
  [[ $status == 1 ]] && grep -q 'has been taken back' "$check_dir/late"
}
# It has a boot header and does not boot.
head -c 1000000 "$library/bzImage" >"$check_dir/no-kernel"
check "an install of another subnet, with a kernel that does not boot, fails" fails_late
check "the live network is as it was" sh -c "$(declare -f live); live | diff '$check_dir/live' -"
check "and so is everything else" state_same installed

# --- a VM that runs
"$here/lib/as-user" "$product_user" "$product_nofear" run --network none -t -- sleep 120 >/dev/null 2>&1 &
vm=$!
check "a VM runs" product_wait 60 pgrep -x nofear-monitor
check_error 1 'a VM runs' "uninstall is refused while a VM runs" "$product_setup" uninstall --yes
check "and changes nothing" "$product_setup" verify
kill $vm && { wait $vm || true; }
check "the VM has ended" product_wait 30 sh -c '! pgrep -x nofear-monitor'

# --- what the admin changed is kept
echo '# mine' >>/etc/sysctl.d/60-nofear.conf
check "install keeps a file that the admin changed" "$product_setup" install "${options[@]}"
check_keep kept
check "and names it" grep -F /etc/sysctl.d/60-nofear.conf "$check_dir/kept.out" "$check_dir/kept.err"
check "it is as he left it" grep -qx '# mine' /etc/sysctl.d/60-nofear.conf
check "doctor tells" found install.drift
check "doctor --fix does not overwrite it" sh -c "'$product_setup' doctor --fix --skip boot.selftest; grep -qx '# mine' /etc/sysctl.d/60-nofear.conf"

# --- a newer version
cp -a "$built" "$check_dir/next"
mkdir "$check_dir/jar"
templates=lib/nofear/jars/templates.jar
(cd "$check_dir/jar" && jar xf "$built/$templates")
find "$check_dir/jar" -name sysctl.conf.ftl -exec sh -c 'echo "# of the next version" >>"$1"' sh {} \;
jar cfM "$check_dir/next/$templates" -C "$check_dir/jar" .
check "a newer version's install over an older one's state" "$check_dir/next/sbin/nofear-setup" install "${options[@]}"
check "leaves the admin's file" grep -qx '# mine' /etc/sysctl.d/60-nofear.conf
beside() { find /etc/sysctl.d -name '60-nofear.conf*' ! -name 60-nofear.conf -exec grep -l 'of the next version' {} + | grep .; }
check "with the new version beside it" beside
check "a program runs" nofear run -t -- true
check "what a version no longer wants is taken back" "$check_dir/next/sbin/nofear-setup" install "${plain[@]}" --network none
check_keep unwanted
check "but for the admin's file, which is named" grep -F /etc/sysctl.d/60-nofear.conf "$check_dir/unwanted.out" "$check_dir/unwanted.err"
check "the firewall's table" sh -c '! nft list table inet nofear 2>/dev/null'
check "nofear-tap" test ! -e "$library/nofear-tap"
check "and the unit" test ! -e /etc/systemd/system/nofear-net.service

# Uninstall takes nothing that may be somebody's work, wherever it lies.
echo '# mine' >>"$library/launch.conf"
check "uninstall" "$product_setup" uninstall --yes
check_keep uninstall
check "keeps a file that the admin changed" grep -qx '# mine' "$library/launch.conf"
check "and names it" grep -F "$library/launch.conf" "$check_dir/uninstall.out" "$check_dir/uninstall.err"
check "and the one that was no longer its own" grep -qx '# mine' /etc/sysctl.d/60-nofear.conf
rm -rf /etc/sysctl.d/60-nofear.conf* "$library"
check "everything else is as before the install" state_same before
