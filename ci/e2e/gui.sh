#!/usr/bin/env bash
# Programs with windows, for real: an Xvfb with a window manager is the host's display, the program runs in a VM of the
# installed product, and what is checked is what is seen on that display and heard on a sound server of the host. Run as root.
#
#   ci/e2e/gui.sh [--picture FILE]
#
#   --picture FILE   keeps a screenshot: a program's window in NoFear beside the same program's on the host
# shellcheck disable=SC2016 # scripts for other shells are in single quotes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
# shellcheck source=ci/lib/product.sh
. "$here/lib/product.sh"
# shellcheck source=ci/lib/packages.sh
. "$here/lib/packages.sh"

picture=''
[[ ${1:-} != --picture ]] || picture=$2
[[ -x $product_nofear ]] || { echo "not installed: ci/quickstart installs" >&2 && exit 1; }
packages_want xvfb Xvfb
packages_want xpra xpra
packages_want python3-gi-cairo xpra /usr/bin/python3 -c 'import gi; gi.require_foreign("cairo")'
packages_want python3-pil xpra /usr/bin/python3 -c 'import PIL'
packages_want openbox openbox
packages_want xterm xterm
packages_want x11-apps xclock
packages_want x11-utils xwininfo
packages_want xdotool xdotool
packages_want xclip xclip
packages_want imagemagick import
packages_want pulseaudio pulseaudio
packages_want pulseaudio-utils parec
packages_want sox sox
packages_want gstreamer1.0-pulseaudio xpra test -e /usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstpulseaudio.so
packages_want gstreamer1.0-plugins-good xpra test -e /usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstaudiofx.so
packages_want gstreamer1.0-plugins-base xpra test -e /usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstapp.so
packages_want python3-gst-1.0 xpra test -e /usr/lib/python3/dist-packages/gi/overrides/Gst.py
packages_want desktop-file-utils desktop-file-validate
if ! packages_install; then
  skip "windows and sound" "what they need can't be installed here"
  exit
fi
user_make "$product_user"
# What is installed may have found no Xpra.
[[ -e $product_prefix/lib/nofear/gui.conf ]] || check "install, now with Xpra" "$product_setup" install --yes --no-color --user "$product_user" --gui yes

