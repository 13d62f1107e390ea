# Small offline trees for tests of the installer, and pictures of them. To be sourced.
# shellcheck shell=bash

# tree_make DIR: a tree as an image being built has it.
tree_make() {
  mkdir -p "$1"/{etc/sysctl.d,etc/systemd/system,usr/local/{bin,lib,sbin},usr/{bin,sbin,lib},opt,var/{lib,cache,log},run,tmp,root,home/alice}
  chmod 1777 "$1/tmp"
  ln -s usr/bin "$1/bin" && ln -s usr/sbin "$1/sbin" && ln -s usr/lib "$1/lib"
  printf 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nkvm:x:103:alice\nalice:x:1000:\n' >"$1/etc/group"
  printf 'root:*::\nkvm:!::alice\nalice:!::\n' >"$1/etc/gshadow"
  chmod 640 "$1/etc/gshadow"
  cp /etc/os-release "$1/etc/os-release"
  echo '# the admin has one already' >"$1/etc/sysctl.d/90-nofear.conf"
}

# tree_picture DIR: one line a path with kind, mode, owner, target of a link and content, and one an extended attribute.
tree_picture() (
  cd "$1" || exit
  export LC_ALL=C
  {
    find . -printf '%p\t%y %#m %U:%G %l\n'
    find . -type f -exec sha256sum {} + | sed -E 's/^(\\?[0-9a-f]+)  (.*)/\2\tcontent \1/'
    # One process for each would take long: only capabilities and users' attributes, in a form of one line each.
    getfattr -R -P -h -d -m - -e hex . 2>/dev/null |
      awk '/^# file: / { path = substr($0, 9); next } NF { print "./" path "\txattr " $0 }'
  } | sort
)
