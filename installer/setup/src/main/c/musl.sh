#!/bin/sh
# musl.sh DIRECTORY: compiles libnofear-musl.so (musl.c) into DIRECTORY/linux-MACHINE, for each machine that there is a compiler for. Where there is none,
# NoFear does not run on musl of that machine, and its start script says so.
set -eu
source=${0%/*}/musl.c
for compiler in gcc x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc; do
  case $("$compiler" -dumpmachine 2>/dev/null) in
    x86_64-*) out=$1/linux-x86-64 ;;
    aarch64-*) out=$1/linux-aarch64 ;;
    *) continue ;;
  esac
  "$compiler" -shared -fPIC -Os -nostdlib -s -Wall -Wextra -Werror -Wl,-z,relro -Wl,-z,now -Wl,--build-id=none -Wl,-soname,libnofear-musl.so \
    -o "$out/libnofear-musl.so" "$source"
done