profiles=$product_user_home/gui-test
rm -rf "$profiles"
wait_window=300 # seconds until a window is there: Xpra's server is a minute of Python under emulation
display=''
started=()
end() {
  [[ ${#started[@]} == 0 ]] || kill "${started[@]}" 2>/dev/null || true
  rm -rf "$profiles"
  check_close "$1"
}
trap 'end $?' EXIT

# display_start: a display of the host, with a window manager; sets display.
display_start() {
  local number=$check_dir/display
  : >"$number"
  "${as_user[@]}" Xvfb -displayfd 5 -screen 0 1280x800x24 -nolisten tcp 5>"$number" >/dev/null 2>&1 &
  xvfb=$!
  started+=("$xvfb")
  product_wait 20 test -s "$number" || return 1
  display=:$(<"$number")
  on_host openbox >/dev/null 2>&1 &
  started+=($!)
}

# A background job of these words is the program itself, not a shell that waits for it.
as_user=("$here/lib/as-user" "$product_user" env "NOFEAR_HOME=$profiles")
on_host() { "${as_user[@]}" DISPLAY="$display" "$@"; }
# gui_start WORD...: nofear run WORD..., behind; launcher is the front-end itself, what it says is in $check_dir/said.
gui_start() {
  : >"$check_dir/ready"
  "${as_user[@]}" DISPLAY="$display" "$product_nofear" run "$@" >"$check_dir/ready" 2>"$check_dir/said" &
  launcher=$!
}
gui_end() { wait "$launcher"; }
in_guest() { on_host timeout 120 "$product_nofear" run -p gui --no-gui -- env DISPLAY=:0 "$@"; }
window() { on_host xdotool search --name "$1" 2>/dev/null | head -n 1; }
window_is() { [[ $(window "$1") ]]; }
ready() { grep -q "${1:-ready}" "$check_dir/ready"; }
client() { pgrep -u "$product_user" -f 'xpra attach' | head -n 1; }
no_client() { ! client >/dev/null || [[ ! $(client) ]]; }
quiet() { no_client && ! product_vmm >/dev/null; }
one_line() { cat "$check_dir/said"; [[ $(grep -vc '^xterm: ' "$check_dir/said") == 1 ]]; }
end_in() { product_wait "$1" eval '! kill -0 "$launcher" 2>/dev/null'; }
check "the host has a display" display_start

# --- a window, the keyboard, the mouse
# Each line that it reads becomes its title; a click of the mouse shows as the bytes that a terminal sends for it.
program='printf "\033[?1000h\033]2;waiting\007"
  while IFS= read -r line; do
    case $line in *"[M"*) line=clicked ;; stop) exit ;; esac
    printf "\033]2;%s\007\033[H\033[2J" "$line"; echo "$line"
  done'
gui_start -g -p gui -- sh -c 'xterm -fa monospace -geometry 60x16 -e sh -c "$1"; exit 7' sh "$program"
check "a window appears, marked with its profile" product_wait $wait_window window_is '^\[gui\] waiting$'
id=$(window '^\[gui\]' || true)
geometry() {
  on_host xwininfo -id "$id" | awk '/Width:/ { w = $2 } /Height:/ { h = $2 } END { print w "x" h; exit !(w > 300 && h > 200) }'
}
check "of the program's size" geometry
colour() { # of the pixel at X Y of the window
  on_host import -silent -window "$id" png:- | convert png:- -format "%[fx:int(255*p{$1,$2}.r)] %[fx:int(255*p{$1,$2}.g)] %[fx:int(255*p{$1,$2}.b)]" info:
}
# The border is drawn translucent on what is behind it: what counts is the hue, which no white, grey or black has.
bordered() {
  local edge inner
  edge=$(colour 1 60) inner=$(colour 20 60)
  echo "border $edge, inside $inner"
  awk -v edge="$edge" -v inner="$inner" 'BEGIN {
    split(edge, e, " "); max = min = e[1]
    for (i in e) { if (e[i] > max) max = e[i]; if (e[i] < min) min = e[i] }
    exit !(max - min > 60 && edge != inner)
  }'
}
check "with a border in a colour" product_wait 30 bordered
keys() { on_host xdotool windowactivate --sync "$id" && on_host xdotool type --delay 120 "$1" && on_host xdotool key Return; }
check "keys are typed on it" keys hello
check "and reach the program, which changes its title" product_wait 60 window_is '^\[gui\] hello$'
click() { on_host xdotool mousemove --window "$id" 150 80 click 1 && sleep 2 && on_host xdotool key Return; }
check "it is clicked" click
check "and the click reaches the program" product_wait 60 window_is '^\[gui\] clicked$'
if [[ $picture ]]; then
  on_host xsetroot -solid '#c8d2dc'
  keys 'hello from the VM'
  on_host xterm -fa monospace -geometry 60x16 -title 'xterm on the host' -e sh -c 'echo hello from the host; exec sleep 100' &
  beside=$!
  product_wait 30 window_is '^xterm on the host$'
  on_host xdotool windowmove "$id" 90 180 && on_host xdotool windowmove "$(window '^xterm on the host$')" 690 180
  sleep 8
  on_host import -silent -window root png:- | convert png:- -crop 1050x300+75+150 +repage -colors 64 "png8:$picture"
  kill "$beside"
fi

# --- the clipboard goes in, not out
on_host sh -c 'printf "of the host" | xclip -selection clipboard' >/dev/null 2>&1
inside() { [[ $(in_guest xclip -o -selection clipboard 2>/dev/null) == "of the host" ]]; }
check "the guest sees the host's clipboard" product_wait 90 inside
check "a program in the guest takes the clipboard" in_guest sh -c 'printf "of the guest" | xclip -selection clipboard >/dev/null 2>&1'
sleep 10
check_status 1 "the host never sees the guest's" sh -c '"$@" | grep "of the guest"' sh \
  "$here/lib/as-user" "$product_user" env DISPLAY="$display" timeout 5 xclip -o -selection clipboard
