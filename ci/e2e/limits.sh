#!/usr/bin/env bash
# The caller's limits (ulimit) at nothing, little and odd values: a command has its result, or NoFear one line and 125; it always
# ends, and nothing of it is left running. With a plan that is known already, and with one that Java has to make.
#
#   ci/e2e/limits.sh
#
# Run as root, with NoFear installed.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
export NOFEAR_HOME=$product_user_home/.lkvm-limits
remove() { rm -rf "$NOFEAR_HOME"; }
trap 'status=$?; pkill -KILL -u "$product_user" || true; remove; check_close $status' EXIT
remove
seconds=$([[ ${NOFEAR_MACHINE:-} ]] && echo 180 || echo 60) # in which all must have ended

# limited NAME=VALUE ARG...: nofear run under that limit, hard and soft, of prlimit(1), which needs nothing but itself.
limited() {
  local limit=$1
  shift
  product_as_user timeout --kill-after=5 "$seconds" prlimit "--$limit" "$product_nofear" run "$@"
}
left() { pgrep -l -u "$product_user" | grep -vE ' (bash|sh|pgrep|timeout)$'; }
nothing_left() { ! left >/dev/null; }
# held LIMIT ARG...: the command's result, or one line and 125.
held() {
  local limit=$1 status
  shift
  echo 0 >"$check_dir/status"
  # Through pipes: a limit on files would hold for the files that this is looked at in.
  { { limited "$limit" "$@" -- sh -c 'exit 7' </dev/null || echo $? >"$check_dir/status"; } 2>&1 >&3 3>&- | cat >"$check_dir/error"; } 3>&1 |
    cat >"$check_dir/said"
  status=$(<"$check_dir/status")
  cat "$check_dir/said" "$check_dir/error"
  echo "status $status"
  case $status in
    7) [[ ! -s $check_dir/error ]] || return ;;
    125) { [[ $(wc -l <"$check_dir/error") == 1 && ! -s $check_dir/said ]] && grep -q '^nofear: ' "$check_dir/error"; } || return ;;
    *) return 1 ;;
  esac
  product_wait 10 nothing_left || { left && false; }
}
# Where not even true(1) runs, nothing can.
possible() { product_as_user prlimit "--$1" true 2>/dev/null; }

check "without limits" nofear run -- true
for limit in nofile={0,4,16,24,48,100,128,134,135,256} nproc={0,2,5} as={300000000,2000000000} data={0,100000000,600000000} \
  fsize={0,1,1000000} stack={65536,1000000} cpu={1,2} core=0 memlock=0 sigpending=0 msgqueue=0 locks=0 rss=0 nice=0 rtprio=0; do
  if ! possible "$limit"; then
    skip "$limit" "nothing runs within that"
    continue
  fi
  check "$limit" held "$limit"
  case $limit in # what a Java has to do with
    nofile=* | nproc=* | as=* | data=* | stack=*) check "$limit, for a plan that has to be made" held "$limit" -t -e "NOFEAR_LIMIT=$limit" ;;
  esac
done

# Soft limits alone are no reason to fail: what the hard ones let is taken. The command has the caller's, all the same.
soft() { product_as_user timeout --kill-after=5 "$seconds" prlimit "--$1" "$product_nofear" run -t -- sh -c "ulimit -S $2"; }
check_output "134 open files, soft" 134 soft nofile=134: -n
check_output "20 open files, soft" 20 soft nofile=20: -n
check_output "2 GB of memory, soft" 1953125 soft as=2000000000: -v
check_output "files of 1 MiB, soft" 2048 soft fsize=1048576: -f # in blocks of 512 bytes
check_output "a second of the processor, soft" 1 soft cpu=1: -t
check_output "a stack of 1 MiB, soft" 1024 soft stack=1048576: -s
