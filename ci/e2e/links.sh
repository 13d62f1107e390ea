#!/usr/bin/env bash
# Links in shared folders: a guest that may write to a folder makes links of its directories, and gets nothing by that, neither at
# once nor in a later run. And what the words of -f mean, as the host changes.
#
#   ci/e2e/links.sh
#
# Runs the installed product, whatever its VMM is. Run as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
work=$product_user_home/links
export NOFEAR_HOME=$work/profiles
trap 'status=$?; rm -rf "$work"; check_close $status' EXIT

# run ARG...: a temporary run; fresh: one that is not from the cache.
run() { product_as_user env NOFEAR_HOME="$NOFEAR_HOME" timeout --kill-after=10 300 "$product_nofear" run -t "$@"; }
fresh() { product_as_user env NOFEAR_HOME="$NOFEAR_HOME" NOFEAR_NO_CACHE=1 timeout --kill-after=10 300 "$product_nofear" run -t "$@"; }
# in_directory DIR ARG...: the same from there.
in_directory() {
  product_as_user bash -c 'cd "$1" && NOFEAR_HOME=$2 exec timeout --kill-after=10 300 "$3" run -t "${@:4}"' bash \
    "$1" "$NOFEAR_HOME" "$product_nofear" "${@:2}"
}
# lay_out: work/a/c/b is to be shared; work/other/b is what the guest wants.
lay_out() {
  rm -rf "$work"
  mkdir -p "$work"/{a/c/b,other/b,profiles}
  echo ours >"$work/a/c/b/precious"
  echo others >"$work/other/b/precious"
  chmod 600 "$work"/{a/c,other}/b/precious
  chmod 700 "$work/profiles"
  chown -R "$product_user:" "$work"
}
other() { find "$work/other" -printf '%P %y %m %s %T@ %C@\n' | sort && cat "$work/other/b/precious"; }
others_are_as_before() { other | diff "$check_dir/other" -; }
swap='mv /shared/c /shared/c2 && ln -s '$work/other' /shared/c'

# --- in one run, a folder inside another
lay_out
other >"$check_dir/other"
attack='mv /a/c /a/c2 && ln -s '$work/other' /a/c || exit 1
  chmod 666 /b/precious; echo more >>/b/precious; touch -d 2001-01-01 /b/precious; truncate -s 1 /b/precious
  echo new >/b/new; mkdir /b/dir; ln -s / /b/link; mv /b/precious /b/moved; rm -f /b/moved; rmdir /b/dir
  grep -rs others /a /b; exit 0'
check_output "a guest makes a link of a directory that another folder is behind, and sees nothing through it" "" \
  run -f "$work/a=/a" -f "$work/a/c/b=/b" -- sh -c "$attack"
check "the link is there" test -L "$work/a/c"
check "what it leads to is as before" others_are_as_before
lay_out
other >"$check_dir/other"
mode='mv /a/c /a/c2 && ln -s '$work/other' /a/c && chmod 666 /b/precious; exit 0'
check "a mode is changed through the folder" run -f "$work/a=/a" -f "$work/a/c/b=/b" -- sh -c "$mode"
check "of the file that was shared" test "$(stat -c %a "$work/a/c2/b/precious")" = 666
check "and of no other" others_are_as_before

# --- in a later run
for way in run fresh; do
  lay_out
  other >"$check_dir/other"
  check_output "a folder is shared ($way)" ours "$way" -f "$work/a/c/b" -- cat /shared/precious
  check "the one above it is, and gets a link" run -f "$work/a" -- sh -c "$swap"
  check_error 125 "$work/a/c is a link in $work/a, which guests could write to.*give $work/other/b" \
    "the same words are refused, with the reason" "$way" -f "$work/a/c/b" -- cat /shared/precious
  check_error 125 'is a link' "for reading as well" "$way" -f "$work/a/c/b:ro" -- cat /shared/precious
  check_error 125 'is a link' "and the link itself" "$way" -f "$work/a/c" -- cat /shared/b/precious
  check_output "the real path is taken" others "$way" -f "$work/other/b" -- cat /shared/precious
  product_as_user mv "$work/a" "$work/moved"
  check_error 125 'is a link' "where the folder was moved to as well" "$way" -f "$work/moved/c/b" -- cat /shared/precious
