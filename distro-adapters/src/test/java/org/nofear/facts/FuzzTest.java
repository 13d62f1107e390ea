package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nofear.contract.Ipv4Network;
import org.nofear.distro.OsRelease;
import org.nofear.distro.PackageManager;
import org.nofear.host.CommandResult;
import org.nofear.xpra.XpraHelp;
import org.nofear.xpra.XpraVersion;

/**
 * Bad input at scale: every parser of what others wrote gets mutated samples, 100,000 in all, and large monotonous texts. None may
 * throw, hang or allocate out of proportion. The guest's fstab is NoFear's own and the host's is not read: there is no parser of
 * it to be tested.
 */
class FuzzTest {

    private static final long SEED = Long.getLong("nofear.seed", 20261124L);
    private static final int INPUTS = 100_000;
    private static final int LARGE = 1 << 20;

    /** Bytes that parsing may allocate for each character: lists of words and their copies, by nine package managers. */
    private static final long PROPORTION = 2000;

    private static final List<Parser> PARSERS = List.of(
            new Parser("os-release", FuzzTest::osRelease),
            new Parser("xpra --version", XpraVersion::parse),
            new Parser("xpra --help", XpraHelp::parse),
            new Parser("a broken xpra", text -> XpraFacts.of("/usr/bin/xpra", new CommandResult(1, "", text, false))),
            new Parser("mountinfo", FuzzTest::mounts),
            new Parser("/proc/net/route", text -> RouteTable.parse(text).freePool(List.of(text))),
            new Parser("resolv.conf", FuzzTest::resolver),
            new Parser("/proc/cpuinfo", text -> CpuInfo.parse(text).virtualization()),
            new Parser("qemu --version", QemuVersion::parse),
            new Parser("qemu -machine help", VmmFacts::hasMicrovm),
            new Parser("package queries", FuzzTest::packages),
            new Parser("selinux", text -> SecurityFacts.selinux(Optional.empty(), Optional.of(text), false)),
            new Parser("ld.so.conf", LdSoConf::parse),
            new Parser("ufw.conf", FirewallFacts::ufwEnabled),
            new Parser("addresses", FuzzTest::addresses),
            new Parser("ELF", text -> Architecture.ofElf(text.getBytes(StandardCharsets.ISO_8859_1))));

    private static final List<String> SAMPLES = List.of(
            "ID=debian\nID_LIKE=\"ubuntu debian\"\nPRETTY_NAME='It''s \\$x'\nVERSION_ID=\"12\"\n",
            "xpra v4.4.6-r0 (g0123abc) beta (light build)\n",
            "  -d F, --debug=F\n      --speaker=on|off|disabled  sound\n    --no-daemon\n",
            "22 1 8:1 / /usr/lo\\040cal ro,relatime shared:1 master:2 - ext4 /dev/sda1 rw,errors=remount-ro\n",
            "Iface\tDestination\tGateway\tFlags\nwlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n",
            "nameserver 127.0.0.53\nnameserver fe80::1%eth0\nsearch a.example b.example\noptions edns0\n",
            "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vmx svm\n\nprocessor\t: 1\n",
            "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nmicrovm              microvm (i386)\n",
            "xpra installed\nii e2fsprogs-1.47.2_1   tools\nvirtual/jre:17:virtual/jre-17\n",
            "SELINUX=enforcing\nENABLED=yes\n",
            "include /etc/ld.so.conf.d/*.conf [ # why\n/lib=libc6,/usr/lib:/x\nhwcap 1 nosegneg\n",
            "10.177.33.0/24",
            "\u007fELF\u0002\u0001\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0003\u0000>\u0000");

    private static final List<String> TOKENS = List.of(
            "\n",
            "\r\n",
            "\t",
            " ",
            "\u0000",
            "\\",
            "\\04",
            "\\777",
            "\"",
            "'",
            "`",
            "$",
            "=",
            ":",
            "#",
            "-",
            "--",
            "/",
            "..",
            "%",
            "*",
            "[",
            "]",
            "{",
            "}",
            "999999999999999999999",
            "-1",
            "0",
            "FFFFFFFF",
            "\uFEFF",
            "\uFFFD",
            "\uD800",
            "\uDC00",
            "\u0660",
            "\u2028",
            "\u202E",
            "\uD83D\uDE00",
            "ID=",
            "include ",
            "nameserver ",
            " - ",
            "v1.",
            "installed",
            "processor");

    /** What is tested: its name for people, and a run of it. */
    record Parser(String name, Consumer<String> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Parser> parsers() {
        return PARSERS.stream();
    }

    @ParameterizedTest
    @MethodSource("parsers")
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noInputIsTooBad(Parser parser) {
        Random random = new Random(SEED + parser.name().hashCode());
        for (int number = 0; number < INPUTS / PARSERS.size() + 1; number++) {
            String input = mutated(random);
            try {
                parser.run().accept(input);
            } catch (RuntimeException | StackOverflowError broken) {
                throw new AssertionError(
                        parser + ", input " + number + " of -Dnofear.seed=" + SEED + ": " + escaped(input), broken);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("parsers")
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void timeAndMemoryAreInProportion(Parser parser) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (String token : List.of("\n", " ", "\\", "\"", "/", ":", "a", "a ", "--a", "a=\n", "/a\n", "1.", "a - ")) {
            String input = token.repeat(LARGE / token.length() / 8);
            long before = threads.getCurrentThreadAllocatedBytes();
            parser.run().accept(input);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("%s, of %s", parser, escaped(token))
                    .isLessThan(PROPORTION * input.length());
        }
    }

    private static String mutated(Random random) {
        StringBuilder text = new StringBuilder(SAMPLES.get(random.nextInt(SAMPLES.size())));
        for (int change = random.nextInt(8); change >= 0; change--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(30)));
                case 2 -> text.insert(at, (char) random.nextInt(0x10000));
                case 3 -> text.setLength(at);
                case 4 -> text.insert(at, SAMPLES.get(random.nextInt(SAMPLES.size())));
                default -> text.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
            }
        }
        return text.toString();
    }

    private static void osRelease(String text) {
        OsRelease release = OsRelease.parse(text);
        assertThat(release.id()).isNotBlank();
        release.idLike();
        release.release();
        release.baseCodename();
        release.majorVersion();
        release.prettyName();
    }

    private static void mounts(String text) {
        List<Mount> mounts = Mount.parse(text);
        Mount.holding(mounts, "/usr");
        Mount.below(mounts, Set.of("/usr", "/opt"));
    }

    private static void resolver(String text) {
        ResolverFacts.nameServers(text).forEach(ResolverFacts::loopback);
        ResolverFacts.searchDomains(text);
    }

    private static void packages(String text) {
        CommandResult result = new CommandResult(0, text, "", false);
        for (PackageManager manager : PackageManager.values()) {
            assertThat(Set.of("xpra", "virtual/jre:17"))
                    .containsAll(manager.installed(List.of("xpra", "virtual/jre:17"), result));
        }
    }

    private static void addresses(String text) {
        Ipv4Network.parse(text)
                .ifPresent(network ->
                        assertThat(Ipv4Network.parse(network.toString())).contains(network));
    }

    private static String escaped(String text) {
        StringBuilder plain = new StringBuilder();
        text.chars().limit(500).forEach(character -> {
            if (character >= ' ' && character < 0x7f) {
                plain.append((char) character);
            } else {
                plain.append("\\u%04x".formatted(character));
            }
        });
        return plain.toString();
    }
}
