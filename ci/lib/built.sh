# The product as Maven has built it: $built, its directory, and $setup, its nofear-setup. To be sourced.
# shellcheck shell=bash disable=SC2034 # for the scripts
here=${here:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..}
built=$(readlink -f "$here/../installer/setup/target/nofear")
setup=$built/sbin/nofear-setup
[[ -x $setup ]] || { echo "not built: mvn package" >&2 && exit 1; }
