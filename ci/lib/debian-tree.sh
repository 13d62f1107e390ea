# Trees of bare Debian systems, made once by debootstrap and kept. To be sourced.
# shellcheck shell=bash

# debian_tree RELEASE: prints the cached tree's tar; makes it when it is missing.
debian_tree() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/nofear-ci tar work
  tar=$cache/debian-$1.tar
  if [[ ! -e $tar ]]; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/debootstrap.XXXXXX")
    # A tree that was not finished is none.
    if debootstrap --variant=minbase --include=ca-certificates,python3,systemd-sysv,dbus,iproute2,kmod "$1" "$work" >&2; then
      tar -C "$work" -cf "$tar.new" . && mv "$tar.new" "$tar"
    fi
    umount "$work/proc" "$work/sys" 2>/dev/null || true
    rm -rf --one-file-system "$work"
  fi
  [[ -e $tar ]] && echo "$tar"
}
