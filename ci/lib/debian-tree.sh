# Trees of Debian systems, made once by debootstrap and kept. To be sourced.
# shellcheck shell=bash

# What NoFear's package depends on there.
# shellcheck disable=SC2034 # for the scripts
debian_tree_needs=(default-jre-headless e2fsprogs nftables qemu-system-x86)

# debian_tree RELEASE [PACKAGE...]: prints the tar of a bare system of that release, with these packages added; makes it when it
# is missing, for which it needs the network and root.
debian_tree() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/nofear-ci tar work
  tar=$cache/debian-$(IFS=+ && echo "$*").tar
  if [[ ! -e $tar ]]; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/debootstrap.XXXXXX")
    # A tree that was not finished is none.
    if debian_tree_make "$work" "$@" >&2; then
      tar -C "$work" -cf "$work.tar" . && mv "$work.tar" "$tar" # two may make the same one
    fi
    umount "$work/proc" "$work/sys" 2>/dev/null || true
    rm -rf --one-file-system "$work"
  fi
  [[ -e $tar ]] && echo "$tar"
}

# debian_tree_unpack TAR: prints the directory of a new copy of the tree, which is the caller's to remove; fails without one.
debian_tree_unpack() {
  local tree
  tree=$(mktemp -d "${TMPDIR:-/tmp}/nofear-tree.XXXXXX") || return
  if ! tar -C "$tree" -xpf "$1"; then
    rm -rf --one-file-system "$tree"
    return 1
  fi
  echo "$tree"
}

# debian_tree_make DIR RELEASE [PACKAGE...]
debian_tree_make() {
  local tree=$1 release=$2 bare
  shift 2
  if [[ $# == 0 ]]; then
    debootstrap --variant=minbase --include=ca-certificates,python3,systemd-sysv,dbus,iproute2,kmod "$release" "$tree"
  else
    bare=$(debian_tree "$release") && tar -xpf "$bare" -C "$tree" && cp /etc/resolv.conf "$tree/etc/resolv.conf" &&
      debian_tree_apt "$tree" update && debian_tree_apt "$tree" install --no-install-recommends "$@" &&
      debian_tree_apt "$tree" clean
  fi
}

# A mirror that stands still, as a snapshot does, has a list of sid that is over its date.
debian_tree_apt() {
  debian_tree_run "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qy -o Acquire::Check-Valid-Until=false \
    -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 "${@:2}"
}

# debian_tree_run DIR COMMAND...: in the tree, with the /proc that Java and bash's <(...) want.
debian_tree_run() {
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount --propagation private sh -c '
    tree=$1 && shift && mount -t proc proc "$tree/proc" && ln -sfn /proc/self/fd "$tree/dev/fd" && exec chroot "$tree" "$@"' sh "$@"
}
