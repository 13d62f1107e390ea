#!/usr/bin/env bash
# The completion scripts of the package (ci/package) in real shells: bash, zsh and fish are asked for completions as by Tab.
#
#   ci/e2e/completion.sh [DEB]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/check.sh
. "$here/lib/check.sh"

deb=${1:-$(find "$here/../target/package" -name '*.deb' 2>/dev/null | head -n 1)}
[[ -e $deb ]] || { echo "no package: ci/package makes it" >&2 && exit 1; }
dpkg-deb -x "$deb" "$check_dir/root"
share=$check_dir/root/usr/share
mkdir -p "$check_dir/home/.lkvm"/{bank,default,work} "$check_dir/home/.lkvm/.seed"

# in_bash WORD...: what Tab offers for the last of the words.
in_bash() {
  # shellcheck disable=SC2016 # that shell's own words
  env -i HOME="$check_dir/home" PATH="$PATH" bash --norc -c '
    . "$0" && . "$1" && shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
    COMP_POINT=${#COMP_LINE}
    "_${1//-/_}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
    printf "%s\n" "${COMPREPLY[@]}"' "$share/bash-completion/completions/nofear" "$share/bash-completion/completions/nofear-setup" "$@"
}

in_fish() {
  # shellcheck disable=SC2016
  env -i HOME="$check_dir/home" XDG_CONFIG_HOME="$check_dir/fish" PATH="$PATH" TERM=dumb fish --no-config -c '
    source $argv[1]; source $argv[2]; complete -C "$argv[3]"' \
    "$share/fish/vendor_completions.d/nofear.fish" "$share/fish/vendor_completions.d/nofear-setup.fish" "$*" | cut -f1
}

# zsh completes only on a terminal: one of its own is given to it.
in_zsh() {
  # shellcheck disable=SC2016
  env -i HOME="$check_dir/home" PATH="$PATH" TERM=dumb FPATH_FIRST="$share/zsh/vendor-completions" WORDS="$*" zsh -fc '
    zmodload zsh/zpty
    zpty shell zsh -f
    zpty -w shell "fpath=($FPATH_FIRST \$fpath); autoload -U compinit; compinit -u -D; zstyle \":completion:*\" list-separator \"\"; zstyle \":completion:*\" verbose no; LISTMAX=10000; PS1=\"ready> \"; unsetopt zle_bracketed_paste; bindkey \"^X\" list-choices; print START"
    zpty -r -m shell line "*START*START*"
    zpty -w -n shell "$WORDS"$'"'\\x18'"'
    sleep 2
    while zpty -rt shell line; do print -r -- "$line"; done
    zpty -d shell' | tr -d '\r' | tr -s ' \t' '\n'
}

# offers SHELL WORDS EXPECTED...: all of the expected are among what is offered for the words.
offers() {
  local shell=$1 words=$2 each offered
  shift 2
  # shellcheck disable=SC2206 # words they are
  local -a line=($words)
  [[ $words != *' ' ]] || line+=("")
  if [[ $shell == bash ]]; then offered=$(in_bash "${line[@]}"); else offered=$("in_$shell" "$words"); fi
  for each in "$@"; do
    grep -qxF -- "$each" <<<"$offered" || { echo "$each is not among:" && echo "$offered" && return 1; }
  done
}
offers_not() { ! offers "$@" >/dev/null; }

for shell in ${NOFEAR_E2E_SHELLS:-bash fish zsh}; do
  if ! command -v "$shell" >/dev/null; then
    skip "completion in $shell" "there is no $shell here"
    continue
  fi
  check "$shell: commands" offers "$shell" 'nofear ' run profile ps stop
  check "$shell: options of run" offers "$shell" 'nofear run --' --profile --memory --network
  check "$shell: profiles after -p" offers "$shell" 'nofear run -p ' bank default work
  check "$shell: nothing but profiles there" offers_not "$shell" 'nofear run -p ' .seed
  check "$shell: profiles after stop" offers "$shell" 'nofear stop ' bank default work
  check "$shell: profiles after profile delete" offers "$shell" 'nofear profile delete ' bank work
  check "$shell: the choices of an option" offers "$shell" 'nofear run --network ' none default
  check "$shell: ids of checks" offers "$shell" 'nofear-setup doctor --only ' kvm.runs boot.selftest
  check "$shell: commands of setup" offers "$shell" 'nofear-setup ' install plan uninstall doctor
  check "$shell: programs to run" offers "$shell" 'nofear run -t unam' uname
done
