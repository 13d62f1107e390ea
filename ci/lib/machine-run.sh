# Starts the test machine and brings the command in and its result out. To be sourced.
# shellcheck shell=bash disable=SC2154 # the options and the image are set by ci/machine and machine-image.sh

# machine_run COMMAND [ARG...]: ends the script with the command's status.
machine_run() {
  local share emulator status=0 extra=()
  # A killed machine leaves its directory behind; none is in use after a day.
  find "$machine_cache" -maxdepth 1 -name 'run.*' -mmin +1440 -exec rm -rf {} +
  share=$(mktemp -d "$machine_cache/run.XXXXXX")
  # shellcheck disable=SC2064 # share is wanted as it is now
  trap "rm -rf '$share'" EXIT
  machine_command "$@" >"$share/command"
  mkdir "$share/out"
  mkfifo "$share/stdout" "$share/stderr"
  if [[ $out ]]; then
    mkdir -p "$out" || fail "--out: cannot make $out"
    extra+=(-virtfs "local,path=$(machine_value "$(readlink -f "$out")"),mount_tag=out,security_model=none,multidevs=remap")
  fi
  if [[ $disk ]]; then
    [[ -e $disk ]] || machine_disk || fail "could not make $disk"
    extra+=(-drive "file=$(machine_value "$disk"),format=raw,if=virtio,cache=unsafe")
  fi

  cat "$share/stdout" &
  local readers=($!)
  cat "$share/stderr" >&2 &
  readers+=($!)
  # The chain of death: whoever ends this shell, however, ends timeout, and that ends the emulator.
  setpriv --pdeathsig KILL timeout --kill-after=5 "$seconds" setpriv --pdeathsig KILL \
    qemu-system-x86_64 -name nofear-machine -accel tcg,thread=multi -machine q35 -cpu max \
    -smp "$processors" -m "$memory" \
    -nodefaults -no-user-config -display none -no-reboot -nic user,model=virtio-net-pci -device virtio-rng-pci \
    -serial "file:$share/console" \
    -device virtio-serial-pci \
    -chardev "file,id=out,path=$share/stdout" -device virtserialport,chardev=out,name=machine.stdout \
    -chardev "file,id=err,path=$share/stderr" -device virtserialport,chardev=err,name=machine.stderr \
    -virtfs "local,path=$(machine_value "$root"),mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
    -virtfs "local,path=$share,mount_tag=machine,security_model=none,multidevs=remap" \
    -virtfs "local,path=$machine_cache/kernel,mount_tag=kernel,security_model=none,readonly=on" \
    "${extra[@]}" -kernel "$machine_kernel" -initrd "$machine_initrd" \
    -append "console=ttyS0 loglevel=4 panic=-1 mitigations=off systemd.show_status=0 systemd.unit=multi-user.target $systemd" \
    </dev/null >"$share/emulator" 2>&1 &
  emulator=$!
  trap 'machine_cut $emulator 143' TERM HUP
  trap 'machine_cut $emulator 130' INT
  wait "$emulator" || status=$?
  # An emulator that never opened its end leaves the readers waiting for one.
  : 1<>"$share/stdout" 1<>"$share/stderr"
  wait "${readers[@]}"

  if [[ $status == 124 || $status == 137 ]]; then
    echo "ci/machine: $seconds s were up" >&2
    exit 124
  fi
  if [[ ! -s $share/status ]]; then
    tail -n 20 "$share/emulator" "$share/console" >&2
    fail "the machine ended before the command did"
  fi
  exit "$(cat "$share/status")"
}

# machine_cut PID STATUS: the end by a signal.
machine_cut() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null
  exit "$2"
}

# What the machine's bash runs.
machine_command() {
  local name
  echo 'export HOME=/root TERM=dumb LC_ALL=C.UTF-8 NOFEAR_MACHINE=1'
  for name in "${variables[@]}"; do
    [[ ! -v $name ]] || printf 'export %s=%q\n' "$name" "${!name}"
  done
  if [[ $root == / ]]; then printf 'cd %q || exit 125\n' "$PWD"; else echo 'cd /root || exit 125'; fi
  printf 'exec '
  printf '%q ' "$@"
  echo
}

# A value inside one of QEMU's comma separated options.
machine_value() { printf '%s' "${1//,/,,}"; }

machine_disk() {
  truncate -s 8G "$disk.new" && /sbin/mke2fs -q -F -t ext4 "$disk.new" && mv "$disk.new" "$disk"
}
