#!/usr/bin/env bash
# The start script of nofear-setup in the surroundings of an enemy, and of a caller who has seen better days.
#
#   ci/e2e/hostile.sh
#
# Run as root, with the product built: it runs from a copy, in a temporary directory, and changes nothing outside of it.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"
# shellcheck source=ci/lib/tree.sh
. "$here/lib/tree.sh"
# shellcheck source=ci/lib/built.sh
. "$here/lib/built.sh"

copy=$check_dir/product
cp -r "$built" "$copy"
chmod -R go-w "$copy"
tree_make "$check_dir/tree"
setup=$copy/sbin/nofear-setup
plan=(plan --root "$check_dir/tree" --kernel stock --vmm qemu --network none --no-color)
canary=$check_dir/canary

# says WORDS...: the command ends with 0 and its standard output is what it is in good surroundings.
env -i PATH=/usr/bin:/bin "$setup" --version >"$check_dir/version" 2>/dev/null
says_version() {
  local status=0
  "$@" >"$check_dir/said" 2>"$check_dir/said.err" || status=$?
  cat "$check_dir/said.err" >&2
  [[ $status == 0 ]] && cmp "$check_dir/version" "$check_dir/said" && [[ ! -s $check_dir/said.err ]]
}
untouched() { [[ ! -e $canary ]] || { cat "$canary" && return 1; }; }

# Each of these would make a Java that sees it say or do something.
for variable in JAVA_TOOL_OPTIONS=-Dx=1 _JAVA_OPTIONS=-Dx=1 JDK_JAVA_OPTIONS=-Dx=1 "CLASSPATH=$check_dir" \
  MAVEN_OPTS=-Dx=1 JAVA_HOME=/nonexistent JAVA_OPTIONS=-Dx=1 "TMPDIR=/nonexistent" HOME= LC_ALL=tr_TR.UTF-8 \
  LC_ALL=nonsense LANG=ja_JP.SJIS TZ=Antarctica/Troll TZ=nonsense LANGUAGE=de NLSPATH=/nonexistent/%N TERM=xterm \
  COLUMNS=1 IFS=/ IFS=abcdefghijklmnopqrstuvwxyz POSIXLY_CORRECT=1 BLOCK_SIZE=human TIME_STYLE=x LS_COLORS=x \
  GREP_OPTIONS=-v FIND=x XDG_CONFIG_HOME=/nonexistent PS4=x SHELLOPTS=xtrace BASHOPTS=extdebug; do
  if [[ $variable == SHELLOPTS* || $variable == BASHOPTS* ]]; then
    # Bash alone reads these, and traces itself to standard error: what it runs must be the same.
    check_output "$variable changes nothing but a trace" "$(cat "$check_dir/version")" env "$variable" "$setup" --version
  else
    check "$variable changes nothing" says_version env "$variable" "$setup" --version
  fi
done
check "without any variable" says_version env -i "$setup" --version

# Programs of the caller's PATH, functions and start-up files of the caller's shell.
mkdir "$check_dir/bin"
for program in java readlink sed find head id uname dirname env printf test '[' cat umask; do
  printf '#!/bin/sh\necho "%s" >>"%s"\n' "$program" "$canary" >"$check_dir/bin/$program"
  chmod 755 "$check_dir/bin/$program"
done
check "nothing of the caller's PATH is run" says_version env PATH="$check_dir/bin:$PATH" "$setup" --version
echo "echo start-up file >>'$canary'" >"$check_dir/rc"
check "no BASH_ENV or ENV is read" says_version env BASH_ENV="$check_dir/rc" ENV="$check_dir/rc" "$setup" --version
check "so far no canary has sung" untouched
functions() {
  local name words=()
  for name in readlink sed find head id uname dirname env printf test cd command pwd umask unset exec export; do
    words+=("BASH_FUNC_$name%%=() { echo '$name' >>'$canary'; }")
  done
  env "${words[@]}" "$@"
}
check "functions that the caller exports are not called" says_version functions "$setup" --version
# Bash takes functions from the environment, and is sh on many distributions.
for shell in bash dash busybox; do
  command -v "$shell" >/dev/null || continue
  mkdir "$check_dir/$shell"
  ln -s "$(command -v "$shell")" "$check_dir/$shell/sh"
  check "nor when sh is $shell" says_version functions "$check_dir/$shell/sh" "$setup" --version
done
check "no function was called" untouched
rm -f "$canary"

# A library that is forced on every program: the shell itself cannot help it, all that it starts is free of it.
if command -v cc >/dev/null; then
  cat >"$check_dir/canary.c" <<'C'
#include <stdio.h>
extern char *program_invocation_short_name;
__attribute__((constructor)) static void sing(void) {
  FILE *file = fopen(CANARY, "a");
  if (file) {
    fprintf(file, "%s\n", program_invocation_short_name);
    fclose(file);
  }
}
C
  cc -D_GNU_SOURCE -shared -fPIC -DCANARY="\"$canary\"" -o "$check_dir/libcanary.so" "$check_dir/canary.c"
  only_shells() { ! grep -vxE 'env|sh|dash|bash|nofear-setup|busybox' "$canary"; }
  check "LD_PRELOAD" says_version env LD_PRELOAD="$check_dir/libcanary.so" "$setup" --version
  check "reaches the shell alone, not what it runs" only_shells
  rm -f "$canary"
  mkdir "$check_dir/lib"
  for library in libjnidispatch.so libz.so.1 libjvm.so; do cp "$check_dir/libcanary.so" "$check_dir/lib/$library"; done
  check "LD_LIBRARY_PATH" says_version env LD_LIBRARY_PATH="$check_dir/lib" "$setup" --version
  only_shells_if_any() { [[ ! -e $canary ]] || only_shells; }
  check "reaches nothing that matters" only_shells_if_any
