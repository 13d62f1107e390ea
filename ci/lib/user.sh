# An ordinary user to run programs as. To be sourced.
# shellcheck shell=bash

# user_make NAME: makes the user, with a home, and a member of the groups that give access to VMs, where they exist.
user_make() {
  local name=$1 group
  id -u "$name" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$name" || return
  for group in nofear kvm; do
    getent group "$group" >/dev/null || continue
    id -nG "$name" | tr ' ' '\n' | grep -qxF "$group" || usermod --append --groups "$group" "$name" || return
  done
}
