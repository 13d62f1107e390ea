#!/usr/bin/env bash
# What is shipped, on musl, the C library of Alpine: JNA's library finds all that it wants there, with libnofear-musl.so, which is
# loaded by musl's own loader; and the start script is one that busybox understands.
#
#   ci/e2e/musl.sh
#
# Needs what `mvn package` made. Installs Debian's musl. There is no Java for musl in Debian: that setup runs as a whole on Alpine is not shown here.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/packages.sh
. "$here/lib/packages.sh"
packages_want musl-tools musl-gcc
packages_want binutils readelf
packages_want busybox busybox
packages_install

home=$here/../installer/setup/target/nofear
native=$home/lib/nofear/jars/native/linux-x86-64
jna=$native/libjnidispatch.so
shim=$native/libnofear-musl.so
libc=$(readlink -f "/lib/ld-musl-$(uname -m).so.1")

# symbols FILE UND|DEF: the symbols that it cannot do without, or that it has.
symbols() {
  readelf -W --dyn-syms "$1" | awk -v which="$2" '($7 == "UND") == (which == "UND") && $5 == "GLOBAL" && $8 { sub("@.*", "", $8); print $8 }' | sort -u
}
has() { { symbols "$libc" DEF && readelf -W --dyn-syms "$libc" | awk '$5 == "WEAK" { print $8 }'; } | sort -u; }
lacks() { comm -23 <(symbols "$1" UND) <({ has && [[ ! ${2:-} ]] || symbols "$2" DEF && has; } | sort -u); }
check_output "musl lacks one symbol of JNA's library" __strdup lacks "$jna"
check_output "and none with ours" '' lacks "$jna" "$shim"
check_output "which itself wants nothing but strdup" strdup symbols "$shim" UND
needs() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
check_output "nor any library" '' needs "$shim"

cat >"$check_dir/load.c" <<'C'
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    puts(!library ? dlerror() : dlsym(library, "JNI_OnLoad") ? "loaded" : "no JNI_OnLoad");
    return !library;
}
C
check "a program of musl's" musl-gcc -o "$check_dir/load" "$check_dir/load.c"
loads_not() { ! "$check_dir/load" "$jna" >"$check_dir/said" && grep '__strdup: symbol not found' "$check_dir/said"; }
check "cannot load JNA's library by itself" loads_not
check_output "and can with ours" loaded env LD_PRELOAD="$shim" "$check_dir/load" "$jna"


script=$home/sbin/nofear-setup
check "busybox's shell reads the start script" busybox ash -n "$script"
check "and starts it" busybox ash "$script" --version
