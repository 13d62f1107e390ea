# The product as Maven has built it: $built, its directory, and $setup, its nofear-setup; and the kernel it has built. To be sourced.
# shellcheck shell=bash disable=SC2034 # for the scripts
here=${here:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..}
built=$(readlink -f "$here/../installer/setup/target/nofear")
setup=$built/sbin/nofear-setup
[[ -x $setup ]] || { echo "not built: mvn package" >&2 && exit 1; }

# built_kernel: prints the newest guest kernel that this machine has built; fails when there is none.
built_kernel() {
  find /var/cache/nofear/kernel -name bzImage -printf '%T@ %p\n' 2>/dev/null | sort -rn | sed -n '1s/^[^ ]* //p' | grep .
}
