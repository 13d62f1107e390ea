#!/usr/bin/env bash
# What a guest sees of this host's /usr and of the harmless part of its /etc and /var: each link that leads there, alternatives
# as they change, programs that the VMM cannot read, fonts with their caches.
#
#   ci/e2e/shares.sh [OPTION of nofear-setup install]...
#
# Run as root, with the product built. Everything happens on a throw-away view of this machine (ci/lib/in-namespace) or in
# ci/machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
[[ ${NOFEAR_MACHINE:-}${NOFEAR_NAMESPACE:-} ]] || exec "$here/lib/in-namespace" "$0" "$@"
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

user_make "$product_user"
options=(--yes --no-color --user "$product_user" "$@")
trap 'status=$?; "$setup" uninstall --yes >/dev/null 2>&1 || true; check_close $status' EXIT
check "install" "$setup" install "${options[@]}"

# --- links that lead out of the shared directories
find /usr /bin/ /sbin/ /lib*/ /opt -xdev -type l \
  \( -lname '/etc/*' -o -lname '/var/*' -o -lname '*../etc/*' -o -lname '*../var/*' \) 2>/dev/null | sort -u >"$check_dir/links"
check "there are such links here: $(wc -l <"$check_dir/links")" test -s "$check_dir/links"
# What there is behind each: its type, and of files the content. It is the same program here, by the user, and in the guest.
# shellcheck disable=SC2016 # perl's words
behind='use Digest::MD5; while (my $link = <STDIN>) { chomp $link;
  my $what = -d $link ? "directory" : -f _ ? "file" : -e _ ? "other" : "nothing";
  if ($what eq "file" and open my $file, "<:raw", $link) { $what = Digest::MD5->new->addfile($file)->hexdigest }
  print "$link $what\n" }'
product_as_user perl -e "$behind" <"$check_dir/links" >"$check_dir/here"
walk_in_guest() { nofear run -t -- perl -e "$behind" <"$check_dir/links" >"$check_dir/guest"; }
check "a guest looks behind each" walk_in_guest
# But for what is private on purpose: keys, and what an administrator has put into the environment of his logins.
private='/(ssl/private|environment.d/99-environment.conf) '
same_behind_links() { diff <(grep -vE "$private" "$check_dir/here") <(grep -vE "$private" "$check_dir/guest"); }
check "and finds what is there here" same_behind_links

# --- what is secret in /etc and /var, also in the midst of what is not
secret='a secret of the host 4711'
hide() {
  mkdir -p "$(dirname "$2")" && echo "$secret" >>"$2" && chmod "$1" "$2"
}
for file in /etc/shadow /etc/gshadow /etc/sudoers /etc/sudoers.d/x /etc/ssh/ssh_host_ed25519_key /etc/ssl/private/key.pem \
  /etc/NetworkManager/system-connections/x /etc/fonts/closed.conf /etc/alternatives/closed /var/lib/private/x; do
  hide 600 "$file"
done
for file in /etc/passwd /etc/machine-id /etc/hosts /etc/fstab /etc/ssl/certs/private/key.pem /etc/fonts/private/x /etc/pki/tls/private/key.pem \
  /etc/java-17-openjdk/management/jmxremote.password /etc/environment /etc/default/x /var/spool/mail/x /var/backups/x; do
  hide 644 "$file"
done
# What grep can't read, as little as the VMM can, makes its status 2.
# shellcheck disable=SC2016 # that shell's own words
check_output "nothing of it is in a guest" '' nofear run -t --root -- sh -c 'grep -rsF "$1" /etc /var; true' sh "$secret"
# shellcheck disable=SC2016 # that shell's own words
closed_to_others() {
  # The guest's sudoers is its own.
  nofear run -t --root -w / -- find etc var -xdev -type f ! -path etc/sudoers | tr '\n' '\0' |
    (cd / && xargs -0 -r sh -c 'for file; do [ ! -e "$file" ] || find "$file" ! -perm -004; done' sh)
}
check_output "and nothing that is closed to others here" "" closed_to_others

# --- an alternative that the host switches, and one that the guest has as it likes
if command -v update-alternatives >/dev/null; then
  switch() { update-alternatives --set nofear-answer "/usr/bin/$1" >/dev/null; }
  answer() { nofear run -p alternatives -- nofear-answer; }
  update-alternatives --install /usr/bin/nofear-answer nofear-answer /usr/bin/true 10 >/dev/null
  check "an alternative that is new on the host is there at the next run" answer
  update-alternatives --install /usr/bin/nofear-answer nofear-answer /usr/bin/false 5 >/dev/null
  switch false
  check_status 1 "one that the host switched, in a profile that has seen the other" answer
  check "the guest has it as it likes" nofear run -p alternatives --root -- ln -sfn /usr/bin/true /etc/alternatives/nofear-answer
  switch true
  switch false
  check "and keeps that when the host switches it" answer
  check_status 1 "in another profile it is the host's" nofear run -t -- nofear-answer
  update-alternatives --remove-all nofear-answer >/dev/null
  check_status 127 "removed on the host, it is no more" nofear run -t -- nofear-answer
else
  skip "alternatives" "this distribution has none"
fi