done
lay_out
check "a run that was told nothing of a list" run -f "$work/a" -- true
rm "$work/profiles/.writable"
check "makes it again" run -f "$work/a" -- sh -c "$swap"
check_error 125 'is a link' "before a guest has the folder" run -f "$work/a/c/b" -- true
echo garbage >"$work/profiles/.writable"
check_error 125 '\.writable is damaged' "a list that can't be read trusts no link" run -f "$work/a/c/b" -- true
check_error 125 '\.writable is damaged' "nor lets more be written to" run -f "$work/other" -- true
check "a run without folders needs none" run -- true

# --- links of the caller's own, and what words mean
lay_out
product_as_user ln -s a/c "$work/mine"
check_output "a link of the caller's is followed" ours run -f "$work/mine/b" -- cat /shared/precious
product_as_user ln -sfn other "$work/mine"
check_output "also when he has changed it" others run -f "$work/mine/b" -- cat /shared/precious
check_output "a relative name is one of the directory" ours in_directory "$work/a/c" -f b -- cat /shared/precious
check_output "that the call is made in" others in_directory "$work/other" -f b -- cat /shared/precious
product_as_user bash -c 'cd "$1" && rm -r other && mkdir -p other/b && echo again >other/b/precious' bash "$work"
check_output "a folder that was made anew is the new one" again run -f "$work/other/b" -- cat /shared/precious
rm -r "$work/other"
check_error 125 'there is no directory' "one that is gone is told" run -f "$work/other/b" -- true

# --- folders inside others, and their places
lay_out
check_error 125 "$work/a/c/b:ro is inside $work/a, which is shared for writing" "read-only inside a folder for writing is refused" \
  run -f "$work/a=/a" -f "$work/a/c/b=/b:ro" -- true
check_error 125 'is inside' "and as the same folder" run -f "$work/a=/a" -f "$work/a=/b:ro" -- true
check_output "for writing inside read-only is had" 'made' run -f "$work/a=/a:ro" -f "$work/a/c/b=/b" -- \
  sh -c 'echo made >/b/made; touch /a/no 2>/dev/null || cat /b/made'
check_output "a place inside another's is seen, in whatever order they are given" ours \
  run -f "$work/a/c/b=/top/b" -f "$work/other=/top:ro" -- cat /top/b/precious
places=(/home/user/in/side /srv/in /var/lib/in /tmp/in /run/in /opt/in /mnt/in /etc/in /dev/shm/in /bin/in /new/in)
[[ ! ${NOFEAR_E2E_SHORT:-} ]] || places=(/srv/in /tmp/in) # in the test machine each start takes long
for place in "${places[@]}"; do
  check_output "a folder is at $place" ours run -f "$work/a/c/b=$place:ro" -- cat "$place/precious"
done
check_output "one in the home of a new profile leaves the home its user's" "user user" \
  run -f "$work/a/c/b=/home/user/in/side" -- sh -c 'touch ~/own && echo $(stat -c %U ~ ~/in)'
check_output "and what a home begins with is in it" yes \
  run -f "$work/a/c/b=/home/user/in" -- sh -c 'ls -A /etc/skel | while read -r name; do test -e ~/"$name" || exit 1; done && echo yes'
elsewhere() {
  product_as_user env NOFEAR_HOME="$NOFEAR_HOME" "$product_nofear" run -p placed --root -- ln -sfn /opt /srv/to
  product_as_user env NOFEAR_HOME="$NOFEAR_HOME" "$product_nofear" run -p placed -f "$work/a/c/b=/srv/to/in:ro" -- cat /srv/to/in/precious /opt/in/precious
}
check_output "a link that the guest's root has made leads on in the guest" $'ours\nours' elsewhere
for place in /proc/in /sys/in /dev/in /dev; do
  check_error 125 "-f: there can.t be a folder at $place" "$place is refused before the VM starts" run -f "$work/a=$place" -- true
done
product_as_user bash -c 'mkdir -p "$1" && echo odd >"$1/precious"' bash "$work/a,b=c @SHARE0@"
check_output "an odd name is one" odd run -f "$work/a,b=c @SHARE0@" -- cat /shared/precious

# --- root's run, where the VMM would have the right to make devices
lay_out
nodes() {
  NOFEAR_HOME=$work/roots timeout --kill-after=10 300 "$product_nofear" run --allow-root -t -f "$work/a" -- \
    sh -c 'mknod /shared/char c 1 1; mknod /shared/block b 1 1; mkfifo /shared/fifo; exit 0'
  find "$work/a" \( -type c -o -type b \) -printf '%P '
}
install -d -m 700 "$work/roots"
check_output "no device node is made on the host, whoever calls" "" nodes
