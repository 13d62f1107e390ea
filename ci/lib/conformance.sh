# The conformance suite's engine: reads the cases, runs each plain and in a VM, compares. To be sourced by
# ci/conformance, which sets only, without, vmm and self.
# shellcheck shell=bash disable=SC2154

# Each side of a case may take that many seconds.
conformance_limit=${NOFEAR_CASE_SECONDS:-120}

conformance_start() {
  conformance_dir=$(mktemp -d "${TMPDIR:-/tmp}/nofear-conformance.XXXXXX")
  trap 'status=$?; conformance_stop; check_close $status' EXIT
  if [[ $(id -u) == 0 ]]; then
    user_make "$product_user"
    chown "$product_user" "$conformance_dir"
    [[ -z $self ]] || check_output "a case has all signals, whatever the caller blocks or ignores" $'0000000000000000\n0000000000000000' \
      env --block-signal=TERM,USR2 --ignore-signal=INT,USR1 "$here/lib/as-user" "$product_user" \
      sed -nE 's/^Sig(Blk|Ign):\t//p' /proc/self/status
  fi
  # The user may not be able to read the checkout.
  cp "$here/lib/conformance-case.sh" "$here/lib/conformance-fake" "$conformance_dir/"
  chmod 755 "$conformance_dir" "$conformance_dir"/*
  export NOFEAR_CASE_DIR=$conformance_dir NOFEAR_CASE_COMMAND=$product_nofear
  conformance_profile=conformance-$$
  if [[ $self ]]; then
    NOFEAR_CASE_COMMAND=$conformance_dir/conformance-fake conformance_ran=self-test
    return
  fi
  # Asking for what is chosen anyway would only have each run planned anew.
  [[ -z $vmm || $vmm == $(product_chosen) ]] || export NOFEAR_VMM=$vmm
  # One VM stays up, which the cases join, but those with the tag fresh: each of these has a VM of its own.
  product_as_user "$product_nofear" run -p "$conformance_profile" -- sh -c 'echo up; exec sleep 86400' \
    >"$conformance_dir/keeper" 2>"$conformance_dir/keeper.err" </dev/null &
  conformance_keeper=$!
  product_wait 300 conformance_up || {
    cat "$conformance_dir/keeper.err" >&2
    echo "ci/conformance: no VM came up" >&2
    return 1
  }
  conformance_ran=$(product_vmm)
  [[ -z $vmm ]] || check_output "the VMM that runs is $vmm" "$vmm" echo "$conformance_ran"
}

conformance_up() { grep -q up "$conformance_dir/keeper"; }

conformance_stop() {
  if [[ ${conformance_keeper:-} ]]; then
    nofear stop "$conformance_profile" >/dev/null 2>&1 || true
    wait "$conformance_keeper" 2>/dev/null || true
    nofear profile delete "$conformance_profile" >/dev/null 2>&1 || true
  fi
  rm -rf "$conformance_dir"
}

conformance_end() { echo "$conformance_ran: $check_passed of $((check_passed + check_failed)) cases as without a VM"; }

# conformance_read FILE FUNCTION: calls FUNCTION NAME TAGS PARAMETER SCRIPT for each case of FILE.
conformance_read() {
  local line name='' tags='' each='' script=''
  while IFS= read -r line || [[ $line ]]; do
    case $line in
      '== '*)
        conformance_expand "$2" "$name" "$tags" "$each" "$script"
        name=${line#== } tags='' each='' script=''
        if [[ $name =~ ^(.*[^ ])\ +\[each\ (.*)\]$ ]]; then name=${BASH_REMATCH[1]} each=${BASH_REMATCH[2]}; fi
        if [[ $name =~ ^(.*[^ ])\ +\[([a-z ]+)\]$ ]]; then name=${BASH_REMATCH[1]} tags=${BASH_REMATCH[2]}; fi
        ;;
      '#'*) [[ $script ]] || continue ;;&
      *) script+=$line$'\n' ;;
    esac
  done <"$1"
  conformance_expand "$2" "$name" "$tags" "$each" "$script"
}

conformance_expand() {
  local parameter
  [[ $2 ]] || return 0
  if [[ -z $4 ]]; then
    "$1" "$2" "$3" '' "$5"
    return
  fi
  for parameter in $4; do "$1" "${2//%/$parameter}" "$3" "$parameter" "$5"; done
}

conformance_case() {
  local name=$1 tags=" $2 " parameter=$3 tag differs='' start=$SECONDS
  [[ -z $only || $name =~ $only ]] || return 0
  for tag in "${without[@]}"; do
    if [[ $tags == *" $tag "* ]]; then
      skip "$name" "left out: $tag"
      return
    fi
  done
  printf '%s' "$4" >"$conformance_dir/case"
  chmod 644 "$conformance_dir/case"
  local profile=$conformance_profile
  [[ $tags != *" fresh "* ]] || profile=''
  conformance_side plain "$parameter" "$profile"
  conformance_side vm "$parameter" "$profile"
  cmp -s "$conformance_dir/plain.out" "$conformance_dir/vm.out" || differs+='standard output, '
  cmp -s "$conformance_dir/plain.err" "$conformance_dir/vm.err" || differs+='standard error, '
  cmp -s "$conformance_dir/plain.status" "$conformance_dir/vm.status" || differs+='status, '
  if [[ ${NOFEAR_CASE_SHOW:-} ]]; then cat -A "$conformance_dir/plain.out"; fi
  if [[ -z $differs ]]; then
    check_pass "$name" $((SECONDS - start))
    return
  fi
  {
    diff -a "$conformance_dir/plain.out" "$conformance_dir/vm.out"
    diff -a "$conformance_dir/plain.err" "$conformance_dir/vm.err"
  } 2>&1 | head -c 3000 >"$check_dir/out" || true
  : >"$check_dir/err"
  check_fail "$name" "${differs%, }: status $(<"$conformance_dir/plain.status") plain, $(<"$conformance_dir/vm.status") in the VM, of: $(head -c 600 "$conformance_dir/case")"
}

# conformance_side plain|vm PARAMETER PROFILE: output and status in files of that name.
conformance_side() {
  local status=0
  NOFEAR_CASE_SIDE=$1 NOFEAR_CASE_PROFILE=$3 product_as_user timeout --kill-after=5 "$conformance_limit" \
    bash "$conformance_dir/conformance-case.sh" "$2" \
    >"$conformance_dir/$1.out" 2>"$conformance_dir/$1.err" </dev/null || status=$?
  echo "$status" >"$conformance_dir/$1.status"
}
