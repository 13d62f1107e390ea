#!/usr/bin/env bash
# Cuts the power in the middle of an install, in the test machine with its disk kept: the machine started again
# completes the install, or takes it back, and every path is as before.
#
#   ci/e2e/powercut.sh [--times N] [OPTION of nofear-setup install]...
#
# Run as root, with the product built. N (default 5) cuts, at moments spread over the install; 20 minutes and more.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

times=5
if [[ ${1:-} == --times ]]; then
  times=$2
  shift 2
fi
options=(--yes --no-color "$@")
out=$check_dir/machine
mkdir "$out"
limit=${NOFEAR_POWERCUT_SECONDS:-1500}

# machine DISK SCRIPT [ARG...]: bash runs SCRIPT there. One processor: with two, a machine that is emulated hangs sooner or later
# when it runs guests.
machine() { (machine_exec "$@"); }
machine_exec() {
  local disk=$1
  shift
  exec "$here/machine" --cpus 1 --timeout "$limit" --out "$out" --disk "$disk" -- bash -c "$1" bash "$setup" "${@:2}"
}
# The machine's changes against its root, which is this machine's /.
snapshot="$(readlink -f "$here/lib/snapshot") --changes /run/.changes /run/.lower"

# A first install brings the packages and the builds: what is cut is the install itself, and its length is known.
disk=$check_dir/disk
# shellcheck disable=SC2016 # the machine's words
prepare='setup=$1 && shift
"$setup" install "$@" && "$setup" uninstall --yes && sync && '$snapshot' >/run/machine/out/before &&
start=$(date +%s%N) && "$setup" install "$@" && echo $((($(date +%s%N) - start) / 1000000)) >/run/machine/out/took &&
"$setup" uninstall --yes && sync'
check "an undisturbed install and uninstall" machine "$disk" "$prepare" "${options[@]}"
[[ -s $out/took ]] || exit 1
took=$(<"$out/took")

# The install begins when the file tells so; the power is cut some time after.
# shellcheck disable=SC2016
cut='setup=$1 && shift
touch /run/machine/out/began && "$setup" install "$@"; touch /run/machine/out/ended; sleep 600'
cut_at() {
  local disk=$1 milliseconds=$2 pid
  rm -f "$out/began" "$out/ended"
  machine_exec "$disk" "$cut" "${options[@]}" >"$check_dir/cut" 2>&1 &
  pid=$!
  for ((i = 0; i < 3000; i++)); do
    [[ ! -e $out/began ]] || break
    sleep 0.1
  done
  sleep "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))"
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  # The emulator dies with its parent.
  while pgrep -f "file=$disk," >/dev/null; do sleep 0.1; done
  [[ -e $out/began ]]
}

# shellcheck disable=SC2016
complete='setup=$1 && shift
"$setup" install "$@" && { "$setup" install "$@" 2>&1 | grep -E "(^|[^0-9])0 changes"; } && "$setup" uninstall --yes &&
'$snapshot' | diff /run/machine/out/before -'
# shellcheck disable=SC2016
take_back='setup=$1 && shift
"$setup" uninstall --yes && '$snapshot' | diff /run/machine/out/before -'

for ((n = 1; n <= times; n++)); do
  at=$((took * n / (times + 1)))
  cp --sparse=always "$disk" "$disk.$n"
  check "power cut $n, $at ms into the $took ms of an install" cut_at "$disk.$n" "$at"
  if ((n % 2)); then
    check "the next install completes it, and uninstall leaves every path as before" machine "$disk.$n" "$complete" "${options[@]}"
  else
    check "uninstall leaves every path as before" machine "$disk.$n" "$take_back" "${options[@]}"
  fi
  rm -f "$disk.$n"
done
