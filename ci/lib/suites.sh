# Runs suites of tests one after the other and adds up what they say. To be sourced.
# shellcheck shell=bash

suites_passed=0 suites_failed=0 suites_skipped=0

# suites_start DIR: logs go there.
suites_start() {
  suites_logs=$1
  rm -rf "$suites_logs" && mkdir -p "$suites_logs"
}

# suite NAME COMMAND...: COMMAND's last line is `N passed, N failed, N skipped`; without that its status counts as one.
suite() {
  local name=$1 status=0 start=$SECONDS log=$suites_logs/${1//[^A-Za-z0-9]/-}.log last shown i
  shift
  echo "== $name"
  # No pipe: COMMAND is to run in this shell, whose children it may wait for. Its output is to be there whole before it is looked at;
  # for some seconds, since what COMMAND leaves running by mistake holds it open.
  mkfifo "$log.fifo"
  tee "$log" <"$log.fifo" | { grep -vE '^ok ' || true; } &
  shown=$!
  "$@" >"$log.fifo" 2>&1 </dev/null || status=$?
  for ((i = 0; i < 200; i++)); do
    kill -0 "$shown" 2>/dev/null || break
    sleep 0.05
  done
  rm "$log.fifo"
  last=$(tail -n 1 "$log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    suite_add "${BASH_REMATCH[@]:1}"
    # A status of failure that no failed check explains is a failure of its own.
    if [[ $status != 0 && ${BASH_REMATCH[2]} == 0 ]]; then suite_add 0 1 0; fi
  elif [[ $status == 0 ]]; then
    suite_add 1 0 0
  else
    echo "FAIL  $name: status $status; the end of $log:"
    tail -n 20 "$log" | sed 's/^/      | /'
    suite_add 0 1 0
  fi
  echo "   $((SECONDS - start)) s"
}

# suite_beside NAME COMMAND...: a suite that runs beside those that follow, until suite_beside_end takes what it said.
suite_beside() {
  suites_beside=$1 suites_beside_log=$suites_logs/beside.log
  shift
  "$@" >"$suites_beside_log" 2>&1 </dev/null &
  suites_beside_pid=$!
}
suite_beside_end() { suite "$suites_beside" suite_beside_result; }
suite_beside_result() {
  local status=0
  wait "$suites_beside_pid" || status=$?
  cat "$suites_beside_log"
  return "$status"
}

# suite_maven NAME GOAL...: Maven, whose tests are counted from Surefire's reports.
suite_maven() {
  local name=$1 log=$suites_logs/maven.log status=0 start=$SECONDS report tests=0 bad=0 skipped=0
  echo "== $name"
  find . -path '*/target/surefire-reports/TEST-*.xml' -delete
  mvn -B -ntp "${@:2}" >"$log" 2>&1 </dev/null || status=$?
  while read -r report; do
    [[ $report =~ tests=\"([0-9]+)\" ]] && tests=$((tests + BASH_REMATCH[1]))
    [[ $report =~ errors=\"([0-9]+)\" ]] && bad=$((bad + BASH_REMATCH[1]))
    [[ $report =~ failures=\"([0-9]+)\" ]] && bad=$((bad + BASH_REMATCH[1]))
    [[ $report =~ skipped=\"([0-9]+)\" ]] && skipped=$((skipped + BASH_REMATCH[1]))
  done < <(find . -path '*/target/surefire-reports/TEST-*.xml' -exec sh -c 'tr "\n" " " <"$1" | grep -o "<testsuite [^>]*>"' sh {} \;)
  if [[ $status != 0 ]]; then
    grep -E '^\[ERROR\]' "$log" | head -n 40
    [[ $bad != 0 ]] || bad=1
  fi
  suite_add $((tests - bad - skipped)) "$bad" "$skipped"
  echo "   $tests tests, $((SECONDS - start)) s"
}

# suite_skip NAME REASON
suite_skip() {
  echo "== $1"
  echo "skip  $1: $2"
  suite_add 0 0 1
}

suite_add() {
  suites_passed=$((suites_passed + $1))
  suites_failed=$((suites_failed + $2))
  suites_skipped=$((suites_skipped + $3))
}

# Prints the sum and ends the script.
suites_end() {
  echo "$suites_passed passed, $suites_failed failed, $suites_skipped skipped"
  [[ $suites_failed == 0 && $suites_passed -gt 0 ]] && exit 0
  exit 1
}
