#!/usr/bin/env bash
# Bad input: one clear line, the contract's status, nothing half made, no stack trace. Runs the installed product. Run
# as root.
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"

[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
user_make "$product_user"
profiles=$product_user_home/.lkvm-bad
rm -rf "$profiles"
export NOFEAR_HOME=$profiles
umount_small() { ! mountpoint -q "$product_user_home/small" || umount "$product_user_home/small"; }
trap 'status=$?; umount_small; rm -rf "$profiles"; check_close $status' EXIT

# --- nofear's command line
check_error 125 'no-such' "run: an unknown option" nofear run --no-such -- true
check_error 2 'no-such' "an unknown option" nofear --no-such
check_error 2 'frobnicate' "an unknown verb" nofear frobnicate
check_error 2 . "no verb" nofear
check_error 2 . "profile show without a name" nofear profile show
check_error 125 . "run: an option without its value" nofear run -p
check_error 125 memory "run: no size" nofear run --memory lots -- true
check_error 125 cpus "run: no processors" nofear run --cpus 0 -- true
more_than_qemu_has() { NOFEAR_VMM=qemu-tcg nofear run --cpus 33 -- true; }
check_error 125 'at most 32' "run: more processors than a guest under QEMU can have" more_than_qemu_has
check_error 125 network "run: a network that is none" nofear run --network moon -- true
check_error 125 'no-such-dir' "run: a shared folder that is not there" nofear run -f /no-such-dir -- true
check_error 127 'no-such-command' "run: a command that is not there" nofear run -t -- no-such-command
check_error 126 . "run: a command that is a directory" nofear run -t -- /usr
as_root() { "$product_nofear" run -- true; }
check_error 125 root "root is refused" as_root

# --- what the caller has otherwise
check_output "no file of the caller's may be read by anybody: umask 0777" 0777 product_as_user sh -c \
  'umask 0777; exec "$@" 2>&1' sh "$product_nofear" run -p umask -- sh -c umask
check_output "nor by a plan that is known" 0777 product_as_user sh -c \
  'umask 0777; exec "$@" 2>&1' sh "$product_nofear" run -p umask -- sh -c umask
check_output "the profile is whole" 'd700 f600' sh -c 'cd "$1/umask" && echo "$(stat -c d%a .) $(stat -c f%a disk.img)"' sh "$profiles"
check "and goes again" nofear profile delete umask
homeless() { product_as_user env -u NOFEAR_HOME "$@" "$product_nofear" run -t -- sh -c 'echo hello' 2>&1; }
check_output "HOME that is not set" hello homeless -u HOME
check_output "HOME that is empty" hello homeless HOME=
check_output "HOME that is no path" hello homeless HOME=here
latin=$product_user_home/$'caf\xe9'
product_as_user mkdir -p "$latin"
from_latin() { product_as_user sh -c 'cd "$1" && shift && exec "$@"' sh "$latin" "$product_nofear" run -t "$@" -- pwd; }
check_output "a working directory whose name is no UTF-8" /home/user from_latin -e LATIN=1
check_error 125 'working directory' "nothing relative is shared from there" from_latin -f .
from_gone() { product_as_user sh -c 'mkdir -p ~/gone && cd ~/gone && rmdir ~/gone && exec "$@"' sh "$product_nofear" run -t "$@" -- pwd; }
check_error 125 'working directory' "nor from a directory that is gone" from_gone -f .
title=$'\e]0;title\a\xc2\x9b2J\xe2\x80\xae'
no_escape() { ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$check_dir/$1" && grep -q title "$check_dir/$1"; }
check_status 127 "a command with a terminal's commands in its name" nofear run -t -- "$title"
check_keep title
check "does not give them to the terminal" no_escape title.err
check_status 125 "nor does a folder" nofear run -f "/$title" -- true
check_keep title
check "with such a name" no_escape title.err
check "a guest makes a file of such a name" nofear run -p title --root -- touch "/usr/$title"
check "profile diff names it" nofear profile diff title
check_keep title
check "without its escapes" no_escape title.out
check "as data as well" nofear profile diff title --json
check_keep title
had_back() { perl -MJSON::PP -0777 -e 'my $all = decode_json(<STDIN>); utf8::decode(my $name = shift); exit !grep { $_->{path} eq $name } @$all' "/usr/$title" <"$check_dir/title.out"; }
check "there it can be had back" had_back
check "without escapes" no_escape title.out
check "and its profile goes" nofear profile delete title

# --- names of profiles
for name in ../x '' "$(printf '%0300d' 1)" $'a\nb' .hidden a/b -x 'a b' é; do
  shown=${name:0:12}
  check_error 125 profile "run: the profile's name ${shown@Q}" nofear run "--profile=$name" -- true
  check_error 125 profile "profile create: the name ${shown@Q}" nofear profile create -- "$name"
done
if grep -q '^network *= *user' "$product_prefix/lib/nofear/launch.conf"; then
  check_error 125 'network tap' "run: what the VMM's own network can't do" nofear run -p internet --network internet -- true
fi
check "run: a dry run" nofear run -p dry --dry-run -- true
check_output "none of these has been made" '' find "$product_user_home" -path "$profiles/[!.]*"

# --- profiles that are not what they should be
product_as_user mkdir -p -m 700 "$profiles"
product_as_user mkdir "$product_user_home/elsewhere" 2>/dev/null || true
product_as_user ln -sfn "$product_user_home/elsewhere" "$profiles/link"
check_error 125 link "a profile that is a symlink" nofear run -p link -- true
check "nothing was made where it points" test -z "$(ls -A "$product_user_home/elsewhere")"
mkdir -m 777 "$profiles/roots"
check_error 125 'roots|another' "a profile of another user" nofear run -p roots -- true
product_as_user mkdir -m 770 "$profiles/shared"
check_error 125 shared "a profile that others can write to" nofear run -p shared -- true
disk=$(
  nofear run -p good -- true >&2
  cd "$profiles/good" && find . -type f -size +512M -printf '%P\n' | head -n 1
)
check "the disk of a good profile is known: ${disk:-none}" test -n "$disk"
seed=$(echo "$profiles"/.seed/*)
product_as_user truncate -s 4096 "$seed"
check_error 125 'etc.*\.seed' "a damaged image of the guest's /etc" nofear run -p good -- true
product_as_user rm -r "$profiles/.seed"
check "is made anew" nofear run -p good -- true
with_disk() { # KIND COMMAND...: a profile whose disk is made by COMMAND
  local kind=$1
  shift
  product_as_user mkdir -m 700 "$profiles/$kind"
  product_as_user "$@" "$profiles/$kind/$disk"
  check_error 125 . "a disk that is a $kind" nofear run -p "$kind" -- true
}
with_disk symlink ln -s "$profiles/good/$disk"
with_disk fifo mkfifo
with_disk directory mkdir
with_disk text cp /etc/hostname
with_disk device ln -s /dev/null
product_as_user mkdir -m 700 "$profiles/writable"
cp --sparse=always "$profiles/good/$disk" "$profiles/writable/$disk"
chown "$product_user:" "$profiles/writable/$disk"
chmod 666 "$profiles/writable/$disk"
check_error 125 'writable by other' "a disk that others can write to" nofear run -p writable -- true
product_as_user touch "$product_user_home/file"
as_file() { NOFEAR_HOME=$product_user_home/file nofear run -- true; }
check_error 125 . "NOFEAR_HOME that is a file" as_file
not_ours() { NOFEAR_HOME=/usr/share nofear run -- true; }
check_error 125 . "NOFEAR_HOME that can't be written to" not_ours

# --- no space
umount_small
mkdir -p "$product_user_home/small"
mount -t tmpfs -o "size=256k,uid=$(id -u "$product_user"),mode=700" none "$product_user_home/small"
no_space() { NOFEAR_HOME=$product_user_home/small nofear run -- true; }
check_error 125 '[Ss]pace|full' "no space left for a profile" no_space
umount_small

# --- /dev/kvm
if [[ $(product_chosen) == qemu-tcg ]]; then
  skip "no permission on /dev/kvm" "VMs run on emulation here"
else
  mode=$(stat -c %a /dev/kvm)
  chmod 600 /dev/kvm
  check_error 125 kvm "no permission on /dev/kvm" nofear run -t -- true
  chmod "$mode" /dev/kvm
fi

# --- nofear-setup
setup() { timeout 300 "$product_setup" "$@" --quiet; }
check_error 2 'no-such' "setup: an unknown option" setup install --no-such
check_error 2 'frobnicate' "setup: an unknown verb" setup frobnicate
check_error 2 . "setup: a VMM that is none" setup install --yes --vmm moon
check_error 2 . "setup: no jobs" setup install --yes --jobs 0
check_error 77 root "setup: install by an ordinary user" product_as_user "$product_setup" install --yes
check_error 77 root "setup: uninstall by an ordinary user" product_as_user "$product_setup" uninstall --yes
check_error '1' . "setup: a kernel source that is none" setup install --yes --kernel-source /usr/share
check_error 2 . "setup: an lkvm that is not executable" setup install --yes --lkvm /etc/hostname
check_error '1' . "setup: a kernel that is none" setup install --yes --kernel /etc/hostname
check_error 2 'nosuchuser' "setup: a user that is not there" setup install --yes --user nosuchuser

# --- the administrator's file
conf=/etc/nofear/nofear.conf
if [[ -e $conf ]]; then
  skip "the administrator's file" "there is one: $conf"
else
  conf_made=''
  [[ -e ${conf%/*} ]] || { mkdir "${conf%/*}" && conf_made=yes; }
  echo 'confinment = off' >"$conf"
  check_error 125 'nofear.conf:1: .*did you mean "confinement"' "run: a key that there is not" nofear run -t -- true
  check_error '1' 'nofear.conf:1: .*did you mean "confinement"' "install: a key that there is not" setup install --yes
  printf 'cpus = 2\nnetwork.reach = world\n' >"$conf"
  check_error 125 'nofear.conf:2: network.reach = world: it takes none, internet or lan' "run: a value that is none" nofear run -t -- true
  doctor_names_it() { { setup doctor --only config.file || [[ $? == 1 ]]; } 2>&1 | grep -F 'network.reach = world'; }
  check "doctor says it" doctor_names_it
  echo 'memory = 1M' >"$conf"
  check_error 125 'nofear.conf: memory: 1M is too little' "run: too little memory" nofear run -t -- true
  echo 'memory = 300M' >"$conf"
  check_output "and a good one counts" '-m 300M' eval 'nofear run -t --dry-run -- true | grep -xA1 -e -m | xargs'
  rm "$conf"
  [[ ! $conf_made ]] || rmdir "${conf%/*}"
fi
check_output "and what is installed still works" hello nofear run -p good -- echo hello
