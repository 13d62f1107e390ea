#!/usr/bin/env bash
# Shared folders are as good as local ones: what programs do to files comes out the same on the host, in a folder that is shared, and
# in the guest's own home; and what one side does, the other sees.
#
#   ci/e2e/files.sh
#
# Runs the installed product, whatever its VMM is. Run as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
work=$product_user_home/files
group=nofear-e2e-team
export NOFEAR_HOME=$work/profiles
finish() {
  rm -rf "$work"
  groupdel "$group" 2>/dev/null || true
}
trap 'status=$?; finish; check_close $status' EXIT
finish
install -d -o "$product_user" -g "$product_user" "$work"/{,rw,ro,here}
install -d -m 700 -o "$product_user" -g "$product_user" "$work/profiles"
cp "$here/lib/files-cases.py" "$work/cases.py"
chmod 755 "$work"

run() { product_as_user env NOFEAR_HOME="$NOFEAR_HOME" timeout --kill-after=10 300 "$product_nofear" run "$@"; }
# beside ARG...: a run in the background, until its output is there.
beside() {
  : >"$check_dir/beside"
  product_as_user env NOFEAR_HOME="$NOFEAR_HOME" timeout --kill-after=10 300 "$product_nofear" run "$@" >"$check_dir/beside" 2>"$check_dir/beside.err" &
  running=$!
  product_wait 120 test -s "$check_dir/beside"
}
as_user() { product_as_user bash -c "$1" bash "${@:2}"; }

# --- the same everywhere
on_host() { product_as_user python3 "$work/cases.py" "$work/here" >"$check_dir/host"; }
in_share() { run -t -f "$work/rw" -f "$work=/work:ro" -- python3 /work/cases.py /shared >"$check_dir/share"; }
in_home() { run -p cases -f "$work=/work:ro" -- sh -c 'mkdir ~/cases && exec python3 /work/cases.py ~/cases' >"$check_dir/home"; }
check "cases run on the host" on_host
check "in a shared folder" in_share
check "and in a profile's own home" in_home
number=$(sed -n 's/ cases$//p' "$check_dir/host")
check "there are $number" test "${number:-0}" -ge 150
# Not a case fewer, so that the differences that are known are counted too.
check_output "in the share all come out as on the host" "" diff "$check_dir/host" "$check_dir/share"
check_output "and in the home" "" diff "$check_dir/host" "$check_dir/home"

# --- both sides at once
check "a guest holds files open" beside -t -f "$work/rw" -- sh -c 'cd /shared && echo old >file && exec 3<file 4>>log && echo first >&4 && python3 -c "
import fcntl, sys, time
file = open(\"locked\", \"w\")
fcntl.lockf(file, fcntl.LOCK_EX)
other = open(\"flocked\", \"w\")
fcntl.flock(other, fcntl.LOCK_EX)
print(\"ready\", flush=True)
while not __import__(\"os\").path.exists(\"go\"): time.sleep(.05)
" && cat <&3 && cat changed && echo last >&4'
as_user 'cd "$1" && rm file && mv log moved && echo host >>moved && echo new >changed' "$work/rw"
lock='import fcntl,sys; fcntl.lockf(open(sys.argv[1],"r+"),fcntl.LOCK_EX|fcntl.LOCK_NB)'
check_status 1 "its lock is one on the host" product_as_user python3 -c "$lock" "$work/rw/locked"
check_status 1 "flock's as well" product_as_user flock --nonblock "$work/rw/flocked" true
as_user 'touch "$1/go"' "$work/rw"
wait "$running" || true
check_output "a file that the host has deleted is read, and what it has written" $'ready\nold\nnew' cat "$check_dir/beside"
check_output "one that it has renamed is appended to" $'first\nhost\nlast' cat "$work/rw/moved"
check "the lock is gone with the guest" product_as_user python3 -c "$lock" "$work/rw/locked"
exec 9>"$work/rw/flocked"
flock 9
check_status 1 "a lock of the host's is one in the guest" run -t -f "$work/rw" -- flock --nonblock /shared/flocked true
flock -u 9
exec 9>&-
seen() {
  run -t -f "$work/rw" -- sh -c 'cd /shared; stat news 2>/dev/null; echo one >ask; i=0; while ! grep -qs two news && [ $i -lt 100 ]; do i=$((i+1)); sleep .1; done; cat news' >"$check_dir/seen" &
  product_wait 60 test -s "$work/rw/ask"
  as_user 'echo one >"$1/news"; sleep 0.5; echo two >"$1/news"' "$work/rw"
  wait $! && grep -qx two "$check_dir/seen"
}
check "what the host makes and changes is seen" seen

# --- what is for reading
as_user 'echo keep >"$1/file"; mkdir "$1/dir"' "$work/ro"
for what in 'echo x >/ro/file' 'touch /ro/file' 'chmod 600 /ro/file' 'rm /ro/file' 'mv /ro/file /ro/other' 'ln /ro/file /ro/other' 'mkdir /ro/d' \
  'mount -o remount,rw /ro && echo x >/ro/file'; do
  check_status 1 "for reading only: $what" run -t --root -f "$work/ro=/ro:ro" -- sh -c "($what) 2>/dev/null || exit 1"
done
check_output "it is as it was" keep cat "$work/ro/file"

# --- the caller's groups
groupadd "$group" && usermod -a -G "$group" "$product_user"
install -d -m 2770 -g "$group" "$work/team"
check "a folder of the caller's group is his in the guest" run -t -f "$work/team" -- sh -c 'echo mine >/shared/file && cat /shared/file'
check_output "as on the host" "$group" stat -c %G "$work/team/file"

# --- the end of the server
check "a guest runs" beside -t -f "$work/rw" -- sh -c 'echo ready; while :; do cat /shared/news >/dev/null; sleep .1; done'
server=$(pgrep -u "$product_user" -x nofear-files)
check "one process serves its folders" test -n "$server"
check_output "which has no right that it could get" 1 sed -n 's/^NoNewPrivs:\s*//p' "/proc/$server/status"
check_output "and a filter" 2 sed -n 's/^Seccomp:\s*//p' "/proc/$server/status"
open_elsewhere() { find "/proc/$server/fd" -type l -printf '%l\n' | grep -vE "^(/dev/null|socket:.*|anon_inode:.*|$work/rw(/.*)?)$"; }
check_status 1 "nothing but the folder and its channel is open" open_elsewhere
kill -KILL "$server"
status=0
wait "$running" || status=$?
check_output "without it the run ends with 125" 125 echo "$status"
check_output "and one line" 'nofear: the server of the shared folders ended, killed: Killed: the VM was killed' cat "$check_dir/beside.err"