# --- /opt and /usr/local as links, in a tree that is this machine with another /opt
tree=$check_dir/tree
tree_make() {
  mkdir -p "$check_dir"/tree-{upper,work} "$tree"
  mount -t tmpfs tree "$check_dir/tree-upper"
  mkdir "$check_dir"/tree-upper/{upper,work}
  mount -t overlay -o "lowerdir=/,upperdir=$check_dir/tree-upper/upper,workdir=$check_dir/tree-upper/work" overlay "$tree"
  local directory
  for directory in etc usr var home proc sys dev run tmp; do mount --rbind "/$directory" "$tree/$directory"; done
  rm -rf "$tree/opt"
}
tree_end() {
  umount -R "$tree" && umount "$check_dir/tree-upper"
}
chmod 711 "$check_dir"
in_tree() { chroot "$tree" "$@"; }
nofear_in_tree() { in_tree "$here/lib/as-user" "$product_user" timeout --kill-after=10 300 "$product_nofear" "$@"; }
mkdir -p /var/secret && echo "$secret-of-var" >/var/secret/file && chmod 644 /var/secret/file
check "a machine like this one" tree_make
ln -s var "$tree/opt"
check "whose /opt is a link to /var: NoFear is installed there" in_tree "$setup" install "${options[@]}"
check_keep install
check "install tells that guests do not see that" grep -h '/opt leads to /var, which is no directory of programs' "$check_dir"/install.{out,err}
doctor_on_links() { in_tree "$product_setup" doctor --no-color --only guest.alternatives; }
check_output "so does doctor" 1 eval 'doctor_on_links | grep -c "/opt leads to /var"'
# shellcheck disable=SC2016 # that shell's own words
check_output "nothing of /var is in a guest" '' nofear_in_tree run -t --root -- sh -c 'grep -rsF "$1" /var /opt; true' sh "$secret-of-var"
check_status 1 "nor is it given to the VMM" eval 'nofear_in_tree run -t --dry-run -- true | grep -E "path=/(var|opt)(,|$)|^/(var|opt),"'
mkdir -p "$tree/srv/opt" "$tree/srv/secret" /var/opt
echo "$secret-of-srv" >"$tree/srv/secret/file"
for place in srv/opt var/opt; do
  printf '#!/bin/sh\necho tool in %s\n' "$place" >"$tree/$place/nofear-tool" && chmod 755 "$tree/$place/nofear-tool"
  ln -sfn "$place" "$tree/opt"
  check_output "an /opt that is a link to /$place is in guests" "tool in $place" nofear_in_tree run -t -- /opt/nofear-tool
  check_output "at the place of its target too" "tool in $place" nofear_in_tree run -t -- "/$place/nofear-tool"
  # shellcheck disable=SC2016 # that shell's own words
  check_output "and nothing beside it" '' nofear_in_tree run -t --root -- sh -c 'grep -rsF "$1" /srv /var /opt; true' sh "$secret-of-"
done
check "install tells of nothing then" in_tree "$setup" install "${options[@]}"
check_keep install
check_status 1 "as there is nothing to tell" grep -h 'no directory of programs' "$check_dir"/install.{out,err}
cp -a /usr/local /var/usrlocal
mv /usr/local /usr/local.before && ln -s ../var/usrlocal /usr/local
printf '#!/bin/sh\necho tool of usrlocal\n' >/var/usrlocal/bin/nofear-tool && chmod 755 /var/usrlocal/bin/nofear-tool
check_output "a /usr/local that is a link to /var/usrlocal is in guests" "tool of usrlocal" nofear run -t -- nofear-tool
check_output "as the link that it is" ../var/usrlocal nofear run -t -- readlink /usr/local
rm /usr/local && mv /usr/local.before /usr/local
check "that tree is taken down" tree_end

# --- mount is for everybody to run, and for nobody to read, as Gentoo has it
chmod 4711 /usr/bin/mount
doctor_on_programs() { (product_as_user "$product_setup" doctor --json --only guest.unreadable || true) | tr -d '\n ' | grep -F "\"status\":\"$1\""; }
check "doctor tells of a mount that the VMM cannot read" doctor_on_programs fail
check "install makes a copy that it can" "$product_setup" install "${options[@]}"
check "doctor is content" doctor_on_programs pass
mount_in_guest() { nofear run -t --root -- sh -c 'mount -t tmpfs -o size=1m none /mnt && grep " /mnt tmpfs" /proc/mounts'; }
check "the guest's root mounts with it" mount_in_guest
cp /usr/bin/umount /usr/bin/mount.new && chmod 4711 /usr/bin/mount.new && mv /usr/bin/mount.new /usr/bin/mount
check "an original that was changed is told" doctor_on_programs fail
check "and copied anew" "$product_setup" install "${options[@]}"
check "doctor is content again" doctor_on_programs pass
check_output "it is the new one" "$(md5sum </usr/bin/mount)" nofear run -t -- sh -c 'md5sum </usr/bin/mount'

# --- fonts, with their caches
if command -v fc-list >/dev/null && [[ $(product_as_user fc-list | wc -l) != 0 ]]; then
  fc-cache
  check_output "the guest has the host's fonts" "$(product_as_user fc-list | sort | md5sum)" nofear run -t -- sh -c 'fc-list | sort | md5sum'
  # shellcheck disable=SC2016 # the guest's words
  check_output "and looks into none of them: the caches are good" 0 nofear run -t -- sh -c 'FC_DEBUG=128 fc-list | grep -c "Scanning file" || true'
else
  skip "fonts" "there are none here"
fi
nofear profile delete alternatives >/dev/null 2>&1 || true
