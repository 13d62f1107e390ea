# The state of this machine, saved and compared: its disk (in ci/machine and in ci/lib/in-namespace: what differs from the
# machine's root), and what is live.
# To be sourced, with check.sh.
# shellcheck shell=bash disable=SC2154 # here: the caller's

# state_save NAME
state_save() { state_write >"$check_dir/state.$1"; }

# state_same NAME: fails with the differences on standard output.
state_same() { state_write | diff "$check_dir/state.$1" - | grep '^[<>]' && return 1 || return 0; }

state_write() {
  state_write_live
  if [[ ${NOFEAR_MACHINE:-} ]]; then
    "$here/lib/snapshot" --changes /run/.changes /run/.lower
  elif [[ ${NOFEAR_NAMESPACE:-} ]]; then
    "$here/lib/snapshot" --changes "$NOFEAR_NAMESPACE/upper" "$NOFEAR_NAMESPACE/lower"
  else
    "$here/lib/snapshot" "${state_leave[@]}"
  fi
}

state_write_live() {
  ! command -v nft >/dev/null || nft --stateless list ruleset
  ! command -v ip >/dev/null || ip -brief link | awk '{ print $1, $2, $NF }' # a tap made again has another address
  cat /proc/sys/net/ipv4/ip_forward /proc/self/mounts
}

# The checkout itself, and the repository that it is a work tree of, are no part of the product's doing.
state_leave=(--leave "$(readlink -f "$here/..")")
if repository=$(git -C "$here" rev-parse --path-format=absolute --git-common-dir 2>/dev/null); then
  state_leave+=(--leave "$(dirname "$repository")")
fi
