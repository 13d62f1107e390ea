# Runs one case of the conformance suite, the file `case`, with its parameter as $1: plain, or with `nofear run`.
# The words that a case may use are defined here.
# shellcheck shell=bash
set -u
cd / # which is there in a VM as well
# What a harness around this left open is not part of a case. 255 is bash's own, for this script.
for fd in "/proc/$$/fd/"*; do
  fd=${fd##*/}
  [[ $fd -le 2 || $fd == 255 ]] || eval "exec $fd>&-"
done
scratch=$(mktemp -d "$NOFEAR_CASE_DIR/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# What comes before a command: nothing, or `nofear run`.
RUN=() options=()
if [[ $NOFEAR_CASE_SIDE == vm ]]; then
  if [[ $NOFEAR_CASE_PROFILE ]]; then options=(-p "$NOFEAR_CASE_PROFILE"); else options=(-t); fi
  RUN=("$NOFEAR_CASE_COMMAND" run "${options[@]}" --)
fi

# run COMMAND...
run() { "${RUN[@]}" "$@"; }

# run_with NAME=VALUE... -- COMMAND...: with these variables. NAME alone: the caller's.
run_with() {
  local variables=() given=()
  while [[ $1 != -- ]]; do
    given+=(-e "$1")
    [[ $1 != *=* ]] || variables+=("$1")
    shift
  done
  shift
  if [[ $NOFEAR_CASE_SIDE == vm ]]; then
    "$NOFEAR_CASE_COMMAND" run "${options[@]}" "${given[@]}" -- "$@"
  else
    env "${variables[@]}" "$@"
  fi
}

# until_ready FILE: FILE has the word ready.
until_ready() {
  local try
  for ((try = 0; try < 1200; try++)); do
    grep -q ready "$1" 2>/dev/null && return
    sleep 0.05
  done
  echo "never ready" >&2
  return 1
}

# signal SIGNAL COMMAND...: starts COMMAND, sends it, or the `nofear` that stands for it, SIGNAL when it has written
# `ready`, and writes its output and its status.
signal() {
  local signal=$1 pid status=0
  shift
  set -m # or the shell would have a background command ignore SIGINT and SIGQUIT
  "${RUN[@]}" "$@" >"$scratch/signalled" </dev/null &
  pid=$!
  until_ready "$scratch/signalled" && kill -s "$signal" "$pid"
  { wait "$pid" || status=$?; } 2>/dev/null
  set +m
  cat "$scratch/signalled"
  echo "status $status"
}

# on_tty SCRIPT [KEYS...]: runs SCRIPT, in which `run` is as here, in a terminal of 31 rows and 97 columns. The first
# KEYS (as printf has them) are typed when `ready` has been shown, the next ones when `ready2` has, and so on. Writes
# what the terminal showed, and the status.
on_tty() {
  local script=$1 status=0 step='' feeder
  shift
  : >"$scratch/shown"
  rm -f "$scratch/keys"
  mkfifo "$scratch/keys"
  exec 8<>"$scratch/keys"
  {
    for keys in "$@"; do
      until_ready_shown "ready$step" || break
      # shellcheck disable=SC2059 # KEYS is a format
      printf "$keys" >&8
      step=$((${step:-1} + 1))
    done
  } 8>&8 &
  feeder=$!
  # The traps let the script go on after keys that end a command: plain, these reach the whole group.
  printf 'run() { %s "$@"; }\ntrap : INT QUIT\nstty rows 31 cols 97\n%s\n' "${RUN[*]@Q}" "$script" >"$scratch/script"
  script -qfec "exec bash '$scratch/script'" "$scratch/shown" <&8 >/dev/null 2>&1 || status=$?
  exec 8>&-
  kill "$feeder" 2>/dev/null
  wait "$feeder" 2>/dev/null
  sed -e 1d -e '$d' "$scratch/shown"
  echo "status $status"
}

until_ready_shown() {
  local try
  for ((try = 0; try < 1200; try++)); do
    grep -qE "$1(\r|\$|[^0-9])" "$scratch/shown" && return
    sleep 0.05
  done
  return 1
}

# shellcheck source=/dev/null
. "$NOFEAR_CASE_DIR/case"
