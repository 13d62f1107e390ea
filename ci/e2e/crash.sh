#!/usr/bin/env bash
# Kills install and uninstall with SIGKILL at random moments, as real processes on offline trees, several times in a row,
# and goes on with either: install must then end as an undisturbed one does, and uninstall must leave every path as it was.
#
#   ci/e2e/crash.sh [--times N] [--seed N] [--product [OPTION of nofear-setup install]...]
#
# Without --product: the engine with one resource of each kind, from the test classes (`mvn test-compile package`).
# With it: the built nofear-setup on a tree of a few files. Writes to a temporary directory only. Run as root, since
# owners and capabilities belong to what must come back.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/tree.sh
. "$here/lib/tree.sh"

times=200 product='' options=()
RANDOM=20261124
while [[ $# -gt 0 ]]; do
  case $1 in
    --times) times=$2 && shift ;;
    --seed) RANDOM=$2 && shift ;;
    --product) product=yes && shift && options=("$@") && break ;;
    *) sed -n '2,/^set -/s/^#\( \|$\)//p' "$0" >&2 && exit 2 ;;
  esac
  shift
done
setup=$here/../installer/setup/target
if [[ -d /dev/shm && -w /dev/shm ]]; then top=$(mktemp -d /dev/shm/nofear-crash.XXXXXX); else top=$check_dir/crash && mkdir "$top"; fi
trap 'status=$?; rm -rf "$top"; check_close $status' EXIT

# run DIR COMMAND: replaces this process, so that its id is that of the virtual machine.
run() {
  if [[ $product ]]; then
    local words=()
    [[ $2 != install ]] || words=("${options[@]}")
    exec "$setup/nofear/sbin/nofear-setup" "$2" --root "$1/tree" --yes --no-color "${words[@]}"
  fi
  exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Djna.nounpack=true \
    -Djna.boot.library.path="$setup/nofear/lib/nofear/jars/native/linux-$(uname -m | tr _ -)" \
    -cp "$setup/test-classes:$setup/nofear/lib/nofear/jars/*" org.nofear.setup.engine.CrashTree "$1" "$2"
}

# The state's own files hold times and generations: they count only in that there are none after uninstall.
installed_picture() { tree_picture "$1/tree" | grep -v '^\./var\(/lib\(/nofear\(/.*\)\?\)\?\)\?	'; }

mkdir "$top/none"
if [[ $product ]]; then tree_make "$top/none/tree"; else (run "$top/none" make); fi
tree_picture "$top/none/tree" >"$top/before"
cp -a "$top/none" "$top/all"
clock() { date +%s%N; }
start=$(clock)
(run "$top/all" install) >/dev/null 2>&1
took=$((($(clock) - start) / 1000000))
installed_picture "$top/all" >"$top/installed"
check "an undisturbed install changes the tree" test "$(tree_picture "$top/all/tree" | md5sum)" != "$(md5sum <"$top/before")"

# killed DIR COMMAND RANDOM: runs COMMAND and kills it after a random time.
killed() {
  local pid wait=$((took / 4 + $3 % (took * 3 / 4 + 1)))
  (run "$1" "$2") >/dev/null 2>&1 &
  pid=$!
  sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  echo "$2 for $wait ms" >>"$1/kills"
  [[ ! -e $1/tree/var/lib/nofear/journal ]] || echo "$2" >>"$1/cut"
}

# chain N COMMAND KILLED RANDOM [KILLED RANDOM]...: kills each, goes on with the next, and lets COMMAND come to its end;
# says what was wrong in wrong.N.
chain() {
  local dir=$top/t$1 n=$1 last=$2 status=0
  shift 2
  if [[ $1 == install ]]; then cp -a "$top/none" "$dir"; else cp -a "$top/all" "$dir"; fi
  while [[ $# -gt 0 ]]; do
    killed "$dir" "$1" "$2"
    shift 2
  done
  (run "$dir" "$last") >"$dir/out" 2>&1 || status=$?
  if [[ $last == install ]]; then
    installed_picture "$dir" | diff "$top/installed" - >"$dir/differs" || true
  else
    tree_picture "$dir/tree" | diff "$top/before" - >"$dir/differs" || true
  fi
  [[ $status == 0 ]] || echo "status $status" >>"$dir/differs"
  if [[ -s $dir/differs ]]; then cat "$dir/kills" "$dir/out" "$dir/differs" >"$top/wrong.$n"; fi
  cat "$dir/cut" >"$top/cut.$n" 2>/dev/null || true
  : >"$top/done.$n"
  rm -rf "$dir"
}

each=4 commands=(install uninstall)
chains=$(((times + each - 1) / each))
for ((n = 0; n < chains; n++)); do
  while [[ $(jobs -rp | wc -l) -ge $(nproc) ]]; do wait -n || true; done
  words=("${commands[n % 2]}")
  for ((k = 0; k < each; k++)); do words+=("${commands[RANDOM % 2]}" "$RANDOM"); done
  chain "$n" "${words[@]}" 2>/dev/null &
done
wait

right() { [[ -e $top/done.$1 ]] && { [[ ! -e $top/wrong.$1 ]] || { cat "$top/wrong.$1" && return 1; }; }; }
for ((n = 0; n < chains; n++)); do
  check "$each kills, then ${commands[n % 2]} ($n)" right "$n"
done
cut=$(cat "$top"/cut.* | wc -l)
check "$cut of $((chains * each)) kills came in the middle of the work: some did" test "$cut" -gt 0
