# What the benchmarks have in common: results, clocks, and the floor under a launch. To be sourced.
# shellcheck shell=bash disable=SC2034,SC2154 # some of it is for the benchmarks only, or theirs
here=${here:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..}
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/packages.sh
. "$here/lib/packages.sh"

# A benchmark ends with what it has begun; it has no checks to count.
bench_started=()
bench_end() {
  [[ ${#bench_started[@]} == 0 ]] || kill "${bench_started[@]}" 2>/dev/null || true
  bench_conf_back
  rm -rf "$check_dir" "$NOFEAR_HOME"
}
trap bench_end EXIT
bench_fail() { echo "$(basename "$0"): $*" >&2 && exit 1; }

# bench_conf LINE...: the administrator's file is these lines meanwhile.
bench_conf_file=/etc/nofear/nofear.conf bench_conf_is=''
bench_conf() {
  if [[ ! $bench_conf_is ]]; then
    bench_conf_is=another
    [[ ! -e $bench_conf_file ]] || cp -p "$bench_conf_file" "$check_dir/conf"
  fi
  mkdir -p "${bench_conf_file%/*}"
  printf '%s\n' "$@" >"$bench_conf_file"
}
bench_conf_back() {
  [[ $bench_conf_is ]] || return 0
  if [[ -e $check_dir/conf ]]; then
    cp -p "$check_dir/conf" "$bench_conf_file"
  else
    rm -f "$bench_conf_file"
    rmdir "${bench_conf_file%/*}" 2>/dev/null || true
  fi
}

export NOFEAR_HOME=/var/tmp/nofear-bench
bench_vmm=${NOFEAR_VMM:-$(product_chosen || true)}
bench_rounds=${NOFEAR_BENCH_ROUNDS:-9}
bench_few=$(((bench_rounds + 2) / 3)) # of what takes longer

# bench_home: an empty place for profiles.
bench_home() {
  user_make "$product_user"
  rm -rf "$NOFEAR_HOME" && install -d -o "$product_user" -m 700 "$NOFEAR_HOME"
}

# result METRIC VALUE UNIT [LIMIT [NOTE]]: a line for ci/bench; LIMIT is the most that VALUE may be.
result() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "${5:-}"; }

# milliseconds COMMAND...: how long it takes; its output is dropped, its failure the benchmark's.
milliseconds() {
  local start=$EPOCHREALTIME
  "$@" </dev/null >"$check_dir/out" 2>"$check_dir/err" || { cat "$check_dir/err" >&2 && bench_fail "failed: $*"; }
  calculate "($EPOCHREALTIME - $start) * 1000" && echo
}
# median_ms TIMES COMMAND...: of so many runs of it.
median_ms() {
  local i
  for ((i = 0; i < $1; i++)); do milliseconds "${@:2}"; done | median
}

# median: of the numbers on standard input, one a line.
median() { sort -g | awk '{ value[NR] = $1 } END { if (NR) printf "%.1f", NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'; }
least() { sort -g | head -n 1; }
calculate() { awk "BEGIN { printf \"%.${2:-1}f\", $1 }"; }

# timing KEY...: the milliseconds of these stages, from what `nofear run --timing` said in $check_dir/err.
timing() { sed -nE "s/^nofear: timing: $1 +([0-9.]+) ms$/\1/p" "$check_dir/err"; }

# floor_image FILE: an initramfs with floor.c alone.
floor_image() {
  local work=$check_dir/floor
  packages_want cpio cpio
  packages_want gcc cc
  packages_install
  mkdir -p "$work"
  cc -static -nostdlib -ffreestanding -fno-stack-protector -Os -o "$work/init" "$here/benchmarks/floor.c"
  (cd "$work" && echo init | cpio --quiet -o -H newc) >"$1"
}

# floor_words IMAGE: fills the array floor with the command line of the VMM that NoFear would start for the options in
# bench_options, without its devices and with another initramfs.
floor_words() {
  local words i word khz
  khz=$(floor_khz)
  mapfile -t words < <(nofear run "${bench_options[@]}" --dry-run -- true)
  [[ ${#words[@]} -gt 5 ]] || bench_fail "nofear run --dry-run says nothing"
  floor=()
  for ((i = 0; i < ${#words[@]}; i++)); do
    word=${words[i]}
    case $word in
      -device | -chardev | -fsdev | -drive | -netdev | -nic | --9p | -d | -n) i=$((i + 1)) ;;
      --rng) ;;
      -initrd | -i) floor+=("$word" "$1") && i=$((i + 1)) ;;
      @NAME@) floor+=("nofear-floor") ;;
      *) floor+=("${word//@TSC_KHZ@/$khz}") ;;
    esac
  done
  case $bench_vmm in qemu-*) floor+=(-nic none) ;; *) floor+=(-n mode=none) ;; esac
}
# What the kernel of this machine has found its counter's rate to be: NoFear measures it at each launch.
floor_khz() { dmesg | sed -nE 's/.*tsc: (Detected|Refined TSC clocksource calibration:) ([0-9]+)\.([0-9]+) MHz.*/\2\3/p' | tail -n 1; }
floor_run() { product_as_user timeout 120 env HOME="$NOFEAR_HOME" "${floor[@]}"; }