check "no port is open for it" sh -c '! ss -Hltnp 2>/dev/null | grep -i xpra'
check "and its socket is gone once it is connected" sh -c "! find '$profiles/.run' -name '.g*' | grep ."

# --- every way of ending
keys stop
check_status 7 "the program's status is the command's" gui_end
check "its window is gone" eval '! window_is "^\[gui\]"'
check "nothing is left running" product_wait 20 quiet

lost() { # SENTENCE COMMAND...: COMMAND ends what shows a session of its own
  local sentence=$1 status
  shift
  gui_start -g -p gui -- sh -c 'echo ready; exec sleep 1000'
  check "a program starts" product_wait $wait_window ready
  check "$sentence" "$@"
  check "it ends" end_in 30
  status=0
  gui_end || status=$?
  check_output "with 125" 125 echo "$status"
  check "in one line" one_line
  check "nothing is left running" product_wait 20 quiet
}
lost "Xpra's client is killed" sh -c 'kill -KILL $(pgrep -u "$1" -f "xpra attach")' sh "$product_user"
lost "Xpra's server is killed in the guest" in_guest sh -c 'until pkill -KILL -f "[x]pra start"; do sleep 1; done'
lost "the X server is killed in the guest" in_guest pkill -KILL Xvfb
lost "the host's display goes away" kill -KILL "$xvfb"
display_start
gui_start -g -p gui -- sh -c 'echo ready; exec sleep 1000'
check "a program starts after all that" product_wait $wait_window ready
kill -INT "$launcher"
check_status 130 "Ctrl-C ends it" gui_end
check "nothing is left running" product_wait 20 quiet
gui_start -g -p gui -- sleep 1000
sleep 2
kill -INT "$launcher"
check_status 130 "Ctrl-C ends it while it starts too" gui_end
check "nothing is left running" product_wait 30 quiet
gui_start -g -p gui -- sh -c 'echo ready; exec sleep 1000'
product_wait $wait_window ready || true
kill -KILL "$launcher"
wait "$launcher" 2>/dev/null || true
check "nothing outlives a launcher that is killed" product_wait 20 quiet

# --- sound, both ways: a tone of the one side is heard on the other
pulse() { "${as_user[@]}" XDG_RUNTIME_DIR="$product_user_home/gui-runtime" "$@"; }
sound_server() {
  "${as_user[@]}" mkdir -p -m 700 "$product_user_home/gui-runtime"
  "${as_user[@]}" XDG_RUNTIME_DIR="$product_user_home/gui-runtime" pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 \
    --load=module-native-protocol-unix --load='module-null-sink sink_name=loud' --load='module-null-sink sink_name=mike' >/dev/null 2>&1 &
  started+=($!)
  product_wait 20 pulse pactl info && pulse pactl set-default-sink loud && pulse pactl set-default-source mike.monitor
}
# tone_is HERTZ COMMAND...: COMMAND records raw sound, 44100 Hz, 16 bits, one channel; that loud that it is no noise.
tone_is() {
  local hertz=$1
  shift
  "$@" >"$check_dir/recorded" 2>/dev/null || true
  sox -t raw -r 44100 -e signed -b 16 -c 1 "$check_dir/recorded" -n stat 2>&1 |
    awk -v wanted="$hertz" '/RMS.*amplitude/ { loud = $3 } /Rough.*frequency/ { found = $3 }
      END { print "frequency " found ", amplitude " loud; exit !(loud > 0.02 && found > wanted * 0.9 && found < wanted * 1.1) }'
}
record=(timeout 6 parec --format=s16le --rate=44100 --channels=1)
play() { echo "sox -q -n -t wav - synth 600 sine $1 gain -6 | paplay"; } # HERTZ
heard_on_host() { tone_is 440 pulse "${record[@]}" -d loud.monitor; }
heard_in_guest() { tone_is 660 in_guest sh -c "PULSE_SERVER=\$(ls -d /run/nofear/gui*/pulse | sed s/^/unix:/) ${record[*]} -d Xpra-Microphone.monitor"; }
check "the host has a sound server" sound_server
"${as_user[@]}" DISPLAY="$display" XDG_RUNTIME_DIR="$product_user_home/gui-runtime" "$product_nofear" run -s -p gui -- sh -c "$(play 440)" \
  >/dev/null 2>"$check_dir/said" &
