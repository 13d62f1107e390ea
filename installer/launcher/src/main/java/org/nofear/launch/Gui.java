package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.PlanKey;

/**
 * The windows and the sound of a session: what Xpra's client on the host and its server in the guest are told. The words come
 * from install, which knows the version of Xpra; their cells, {@code {sound}} and so on, are filled here.
 *
 * @param config with install's gui.conf
 * @param options what is asked for
 */
record Gui(LaunchConfig config, RunOptions options) {

    /** What Xpra's client needs of the caller's environment: the way to the display and to the sound server. */
    private static final List<String> PASSED = List.of(
            "DISPLAY",
            "XAUTHORITY",
            "WAYLAND_DISPLAY",
            "XDG_RUNTIME_DIR",
            "XDG_SESSION_TYPE",
            "PULSE_SERVER",
            "PULSE_COOKIE",
            "PULSE_SOURCE",
            "PULSE_SINK",
            "HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "XCURSOR_THEME",
            "XCURSOR_SIZE");

    /** Seconds that the client waits for the guest: its start takes that long under emulation. */
    private static final int PATIENCE = 600;

    private static final int BORDER = 3;

    /** Whether windows are shown. */
    enum Windows {
        YES,
        NO,
        /** When the command needs them, and there is a display to show them on. */
        AUTO
    }

    /** Which way the clipboard goes. */
    enum Clipboard {
        NONE,
        /** From the host to the guest. */
        IN,
        BOTH;

        static Clipboard of(String text) {
            return switch (text) {
                case "none" -> NONE;
                case "in" -> IN;
                case "both" -> BOTH;
                default -> throw LaunchError.failed("--clipboard: \"" + text + "\" is none of in, both, none");
            };
        }
    }

    /** Xpra's variables for how long a process of its sound may take to start; by its name until version 4, and since. */
    private static final List<String> SOUND_PATIENCE = List.of("XPRA_SOUND_START_TIMEOUT", "XPRA_AUDIO_START_TIMEOUT");

    /** Its own 5 s are too few for Python and GStreamer under emulation. */
    private static final int SOUND_PATIENCE_MS = 120_000;

    /** The guest's sound server, of which Xpra takes the one device and feeds the other. */
    private static final List<String> SOUND_SERVER = List.of(
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--disable-shm=yes",
            "--exit-idle-time=-1",
            "--log-target=stderr",
            "--load=module-native-protocol-unix socket=@SOUND@ auth-anonymous=1",
            "--load=module-null-sink sink_name=Xpra-Speaker sink_properties=device.description=Speaker",
            "--load=module-null-sink sink_name=Xpra-Microphone sink_properties=device.description=Microphone");

    /** Whether there can be windows; where they are only wished for, their lack is no failure. */
    boolean possible() {
        return switch (options.gui()) {
            case NO -> false;
            case YES -> true;
            case AUTO -> config.get(ConfigKey.GUI_XPRA).isPresent();
        };
    }

    /** Adds what the C program and the agent need. */
    void plan(LaunchPlan.Builder plan) {
        String xpra = config.get(ConfigKey.GUI_XPRA)
                .orElseThrow(
                        () -> LaunchError.failed(
                                "windows need Xpra, which was not there when NoFear was installed:"
                                        + " install it (\"nofear-setup doctor\" says how), then run \"sudo nofear-setup install\""));
        plan.put(PlanKey.GUI, options.gui() == Windows.YES ? "1" : "auto");
        if (options.gui() == Windows.AUTO) {
            MenuEntries entries = MenuEntries.of(MenuEntries.SYSTEM);
            plan.putAll(PlanKey.GUI_PROGRAM, entries.programs());
            plan.putAll(PlanKey.GUI_TERMINAL, entries.terminal());
        }
        plan.putAll(PlanKey.GUI_CLIENT, client(xpra));
        plan.putAll(PlanKey.GUI_ENV_PASS, PASSED);
        environment("client").forEach((name, value) -> plan.put(PlanKey.GUI_ENV, name + "=" + value));
        plan.put(PlanKey.GUI_ENV, "PATH=/usr/local/bin:/usr/bin:/bin");
        plan.put(PlanKey.GUI_ENV, "XPRA_SOCKET_TIMEOUT=" + PATIENCE);
        plan.put(PlanKey.GUI_ENV, "PYTHONNOUSERSITE=1");
        plan.putAll(PlanKey.GUI_GUEST_XVFB, words(ConfigKey.GUI_XVFB));
        plan.putAll(PlanKey.GUI_GUEST_SERVER, server(xpra));
        plan.put(PlanKey.GUI_GUEST_CONF, serverConf());
        plan.put(PlanKey.GUI_GUEST_ENV, "PYTHONNOUSERSITE=1");
        environment("none").forEach((name, value) -> {
            if (name.contains("SYS")) {
                plan.put(PlanKey.GUI_GUEST_ENV, name + "=" + value);
            }
        });
        if (options.sound() || options.microphone()) {
            sound(plan);
        }
        // The toolkits' own choice would be Wayland, where they know it.
        plan.put(PlanKey.GUI_ENV_SET, "GDK_BACKEND=x11");
        plan.put(PlanKey.GUI_ENV_SET, "QT_QPA_PLATFORM=xcb");
        plan.put(PlanKey.GUI_ENV_SET, "XDG_SESSION_TYPE=x11");
    }