else
  skip "LD_PRELOAD" "no C compiler"
fi
rm -f "$canary"

# umask, closed descriptors, the directory.
for mask in 000 077 777; do
  with_umask() { (umask "$mask" && "$@"); }
  check "umask $mask" says_version with_umask "$setup" --version
done
closed() { bash -c '"$0" '"$1"' <&- >&- 2>&-' "$setup"; }
check_status 0 "standard input, output and error are closed" closed --version
check_status 2 "nor do errors end another way then" closed install\ --nonsense
only_in_closed() { "$@" <&-; }
check "standard input alone is closed" says_version only_in_closed "$setup" --version
in_directory() { (cd "$1" && "${@:2}"); }
mkdir -m 777 "$check_dir/world"
printf -- '-XX:OnError=touch %s\n-version\n' "$canary" >"$check_dir/world/.hotspotrc"
printf 'exclude x y\n' >"$check_dir/world/.hotspot_compiler"
cp "$check_dir/world/.hotspotrc" "$check_dir/world/JDK_JAVA_OPTIONS"
check "in a directory that others write to" says_version in_directory "$check_dir/world" "$setup" --version
# Some shells say something about it by themselves, before they read the script.
deleted() { (mkdir "$check_dir/gone" && cd "$check_dir/gone" && rmdir "$check_dir/gone" && "$@"); }
check_output "in a directory that has been deleted" "$(cat "$check_dir/version")" deleted "$setup" --version
check "no canary has sung" untouched

# Odd places of the product.
for name in 'a b' $'new\nline' "quote'\"\$(id)" 'star*' '-rf' 'ünïcödé'; do
  cp -r "$copy" "$check_dir/$name"
  check "installed in a directory called ${name@Q}" says_version "$check_dir/$name/sbin/nofear-setup" --version
  check "and run by a relative name there" says_version in_directory "$check_dir/$name" ./sbin/nofear-setup --version
done
cp -r "$copy" "$check_dir/co:lon"
check_error 1 'colon' "a directory that no Java can run from is named" "$check_dir/co:lon/sbin/nofear-setup" --version
ln -s "$setup" "$check_dir/link"
check "run by a link to it" says_version "$check_dir/link" --version

# What others can change is not run.
refuses() {
  local file=$1 mode=$2
  local was
  was=$(stat -c %a "$file")
  chmod "$mode" "$file"
  check_error 77 'can be changed by others' "${file#"$check_dir"/} with mode $mode is refused" "$setup" --version
  chmod "$was" "$file"
}
refuses "$copy/lib/nofear/jars/setup.jar" g+w
refuses "$copy/lib/nofear/jars/setup.jar" o+w
refuses "$setup" o+w
refuses "$copy/lib/nofear/jars" o+w
chgrp 12345 "$copy/lib/nofear" "$copy"
refuses "$copy/lib/nofear" g+w
refuses "$copy/lib" o+w
refuses "$copy/sbin" o+w
refuses "$copy" g+w
refuses "$check_dir" 777
chgrp 0 "$copy/lib/nofear" "$copy"
chmod g+w "$copy"
check "a directory that only the group of the same number writes to is as good as its owner's" says_version "$setup" --version
chmod g-w "$copy"
if [[ $(id -u) == 0 ]]; then
  chown 12345 "$copy/lib/nofear/jars/setup.jar"
  check_error 77 'can be changed by others' "a jar of another user's is refused" "$setup" --version
  check "but not that of the one who called sudo" says_version env SUDO_UID=12345 "$setup" --version
  chown 0 "$copy/lib/nofear/jars/setup.jar"
fi

# The plan, with everything odd at once, is that of good surroundings.
env -i "$setup" "${plan[@]}" >"$check_dir/plan" 2>/dev/null || true
odd_plan() {
  (cd "$check_dir/world" && umask 077 && env PATH="$check_dir/bin" LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo HOME= IFS=e \
    JAVA_TOOL_OPTIONS=-Duser.language=ar "$setup" "${plan[@]}" 2>/dev/null) | cmp - "$check_dir/plan"
}
check "a plan in all of them is the same" odd_plan

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  in_tmp() {
    ! grep -E 'open(at)?\(.*"(/tmp|/var/tmp)/' "$check_dir/trace" | grep -vF "\"$check_dir" | grep -v ENOENT
  }
  check "traced" strace -f -qq -e trace=open,openat,creat,mkdir,mkdirat,unlink -o "$check_dir/trace" "$setup" "${plan[@]}"
  check "nothing is opened under /tmp" in_tmp
  check_status 1 "no hsperfdata is looked for or made" grep hsperfdata "$check_dir/trace"
  libraries() {
    ! grep -E 'open(at)?\(.*\.so' "$check_dir/trace" | grep -v ENOENT | grep -oE '"[^"]+"' | sort -u |
      grep -vE '^"(/usr)?/(lib|lib32|lib64|libx32)/|^"'"$copy"'/lib/nofear/jars/native/|^"/etc/ld\.so'
  }
  check "libraries come from the system and from beside the jars only" libraries
else
  skip "nothing is opened under /tmp" "no strace"
fi