launcher=$!
check "-s: a tone of the guest is heard on the host" product_wait $wait_window heard_on_host
kill -TERM "$launcher"
gui_end || true
check "nothing is left running" product_wait 30 quiet
"${as_user[@]}" XDG_RUNTIME_DIR="$product_user_home/gui-runtime" sh -c "$(play 660) -d mike" >/dev/null 2>&1 &
started+=($!)
"${as_user[@]}" DISPLAY="$display" XDG_RUNTIME_DIR="$product_user_home/gui-runtime" "$product_nofear" run -m -p gui -- sleep 1000 \
  >/dev/null 2>"$check_dir/said" &
launcher=$!
check "-m: a tone of the host's microphone is heard in the guest" product_wait $wait_window heard_in_guest
kill -TERM "$launcher"
gui_end || true
check "nothing is left running" product_wait 30 quiet

# --- without a display
no_display() { "${as_user[@]}" "$product_nofear" run -t "$@"; }
check_error 125 'DISPLAY' "without a display -g says so" no_display -g -- true
check "--no-gui does without one" no_display -g --no-gui -- true

# --- without being asked: a display and a program that has windows, by its libraries or a menu entry
gui_start -t -- xclock
check "a program linked with libX11 shows its window without -g" product_wait $wait_window window_is xclock
kill -TERM "$launcher"
gui_end || true
gtk='import gi; gi.require_version("Gtk", "3.0"); from gi.repository import Gtk; Gtk.Window(title="of GTK").show(); Gtk.main()'
gui_start -g -p gui -- python3 -c "$gtk"
check "so does a GTK program, with -g" product_wait $wait_window window_is '^\[gui\] of GTK$'
kill -TERM "$launcher"
gui_end || true
gui_start -t -- sh -c 'echo "display=${DISPLAY:-none}"'
gui_end || true
check_output "others get no display" display=none cat "$check_dir/ready"
gui_start -t --no-gui -- xclock
check_status 1 "nor do they with --no-gui" gui_end

# --- menu entries
entries=$product_user_home/.local/share/applications
wanted=$(basename "$(grep -lE '^Exec=' /usr/share/applications/*xterm*.desktop | head -n 1)" .desktop)
check "desktop add makes a menu entry" product_as_user "$product_nofear" desktop add "$wanted"
check "which is valid" desktop-file-validate "$entries/nofear-$wanted.desktop"
check "names NoFear" grep -E '^Name=.* \(NoFear\)$' "$entries/nofear-$wanted.desktop"
check "keeps the icon" sh -c 'grep -qx "$(grep ^Icon= "$1")" "$2"' sh "/usr/share/applications/$wanted.desktop" "$entries/nofear-$wanted.desktop"
starts=$(sed -n 's/^Exec=\([^ ]*\).*/\1/p' "/usr/share/applications/$wanted.desktop" | head -n 1)
check "and starts it in a VM" grep -E "^Exec=$product_nofear run .*-- $starts" "$entries/nofear-$wanted.desktop"
check "desktop remove takes it back" product_as_user "$product_nofear" desktop remove "$wanted"
check "and it is gone" test ! -e "$entries/nofear-$wanted.desktop"
check_error 125 'no menu entry|NoFear has added none' "what was not added can't be removed" product_as_user "$product_nofear" desktop remove "$wanted"
