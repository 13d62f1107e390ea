package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.ConfigKey;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.XpraFacts;
import org.nofear.xpra.XpraVersion;

/** What windows and sound of guests need on the host. Programs without them need none of it: nothing here is a failure. */
final class GuiChecks {

    /** The spellings of Xpra's options that NoFear uses exist since then. */
    private static final XpraVersion OLDEST = XpraVersion.of(2, 1);

    /** From the oldest to the newest version whose own parser was seen to accept NoFear's options. */
    private static final XpraVersion TESTED_FROM = XpraVersion.of(3, 0);

    private static final int TESTED_MAJOR = 6;

    private GuiChecks() {}

    private static Optional<XpraVersion> version(DoctorContext context) {
        return context.facts().xpra().flatMap(XpraFacts::version);
    }

    /** Whether Xpra is there and works, and the X server that it needs in the guest. */
    static final class Xpra implements Check {
        @Override
        public String id() {
            return "gui.xpra";
        }

        @Override
        public void begin(Beforehand slow) {
            slow.python().begin();
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            Optional<XpraFacts> xpra = context.facts().xpra();
            if (xpra.isEmpty()) {
                return Finding.warn(
                        "Xpra is not installed: nofear run --gui does not work",
                        context.fixes().packages(PackageNeed.XPRA));
            }
            return judge(context, xpra.get())
                    .with("xpra", xpra.get().path())
                    .with("version", version(context).map(XpraVersion::toString).orElse("not told"));
        }

        private static Finding judge(DoctorContext context, XpraFacts xpra) throws IOException {
            if (context.live() && xpra.version().isEmpty()) {
                return Finding.warn(
                        "Xpra does not work: " + xpra.complaint(),
                        context.fixes().packages(PackageNeed.XPRA));
            }
            if (xpra.version().filter(version -> version.compareTo(OLDEST) < 0).isPresent()) {
                return Finding.warn(
                        "this Xpra is too old: " + OLDEST.major() + "." + OLDEST.minor() + " or newer is needed",
                        context.fixes().packages(PackageNeed.XPRA));
            }
            if (!PackageNeed.XVFB.met(context.host())) {
                return Finding.warn(
                        "Xvfb is not installed, which Xpra needs in the guest",
                        context.fixes().packages(PackageNeed.XVFB));
            }
            if (context.live() && !context.slow().python().get().cairo()) {
                return Finding.warn(
                        "Xpra's windows stay black: Python's cairo bindings for GTK are missing",
                        context.fixes().packages(PackageNeed.XPRA));
            }
            if (context.live() && !context.slow().python().get().imaging()) {
                return Finding.warn(
                        "Xpra's server fails at the first window: Python's imaging library is missing",
                        context.fixes().packages(PackageNeed.XPRA));
            }
            return Finding.pass(xpra.version().map(version -> "Xpra " + version).orElse("Xpra is installed"));
        }
    }

    /** Whether its options are those that NoFear was tested with. */
    static final class Flags implements Check {
        @Override
        public String id() {
            return "gui.flags";
        }

        @Override
        public List<String> dependsOn() {
            return List.of("gui.xpra");
        }

        @Override
        public Finding run(DoctorContext context) {
            Optional<XpraVersion> version = version(context);
            if (version.isEmpty()) {
                return context.facts().xpra().isPresent() && !context.live()
                        ? context.offline("Xpra's version")
                        : Finding.skip(
                                        "there is no Xpra whose options could be looked at",
                                        context.fixes().packages(PackageNeed.XPRA))
                                .because("gui.xpra");
            }
            Optional<String> rendered = context.installed().get(ConfigKey.GUI_XPRA_VERSION);
            if (context.installed().present()
                    && rendered.filter(version.get().toString()::equals).isEmpty()) {
                return Finding.warn(
                                "NoFear was installed "
                                        + rendered.map(old -> "with Xpra " + old)
                                                .orElse("without Xpra")
                                        + ": its options are for that one",
                                context.fixes().install())
                        .with("version", version.get().toString());
            }
            boolean tested =
                    version.get().compareTo(TESTED_FROM) >= 0 && version.get().major() <= TESTED_MAJOR;
            Finding finding = tested
                    ? Finding.pass("NoFear's options are known to this Xpra")
                    : Finding.warn(
                            "NoFear's options were not tested with this version of Xpra: see whether a window comes",
                            "nofear run --gui -- xterm");
            return finding.with("version", version.get().toString())
                    .with("tested", TESTED_FROM.major() + "." + TESTED_FROM.minor() + " to " + TESTED_MAJOR + ".x");
        }
    }

    /** Whether a sound server of the user can be reached. */
    static final class Sound implements Check {
        @Override
        public String id() {
            return "gui.sound";
        }

        @Override
        public void begin(Beforehand slow) {
            slow.python().begin();
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            boolean programs = PackageNeed.PULSEAUDIO.met(context.host());
            String socket = "/run/user/" + context.user().uid() + "/pulse/native";
            if (!programs) {
                return Finding.warn(
                        "no PulseAudio or PipeWire with pactl: nofear run --sound does not work",
                        context.fixes().packages(PackageNeed.PULSEAUDIO));
            }
            if (!context.live()) {
                return Finding.pass("a sound server is installed");
            }
            if (!context.slow().python().get().sound()) {
                return Finding.warn(
                        "Xpra cannot move sound: GStreamer's PulseAudio plugin for Python is missing",
                        context.fixes().packages(PackageNeed.PULSEAUDIO));
            }
            return context.host().exists(socket)
                    ? Finding.pass("a sound server answers for "
                                    + context.user().name())
                            .with("socket", socket)
                    : Finding.warn(
                                    "a sound server is installed, and none runs for "
                                            + context.user().name(),
                                    "systemctl --user start pipewire-pulse.socket || pulseaudio --start")
                            .with("socket", socket + " is missing");
        }
    }
}
