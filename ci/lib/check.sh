# A small test harness, to be sourced. A script's checks are lines like
#
#   check "the user's shell starts" test -x /bin/sh
#   check_status 126 "a directory cannot be run" run -- /etc
#   check_output "words stay words" 'a  b' run -- echo 'a  b'
#   skip "lkvm boots" "no lkvm was given"
#
# each of which prints one line, and, when it fails, what the command did. When the script ends, the harness prints
# `N passed, N failed, N skipped` and ends it with 1 if a check failed, if the script ended with an error of its
# own, or if nothing was checked at all.
# shellcheck shell=bash

check_passed=0 check_failed=0 check_skipped=0
check_dir=$(mktemp -d "${TMPDIR:-/tmp}/nofear-check.XXXXXX")
trap 'check_close $?' EXIT

# check SENTENCE COMMAND...: passes when COMMAND ends with 0.
check() { check_status 0 "$@"; }

# check_status STATUS SENTENCE COMMAND...
check_status() {
  local expected=$1 sentence=$2 status=0 start=$SECONDS
  shift 2
  "$@" >"$check_dir/out" 2>"$check_dir/err" </dev/null || status=$?
  if [[ $status == "$expected" ]]; then
    check_pass "$sentence" $((SECONDS - start))
  else
    check_fail "$sentence" "status $status, not $expected, of: ${*@Q}" "$@"
  fi
}

# check_output SENTENCE TEXT COMMAND...: passes when COMMAND ends with 0 and its standard output is TEXT; newlines
# at the end of either do not count.
check_output() {
  local sentence=$1 expected=$2 status=0 start=$SECONDS
  shift 2
  "$@" >"$check_dir/out" 2>"$check_dir/err" </dev/null || status=$?
  if [[ $status == 0 && "$(tr -d '\0' <"$check_dir/out")" == "$expected" ]]; then
    check_pass "$sentence" $((SECONDS - start))
  else
    check_fail "$sentence" "status $status and not the expected output ${expected@Q} of: ${*@Q}"
  fi
}

# check_error STATUS PATTERN SENTENCE COMMAND...: passes when COMMAND ends with STATUS and says on standard error, in
# at most three lines and without a stack trace, something that the extended regular expression PATTERN matches.
check_error() {
  local expected=$1 pattern=$2 sentence=$3 status=0 start=$SECONDS fault=''
  shift 3
  "$@" >"$check_dir/out" 2>"$check_dir/err" </dev/null || status=$?
  [[ $status == "$expected" ]] || fault="status $status, not $expected"
  grep -qE -- "$pattern" "$check_dir/err" || fault="${fault:-status $status} and no message like $pattern"
  [[ $(wc -l <"$check_dir/err") -le 3 ]] || fault="${fault:-status $status} and more than three lines of message"
  if grep -qE '^\s+at .*\(|^Exception |Exception:' "$check_dir/err"; then fault="${fault:-status $status} and a stack trace"; fi
  if [[ $fault ]]; then
    check_fail "$sentence" "$fault of: ${*@Q}"
  else
    check_pass "$sentence" $((SECONDS - start))
  fi
}

# fails_with PATTERN COMMAND...: COMMAND, a nofear-setup that tells its progress, ends with 1, no stack trace, and a last line with
# what the extended regular expression PATTERN matches. What it wrote stays in $check_dir/log.
fails_with() {
  local pattern=$1 status=0
  shift
  "$@" >"$check_dir/log" 2>&1 || status=$?
  cat "$check_dir/log"
  [[ $status == 1 ]] && tail -n 1 "$check_dir/log" | grep -qE "^nofear-setup: .*($pattern)" &&
    ! grep -qE '^\s+at .*\(|Exception' "$check_dir/log"
}

# check_keep NAME: keeps what the last check's command wrote, as $check_dir/NAME.out and NAME.err, for checks of that.
check_keep() {
  cp "$check_dir/out" "$check_dir/$1.out"
  cp "$check_dir/err" "$check_dir/$1.err"
}

# skip SENTENCE REASON
skip() {
  check_skipped=$((check_skipped + 1))
  echo "skip  $1: $2"
}

check_pass() {
  check_passed=$((check_passed + 1))
  echo "ok    $1${2:+ ($2 s)}"
}

# check_fail SENTENCE WHAT: with the last command's output as evidence.
check_fail() {
  check_failed=$((check_failed + 1))
  echo "FAIL  $1"
  echo "      $2"
  check_evidence "standard output" "$check_dir/out"
  check_evidence "standard error" "$check_dir/err"
}

check_evidence() {
  [[ -s $2 ]] || return 0
  echo "      $1:"
  head -c 4000 "$2" | tail -n 25 | tr -d '\0' | cat -v | sed 's/^/      | /'
}

check_close() {
  rm -rf "$check_dir"
  if [[ $1 != 0 ]]; then
    check_failed=$((check_failed + 1))
    echo "FAIL  ${0##*/} ran to its end"
    echo "      it ended with status $1"
  fi
  echo "$check_passed passed, $check_failed failed, $check_skipped skipped"
  [[ $check_failed == 0 && $((check_passed + check_skipped)) -gt 0 ]] && exit 0
  exit 1
}
