#!/usr/bin/env bash
# `nofear-setup --root` on whole trees of Debian releases, as who builds an image has them: installed, found complete, taken
# back; and nothing of the machine that it runs on is touched.
#
#   ci/e2e/offline.sh [--release NAME]... [OPTION of nofear-setup install]...
#
# Run as root, with the product built. The trees are made once with debootstrap and kept in ~/.cache/nofear-ci. Everything
# happens on a throw-away view of this machine (ci/lib/in-namespace).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
releases=()
words=("$@")
while [[ ${1:-} == --release ]]; do
  releases+=("$2")
  shift 2
done
[[ ${#releases[@]} != 0 ]] || releases=(bullseye bookworm trixie sid)
# shellcheck source=ci/lib/debian-tree.sh
. "$here/lib/debian-tree.sh"
for release in "${releases[@]}"; do debian_tree "$release" >/dev/null; done # needs the network
[[ ${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "${words[@]}"
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=ci/lib/tree.sh
. "$here/lib/tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

state_save machine

for release in "${releases[@]}"; do
  tree=$check_dir/$release
  mkdir "$tree"
  tar -xpf "$(debian_tree "$release")" -C "$tree"
  echo 'alice:x:1000:1000::/home/alice:/bin/sh' >>"$tree/etc/passwd"
  tree_picture "$tree" >"$check_dir/$release.before"
  options=(--root "$tree" --yes --no-color)
  wanted=(--user alice --network tap "$@")
  same() { tree_picture "$tree" | diff "$check_dir/$release.before" - | grep '^[<>]' && return 1 || return 0; }

  check "$release: the plan" "$setup" install --dry-run "${options[@]}" "${wanted[@]}"
  check "$release: changes nothing" same
  check "$release: install" "$setup" install "${options[@]}" "${wanted[@]}"
  check "$release: what runs VMs is there" ls "$tree"/usr/local/{bin/nofear,sbin/nofear-setup,lib/nofear/bzImage,lib/nofear/guest.cpio}
  check "$release: what is needed at its boot as well" ls "$tree"/etc/{sysctl.d/60-nofear.conf,systemd/system/nofear-net.service}
  check_output "$release: alice may run VMs" alice sh -c "sed -n 's/^nofear:x:[0-9]*://p' '$tree/etc/group'"
  check "$release: install again" "$setup" install "${options[@]}" "${wanted[@]}"
  check_keep again
  check "$release: which says: 0 changes" grep -E '(^|[^0-9])0 changes' "$check_dir/again.out" "$check_dir/again.err"
  check "$release: doctor looks at it" "$setup" doctor --root "$tree" --no-color
  rm "$tree/usr/local/bin/nofear"
  check_status 1 "$release: and finds what is missing" "$setup" doctor --root "$tree" --no-color --only install.drift
  check "$release: doctor --fix brings it back" "$setup" doctor --fix --root "$tree" --no-color --only install.drift
  check "$release: uninstall" "$setup" uninstall "${options[@]}"
  check "$release: leaves every path as it was" same
  check "$release: nothing of this machine was touched" state_same machine
  rm -rf "$tree"
done