    private static void sound(LaunchPlan.Builder plan) {
        if (!Files.isExecutable(Path.of("/usr/bin/pulseaudio"))) {
            throw LaunchError.failed("sound needs the program pulseaudio, which runs in the VM: install PulseAudio"
                    + " (\"nofear-setup doctor\" says how)");
        }
        plan.putAll(PlanKey.GUI_GUEST_SOUND, SOUND_SERVER);
        plan.put(PlanKey.GUI_GUEST_ENV, "PULSE_SERVER=unix:@SOUND@");
        plan.put(PlanKey.GUI_GUEST_ENV, "XPRA_PULSE_SOURCE_DEVICE_NAME=Xpra-Speaker");
        plan.put(PlanKey.GUI_GUEST_ENV, "XPRA_PULSE_SINK_DEVICE_NAME=Xpra-Microphone");
        for (String name : SOUND_PATIENCE) {
            plan.put(PlanKey.GUI_ENV, name + "=" + SOUND_PATIENCE_MS);
            plan.put(PlanKey.GUI_GUEST_ENV, name + "=" + SOUND_PATIENCE_MS);
        }
        plan.put(PlanKey.GUI_ENV_SET, "PULSE_SINK=Xpra-Speaker");
        plan.put(PlanKey.GUI_ENV_SET, "PULSE_SOURCE=Xpra-Microphone.monitor");
    }

    private List<String> client(String xpra) {
        List<String> words = new ArrayList<>(List.of(xpra, "attach", "socket:@SOCKET@"));
        words.addAll(words(ConfigKey.GUI_CLIENT));
        return words;
    }

    private List<String> server(String xpra) {
        List<String> words = new ArrayList<>(List.of(xpra, "start", "@DISPLAY@", "--bind=@SOCKET@"));
        words.addAll(words(ConfigKey.GUI_SERVER));
        return words;
    }

    private List<String> words(ConfigKey key) {
        return List.of(config.require(key).split(" +")).stream()
                .map(this::filled)
                .toList();
    }

    private String filled(String word) {
        return word.replace("{sound}", options.sound() ? "on" : "disabled")
                .replace("{microphone}", options.microphone() ? "on" : "disabled")
                .replace("{audio}", options.sound() || options.microphone() ? "yes" : "no")
                .replace("{clipboard}", options.clipboard() == Clipboard.NONE ? "no" : "yes")
                .replace("{direction}", options.clipboard() == Clipboard.BOTH ? "both" : "to-server")
                .replace("{border}", colour() + "," + BORDER)
                .replace("{title}", "[" + options.profile().value() + "] @title@");
    }

    /** A bright colour of the profile's own, from its name: the hue is the hash. */
    String colour() {
        int hue = Math.floorMod(options.profile().value().hashCode() * 0x9E3779B1, 360);
        return String.format("#%06x", java.awt.Color.HSBtoRGB(hue / 360f, 0.9f, 1f) & 0xffffff);
    }

    private String serverConf() {
        Path file = config.library().resolve("xpra/server/xpra.conf");
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw LaunchError.failed(
                    "cannot read " + file + ": run \"sudo nofear-setup install\" to complete the installation");
        }
    }

    /** Neither the system's configuration nor the user's is read: it could open what is to be closed. */
    private Map<String, String> environment(String side) {
        String own = config.library().resolve("xpra").resolve(side).toString();
        String empty = config.library().resolve("xpra/none").toString();
        return new java.util.TreeMap<>(Map.of(
                "XPRA_USER_CONF_DIR", own,
                "XPRA_USER_CONF_DIRS", own,
                "XPRA_SYSCONF_DIR", empty,
                "XPRA_SYSCONF_DIRS", empty,
                "XPRA_SYSTEM_CONF_DIRS", empty));
    }
}
