# The installed product, as the end-to-end tests use it: by an ordinary user of the tests. To be sourced.
# shellcheck shell=bash disable=SC2034 # some of it is for the scripts only
here=${here:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..}
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/user.sh
. "$here/lib/user.sh"

product_prefix=${NOFEAR_PREFIX:-/usr/local} # where it is installed
product_nofear=$product_prefix/bin/nofear
product_setup=$product_prefix/sbin/nofear-setup
product_user=nofear-test
product_user_home=/home/nofear-test

# product_as_user COMMAND...: as the tests' user, freshly logged in; as the caller when that is not root.
product_as_user() {
  if [[ $(id -u) == 0 ]]; then "$here/lib/as-user" "$product_user" "$@"; else env --default-signal "$@"; fi
}

# nofear ARG...: at most five minutes of it, as the tests' user.
nofear() { product_as_user timeout --kill-after=10 300 "$product_nofear" "$@"; }

# product_vmm: the kind of VMM that runs now for the tests' user, as the host's processes show it, not as NoFear says.
product_vmm() {
  local process words owner
  owner=$(product_as_user id -u)
  for process in $(pgrep -u "$owner" -x 'lkvm|qemu-sys.*'); do
    mapfile -d '' -t words 2>/dev/null <"/proc/$process/cmdline" || continue
    [[ ${#words[@]} != 0 ]] || continue # it is ending
    case ${words[0]##*/}:" ${words[*]} " in
      lkvm:*) echo lkvm && return ;;
      *accel?kvm* | *" -enable-kvm "*) echo qemu-kvm && return ;;
      *) echo qemu-tcg && return ;;
    esac
  done
  return 1
}

# product_chosen: the kind of VMM that install chose; fails when nothing is installed.
product_chosen() { sed -n 's/^vmm\.kind *= *//p' "$product_prefix/lib/nofear/vmm.conf" 2>/dev/null; }

# product_wait SECONDS COMMAND...: until COMMAND succeeds; fails when SECONDS are over.
product_wait() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [[ $SECONDS -lt $end ]] || return 1
    sleep 0.1
  done
}
