# Installs the Debian packages of the tools that are missing. To be sourced.
# shellcheck shell=bash

packages_missing=()

# packages_want PACKAGE TOOL [PROBE...]: PACKAGE is missing when TOOL is not on the path or PROBE, given, fails.
packages_want() {
  local package=$1 tool=$2
  shift 2
  PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null || {
    packages_missing+=("$package")
    return 0
  }
  [[ $# -eq 0 ]] || "$@" >/dev/null 2>&1 || packages_missing+=("$package")
}

# Installs what packages_want found missing, as root or through sudo; what apt prints goes to standard error.
packages_install() {
  [[ ${#packages_missing[@]} -gt 0 ]] || return 0
  local sudo=()
  [[ $(id -u) == 0 ]] || sudo=(sudo)
  echo "installing ${packages_missing[*]}" >&2
  # The lock of another apt is waited for; an old package list is renewed when the install fails with it.
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  {
    "${sudo[@]}" "${apt[@]}" install --no-install-recommends "${packages_missing[@]}" ||
      { "${sudo[@]}" "${apt[@]}" update && "${sudo[@]}" "${apt[@]}" install --no-install-recommends "${packages_missing[@]}"; }
  } >&2 || return 1
  packages_missing=()
}
