package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.facts.HostFacts;
import org.nofear.facts.XpraFacts;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.host.ToolPath;
import org.nofear.setup.boot.BootTest;
import org.nofear.setup.describe.Layout;
import org.nofear.setup.engine.Plan;
import org.nofear.xpra.XpraVersion;

/** A small tree that stands for a machine, with recorded answers of its programs. */
final class Bench {

    static final String LIBRARY = "usr/local/lib/nofear/";
    static final Drift CLEAN = () -> new Drift.Difference(Plan.NOTHING, false, 3);

    final Path root;
    private final Map<String, CommandResult> answers = new LinkedHashMap<>();
    private final Map<String, byte[]> attributes = new LinkedHashMap<>();
    private int uid = 1000;
    private int landlock = 4;
    private boolean live = true;
    private User user = new User("alice", 1001, Set.of("alice"), Set.of(), "/home/alice");
    private Drift drift = CLEAN;
    private Optional<XpraFacts> xpra = Optional.empty();

    /** A Debian on an x86 processor with SVM, on real hardware. */
    Bench(Path root) throws IOException {
        this.root = root;
        write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        write("var/lib/dpkg/status", "");
        write("usr/bin/apt-get", "");
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/sys/kernel/osrelease", "6.1.0\n");
        write("proc/cpuinfo", "processor : 0\nmodel name : A\nflags : fpu svm\n");
        write("etc/group", "root:x:0:\nnofear:x:990:\nkvm:x:103:\n");
        Files.createDirectories(root.resolve("home/alice"));
        Files.createDirectories(root.resolve("tmp"));
    }

    Bench write(String path, String text) throws IOException {
        return write(path, text, path.contains("bin/") ? "rwxr-xr-x" : "rw-r--r--");
    }

    Bench write(String path, String text, String mode) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(root));
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return this;
    }

    Bench link(String path, String target) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(root));
        Files.createSymbolicLink(file, Path.of(target));
        return this;
    }

    Bench remove(String path) throws IOException {
        Files.deleteIfExists(root.resolve(path));
        return this;
    }

    /** As install leaves it. */
    Bench installed(String vmm, String network) throws IOException {
        write(LIBRARY + "vmm.conf", "# comment\nvmm.kind = " + vmm + "\n");
        write(
                LIBRARY + "launch.conf",
                "lkvm.binary = /usr/local/lib/nofear/lkvm\nqemu.binary = /usr/bin/qemu-system-x86_64\n"
                        + "kernel = /usr/local/lib/nofear/bzImage\ninitrd = /usr/local/lib/nofear/guest.cpio\nnetwork = "
                        + network + "\n");
        write(LIBRARY + "lkvm", "x", "rwxr-xr-x");
        write("usr/bin/qemu-system-x86_64", "x", "rwxr-xr-x");
        write(LIBRARY + "bzImage", "x".repeat(0x202) + "HdrS" + "x");
        return write(LIBRARY + "guest.cpio", "070701");
    }

    Bench asRoot() {
        uid = 0;
        return this;
    }

    Bench user(User other) {
        user = other;
        return this;
    }

    Bench landlock(int abi) {
        landlock = abi;
        return this;
    }

    Bench offline() {
        live = false;
        return this;
    }

    Bench drift(Drift other) {
        drift = other;
        return this;
    }

    Bench xpra(String version) throws IOException {
        write("usr/bin/xpra", "");
        xpra = Optional.of(new XpraFacts("/usr/bin/xpra", XpraVersion.parse(version), "it printed no version"));
        return this;
    }

    Bench attribute(String path, byte[] value) {
        attributes.put(path, value);
        return this;
    }

    /** What a program says; its name is the last part of its path. */
    Bench answer(String command, int status, String output) {
        answers.put(command, new CommandResult(status, output, status == 0 ? "" : "refused", false));
        return this;
    }

    DoctorContext context() {
        Host host = new Host(root, ToolPath.under(root), this::answer, new Os());
        Layout layout = new Layout(Path.of("/usr/local"));
        HostFacts found = HostFacts.detect(host);
        HostFacts facts = new HostFacts(
                found.distribution(),
                found.architecture(),
                found.kernelRelease(),
                found.init(),
                found.enclosure(),
                found.kvm(),
                found.vmm(),
                xpra,
                found.firewall(),
                found.network(),
                found.packageManager(),
                found.layout(),
                found.security());
        return new DoctorContext(
                host, live, facts, layout, Installed.read(host, layout), user, Beforehand.of(host, drift));
    }

    Finding run(Check check) throws IOException {
        return check.run(context());
    }

    private CommandResult answer(org.nofear.host.Command command) throws IOException {
        String line = String.join(" ", command.argv()).replaceFirst("^\\S*/", "");
        return Optional.ofNullable(answers.get(line))
                .or(() -> Optional.ofNullable(answers.get(line.replaceFirst("(?s) .*", ""))))
                .orElseThrow(() -> new IOException("no answer was recorded to: " + line));
    }

    /** What {@link BootTest} takes for a guest that booted. */
    Bench guestAnswers() {
        return answer("nofear", 42, "nofear-boot-test\n");
    }

    private final class Os implements NativeOs {
        @Override
        public int effectiveUserId() {
            return uid;
        }

        @Override
        public Optional<byte[]> extendedAttribute(Path file, String name) {
            return Optional.ofNullable(attributes.get("/" + root.relativize(file)));
        }

        @Override
        public List<String> extendedAttributeNames(Path file) {
            return List.of();
        }

        @Override
        public void setExtendedAttribute(Path file, String name, byte[] value) {
            throw new UnsupportedOperationException("doctor writes nothing");
        }

        @Override
        public void removeExtendedAttribute(Path file, String name) {
            throw new UnsupportedOperationException("doctor writes nothing");
        }

        @Override
        public int landlockAbi() {
            return landlock;
        }
    }
}
