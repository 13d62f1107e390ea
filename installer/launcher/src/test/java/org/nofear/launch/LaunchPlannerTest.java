package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.PlanKey;
import org.nofear.contract.SharedDirectories;
import org.nofear.launch.RunOptions.SharedFolder;

class LaunchPlannerTest {

    private static final SharedDirectories TREE = new SharedDirectories(
            List.of("/usr", "/opt"),
            List.of(new SharedDirectories.Link("/bin", "usr/bin")),
            List.of(),
            List.of("/lib32"),
            List.of("/bin"));
    private static final SharedFolder WRITABLE = new SharedFolder(
            Path.of("/home/me/rw"), new FileId(1, 2), "/shared", false, List.of(Path.of("/home/me/l")));
    private static final SharedFolder READABLE =
            new SharedFolder(Path.of("/home/me/ro"), new FileId(1, 3), "/ro", true, List.of());

    @TempDir
    private Path directory = Path.of(".");

    private LaunchConfig config = new LaunchConfig(Path.of("."), List.of(), Map.of());

    @BeforeEach
    void anInstallation() throws IOException {
        config = new Library(Files.createDirectory(directory.resolve("lib"))).config();
    }

    private static RunOptions options(boolean temporary, boolean offline, boolean root, SharedFolder... folders) {
        return new RunOptions(
                new ProfileName("bank"),
                temporary,
                Gui.Windows.AUTO,
                false,
                false,
                Gui.Clipboard.IN,
                List.of(folders),
                List.of("A=1", "B"),
                Optional.of("/work dir"),
                Optional.of(256),
                Optional.of(3),
                Optional.empty(),
                offline ? Reach.NOTHING : Reach.DEFAULT,
                Optional.empty(),
                root,
                false);
    }

    /** Of a temporary run without windows, folders and environment. */
    private static RunOptions plain(Reach reach, Optional<Integer> cpus) {
        return new RunOptions(
                new ProfileName("bank"),
                true,
                Gui.Windows.NO,
                false,
                false,
                Gui.Clipboard.IN,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                cpus,
                Optional.empty(),
                reach,
                Optional.of(9),
                false,
                false);
    }

    private LaunchPlanner planner(int uid, Map<String, String> environment) {
        Caller caller = new Caller(uid, uid, directory.resolve("home"), environment);
        return new LaunchPlanner(config, caller, GuestEtc.read(directory.resolve("lib/guest-etc"), uid, uid));
    }

    private LaunchPlan plan(RunOptions options, int uid, Map<String, String> environment) {
        Seed seed = new Seed(Path.of("/seed"), List.of(Path.of("/etc/a")));
        return planner(uid, environment).plan(options, TREE, seed);
    }

    private static RunOptions windows(
            String profile, Gui.Windows windows, boolean microphone, Gui.Clipboard clipboard) {
        RunOptions plain = options(true, true, false);
        return new RunOptions(
                new ProfileName(profile),
                true,
                windows,
                false,
                microphone,
                clipboard,
                List.of(),
                List.of(),
                plain.workdir(),
                plain.memory(),
                plain.cpus(),
                plain.diskSize(),
                Reach.NOTHING,
                Optional.empty(),
                false,
                false);
    }

    @Test
    void whoCanBeJoinedLingersAsTheAdministratorSays() {
        assertThat(plan(options(false, true, false), 1000, Map.of()).all(PlanKey.LINGER))
                .isEmpty();
        assertThat(plan(plain(Reach.NOTHING, Optional.empty()), 1000, Map.of()).all(PlanKey.LINGER))
                .containsExactly("0");
        config = new LaunchConfig(config.library(), config.files(), with(config.values(), "linger", "60"));
        assertThat(plan(options(false, true, false), 1000, Map.of()).all(PlanKey.LINGER))
                .containsExactly("60");
        assertThat(plan(options(true, true, false), 1000, Map.of()).all(PlanKey.LINGER))
                .contains("0");
    }

    private static Map<String, String> with(Map<String, String> values, String key, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(key, value);
        return more;
    }

    /** What a working directory may be told as: what both have, and the folders under the guest's name for them. */
    @Test
    void theGuestsPlacesAreTheHostsThatItHas() {
        LaunchPlan plan = plan(options(true, true, false, READABLE), 1000, Map.of());
        assertThat(plan.all(PlanKey.PLACE_HOST)).containsExactly("/bin", "/usr", "/opt", "/home/me/ro");
        assertThat(plan.all(PlanKey.PLACE_GUEST)).containsExactly("/bin", "/usr", "/opt", "/ro");
        assertThat(plan.all(PlanKey.PLACE_BOTH)).contains("/", "/tmp", "/etc").doesNotContain("/home/me");
    }

    private void withXpra() throws IOException {
        Files.writeString(directory.resolve("lib/gui.conf"), """
                gui.xpra = /usr/bin/xpra
                gui.xvfb = Xvfb -noreset
                gui.client = --speaker={sound} --microphone={microphone} --clipboard={clipboard} --clipboard-direction={direction} --border={border} --title={title}
                gui.server = --daemon=no --microphone={microphone}
                """);
        Files.createDirectories(directory.resolve("lib/xpra/server"));
        Files.writeString(directory.resolve("lib/xpra/server/xpra.conf"), "audio = yes\n");
        config = LaunchConfig.read(directory.resolve("lib"));
    }

    @Test
    void windowsAreClosedAsFarAsNobodyOpensThem() throws IOException {
        withXpra();
        LaunchPlan plan = plan(windows("bank", Gui.Windows.YES, false, Gui.Clipboard.IN));
        assertThat(plan.all(PlanKey.GUI)).containsExactly("1");
        assertThat(plan.all(PlanKey.GUI_CLIENT))
                .startsWith("/usr/bin/xpra", "attach", "socket:@SOCKET@")
                .contains(
                        "--speaker=disabled",
                        "--microphone=disabled",
                        "--clipboard=yes",
                        "--clipboard-direction=to-server",
                        "--title=[bank] @title@")
                .anyMatch(word -> word.matches("--border=#[0-9a-f]{6},3"));
        assertThat(plan.all(PlanKey.GUI_GUEST_SERVER))
                .containsExactly(
                        "/usr/bin/xpra",
                        "start",
                        "@DISPLAY@",
                        "--bind=@SOCKET@",
                        "--daemon=no",
                        "--microphone=disabled");
        assertThat(plan.all(PlanKey.GUI_GUEST_CONF)).containsExactly("audio = yes\n");
        assertThat(plan.all(PlanKey.GUI_GUEST_SOUND)).isEmpty();
        assertThat(plan.all(PlanKey.GUI_ENV_PASS))
                .contains("DISPLAY", "XAUTHORITY")
                .doesNotContain("PATH", "LD_PRELOAD");
        assertThat(plan.all(PlanKey.GUI_ENV)).contains("XPRA_USER_CONF_DIRS=" + directory.resolve("lib/xpra/client"));
    }

    @Test
    void theClipboardGoesBothWaysOrNoneOnDemand() throws IOException {
        withXpra();
        assertThat(plan(windows("bank", Gui.Windows.YES, false, Gui.Clipboard.BOTH))
                        .all(PlanKey.GUI_CLIENT))
                .contains("--clipboard=yes", "--clipboard-direction=both");
        assertThat(plan(windows("bank", Gui.Windows.YES, false, Gui.Clipboard.NONE))
                        .all(PlanKey.GUI_CLIENT))
                .contains("--clipboard=no");
    }

    @Test
    void eachProfileHasAColourThatStays() throws IOException {
        withXpra();
        Gui bank = new Gui(config, windows("bank", Gui.Windows.YES, false, Gui.Clipboard.IN));
        Gui work = new Gui(config, windows("work", Gui.Windows.YES, false, Gui.Clipboard.IN));
        assertThat(bank.colour()).isEqualTo(bank.colour()).isNotEqualTo(work.colour());
    }

    @Test
    void withoutXpraOnlyWhoAsksForWindowsIsRefused() {
        assertThat(plan(windows("bank", Gui.Windows.AUTO, false, Gui.Clipboard.IN))
                        .all(PlanKey.GUI))
                .isEmpty();
        assertThat(plan(windows("bank", Gui.Windows.NO, false, Gui.Clipboard.IN))
                        .all(PlanKey.GUI))
                .isEmpty();
        RunOptions asked = windows("bank", Gui.Windows.YES, false, Gui.Clipboard.IN);
        assertThatThrownBy(() -> plan(asked)).isInstanceOf(LaunchError.class).hasMessageContaining("Xpra");
    }

    private LaunchPlan plan(RunOptions options) {
        return plan(options, 1000, Map.of());
    }

    private static String one(LaunchPlan plan, PlanKey key) {
        assertThat(plan.all(key)).as(key.id()).hasSize(1);
        return plan.all(key).get(0);
    }

    @Test
    void theFormatComesFirstAndAllIsNulTerminated() {
        String bytes = new String(plan(options(false, false, false)).bytes(), StandardCharsets.UTF_8);
        assertThat(bytes).startsWith("format\0nofear-plan-2\0").endsWith("\0");
        assertThat(bytes.chars().filter(c -> c == 0).count() % 2).isZero();
    }

    @Test
    void sharesComeInTriplesTheUsersAfterTheHosts() {
        LaunchPlan plan = plan(options(false, false, false, READABLE));
        assertThat(plan.all(PlanKey.BOOT_SHARE_TAG)).containsExactly("usr", "opt", "0");
        assertThat(plan.all(PlanKey.BOOT_SHARE_PATH)).containsExactly("/usr", "/opt", "/ro");
        assertThat(plan.all(PlanKey.BOOT_SHARE_MODE)).containsExactly("overlay", "overlay", "ro");
        assertThat(plan.all(PlanKey.BOOT_LINK_PATH)).containsExactly("/bin");
        assertThat(plan.all(PlanKey.BOOT_LINK_TARGET)).containsExactly("usr/bin");
    }

    @Test
    void moreProcessorsThanTheVmmHasAreRefusedBeforeAnythingIsMade() {
        Map<String, String> environment = Map.of("NOFEAR_VMM", "qemu-tcg");
        assertThatCode(() -> planner(1000, environment).check(plain(Reach.NOTHING, Optional.of(32))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> planner(1000, environment).check(plain(Reach.NOTHING, Optional.of(33))))
                .hasMessage("a guest under QEMU has at most 32 processors, not 33: see --cpus");
    }

    @Test
    void aProfileHasItsDiskAndATemporaryRunHasNone() {
        LaunchPlan kept = plan(options(false, false, false));
        Path disk = directory.resolve("home/bank/disk.img");
        assertThat(one(kept, PlanKey.DISK)).isEqualTo(disk.toString());
        assertThat(one(kept, PlanKey.DISK_MKFS)).isEqualTo("/sbin/mke2fs");
        assertThat(kept.all(PlanKey.DISK_GROW)).as("nobody asked for a size").isEmpty();
        assertThat(one(kept, PlanKey.BOOT_DISK)).isEqualTo("vda");
        assertThat(kept.all(PlanKey.CONFINE_WRITE)).contains(disk.toString());
        LaunchPlan temporary = plan(options(true, false, false));
        assertThat(temporary.all(PlanKey.DISK)).isEmpty();
        assertThat(temporary.all(PlanKey.BOOT_DISK)).isEmpty();
        assertThat(one(temporary, PlanKey.TEMPORARY)).isEqualTo("1");
    }

    @Test
    void whatTheVmmMayWriteIsTheDiskAndItsDevicesAndNoFolderByItsName() {
        LaunchPlan plan = plan(options(false, false, false, WRITABLE, READABLE));
        assertThat(plan.all(PlanKey.CONFINE_WRITE))
                .containsExactlyInAnyOrder(
                        "/dev/null", directory.resolve("home/bank/disk.img").toString());
        assertThat(plan.all(PlanKey.CONFINE_READ))
                .contains("/usr", "/opt", "/seed")
                .doesNotContain("/", "/etc", "/home", "/home/me/ro");
        assertThat(plan.all(PlanKey.SHARE_PATH)).containsExactly("/home/me/rw", "/home/me/ro");
        assertThat(plan.all(PlanKey.SHARE_ID)).containsExactly("1:2", "1:3");
        assertThat(plan.all(PlanKey.SHARE_MODE)).containsExactly("rw", "ro");
        assertThat(plan.all(PlanKey.VMM_ARG))
                .contains("socket,id=files,fd=@FILES_FD@")
                .noneMatch(word -> word.contains("/home/me"));
    }

    @Test
    void lkvmHasItsKeeperAndNoFolderOfTheUsers() {
        RunOptions options = options(false, true, false, WRITABLE, READABLE);
        LaunchPlan lkvm = plan(options, 1000, Map.of("NOFEAR_VMM", "lkvm"));
        assertThat(one(lkvm, PlanKey.SUPERVISE)).isEqualTo("1");
        assertThat(lkvm.all(PlanKey.CONFINE_OPENS)).containsExactly("/usr", "/opt");
        assertThat(lkvm.all(PlanKey.VMM_ARG)).noneMatch(word -> word.contains("/home/me/r"));
        assertThat(one(plan(options, 1000, Map.of("NOFEAR_VMM", "qemu-kvm")), PlanKey.SUPERVISE))
                .isEqualTo("0");
    }

    @Test
    void theAdministratorAloneSwitchesTheConfinementOff() {
        RunOptions options = options(true, true, false);
        assertThat(one(plan(options), PlanKey.LANDLOCK)).isEqualTo("1");
        Map<String, String> values = new HashMap<>(config.values());
        values.put("confinement", "off");
        config = new LaunchConfig(config.library(), config.files(), values);
        assertThat(one(plan(options), PlanKey.LANDLOCK)).isEqualTo("0");
        // Without it lkvm can't open a file of root's.
        assertThat(one(plan(options, 1000, Map.of("NOFEAR_VMM", "lkvm")), PlanKey.SUPERVISE))
                .isEqualTo("1");
    }

    @Test
    void theAdministratorCanDoWithoutSnapshots() {
        RunOptions options = options(true, true, false);
        assertThat(plan(options).all(PlanKey.SNAPSHOT)).hasSize(1);
        Map<String, String> values = new HashMap<>(config.values());
        values.put("snapshot", "off");
        config = new LaunchConfig(config.library(), config.files(), values);
        assertThat(plan(options).all(PlanKey.SNAPSHOT)).isEmpty();
    }

    @Test
    void anotherVmmMakesANewPlan() {
        assertThat(LaunchPlanner.sources(
                        config, TREE, new Seed(Path.of("/seed"), List.of()), options(false, false, false, WRITABLE)))
                .contains(Path.of("/usr/bin/qemu"));
    }

    @Test
    void theCallersNumbersAndTheGuestsName() {
        LaunchPlan plan = plan(options(false, false, false));
        assertThat(one(plan, PlanKey.BOOT_USER_NAME)).isEqualTo("guest");
        assertThat(one(plan, PlanKey.BOOT_USER_UID)).isEqualTo("1000");
        assertThat(one(plan, PlanKey.BOOT_USER_HOME)).isEqualTo("/home/guest");
        assertThat(one(plan, PlanKey.BOOT_HOSTNAME)).isEqualTo("box");
        assertThat(one(plan, PlanKey.USER)).isEqualTo("guest");
        assertThat(one(plan, PlanKey.SEED)).isEqualTo("/seed");
        assertThat(plan.all(PlanKey.VMM_ARG)).anyMatch(word -> word.endsWith(",file=/seed"));
        assertThat(one(plan, PlanKey.BOOT_SEED)).isEqualTo("vdb");
        assertThat(one(plan(options(false, false, true)), PlanKey.USER)).isEqualTo("root");
    }

    @Test
    void rootOfTheHostIsRootOfTheGuest() {
        LaunchPlan plan = plan(options(false, false, false), 0, Map.of());
        assertThat(one(plan, PlanKey.USER)).isEqualTo("root");
        assertThat(one(plan, PlanKey.ALLOW_ROOT)).isEqualTo("1");
    }

    @Test
    void variablesAndDirectoryAreThoseAskedFor() {
        LaunchPlan plan = plan(options(false, false, false));
        assertThat(plan.all(PlanKey.ENV_SET)).containsExactly("A=1");
        assertThat(plan.all(PlanKey.ENV_PASS))
                .contains("TERM", "LC_*", "B")
                .doesNotContain("PATH", "HOME", "SSH_AUTH_SOCK");
        assertThat(one(plan, PlanKey.WORKDIR)).isEqualTo("/work dir");
    }

    @Test
    void aVmmIsHandedItsTapWhicheverItIs() {
        for (String vmm : List.of("lkvm", "qemu-kvm", "qemu-tcg")) {
            LaunchPlan plan = plan(options(false, false, false), 1000, Map.of("NOFEAR_VMM", vmm));
            assertThat(one(plan, PlanKey.NET_MODE)).isEqualTo("tap");
            assertThat(one(plan, PlanKey.NET_TAP_MAKER)).endsWith("/lib/nofear-tap");
            assertThat(one(plan, PlanKey.NET_SUBNET)).isEqualTo("10.0.8.0/24");
            assertThat(one(plan, PlanKey.BOOT_NET_GATEWAY_MAC)).isEqualTo("02:15:15:15:15:01");
            assertThat(plan.all(PlanKey.CONFINE_WRITE)).doesNotContain("/dev/net/tun");
            assertThat(plan.all(PlanKey.VMM_ARG)).anyMatch(word -> word.contains("fd=@TAP_FD@"));
        }
    }

    @Test
    void offlineThereIsNoNetworkAtAll() {
        LaunchPlan plan = plan(options(false, true, false));
        assertThat(one(plan, PlanKey.NET_MODE)).isEqualTo("none");
        assertThat(plan.all(PlanKey.BOOT_NET_ADDRESS)).isEmpty();
        assertThat(plan.all(PlanKey.VMM_ARG)).containsSequence("-nic", "none");
        assertThat(plan.all(PlanKey.CONFINE_WRITE)).doesNotContain("/dev/net/tun");
    }

    @Test
    void theVmmOfOneCallIsTheCallers() {
        LaunchPlan plan =
                plan(options(false, false, false), 1000, Map.of("NOFEAR_VMM", "lkvm", "NOFEAR_BOOT_DEADLINE", "7"));
        assertThat(one(plan, PlanKey.VMM_KIND)).isEqualTo("lkvm");
        assertThat(one(plan, PlanKey.CHANNEL)).isEqualTo("packets");
        assertThat(one(plan, PlanKey.DEADLINE_BOOT)).isEqualTo("7");
        assertThat(plan.all(PlanKey.VMM_ARG).get(0)).isEqualTo("/opt/lkvm");
        assertThatThrownBy(() -> plan(options(false, false, false), 1000, Map.of("NOFEAR_VMM", "xen")))
                .isInstanceOf(LaunchError.class)
                .hasMessageContaining("\"xen\"");
    }

    @Test
    void noValueHoldsANul() {
        assertThatThrownBy(() -> new LaunchPlan.Builder().put(PlanKey.ENV_SET, "a\0b"))
                .hasMessageContaining("env.set");
    }

    @Test
    void aPlanIsOutOfDateWhenWhatItWasMadeFromChanges() {
        assertThat(LaunchPlanner.sources(
                        config,
                        TREE,
                        new Seed(Path.of("/seed"), List.of(Path.of("/etc/a"))),
                        options(false, false, false, WRITABLE)))
                .contains(
                        Path.of("/bin"), Path.of("/lib32"), Path.of("/home/me/l"), Path.of("/etc/a"), Path.of("/seed"))
                .containsAll(config.files());
    }

    private LaunchPlan reaching(Reach reach, String more) throws IOException {
        Path file = directory.resolve("lib/launch.conf");
        Files.writeString(file, Files.readString(file) + more);
        config = LaunchConfig.read(directory.resolve("lib"), List.of(file, directory.resolve("lib/vmm.conf")));
        return plan(plain(reach, Optional.empty()));
    }

    @Test
    void theReachIsTheCallersElseTheAdministratorsElseTheHosts() throws IOException {
        assertThat(one(reaching(Reach.DEFAULT, ""), PlanKey.NET_REACH)).isEqualTo("lan");
        assertThat(one(reaching(Reach.INTERNET, ""), PlanKey.NET_REACH)).isEqualTo("internet");
        assertThat(one(reaching(Reach.DEFAULT, "network.reach = internet\n"), PlanKey.NET_REACH))
                .isEqualTo("internet");
        assertThat(one(reaching(Reach.LAN, ""), PlanKey.NET_REACH)).isEqualTo("lan");
        assertThatThrownBy(() -> Reach.of("wan")).hasMessageContaining("\"wan\"");
    }

    @Test
    void whereNothingKeepsAVmFromTheLocalNetworkItIsNotPromised() {
        assertThatThrownBy(() -> reaching(Reach.INTERNET, "network = user\n"))
                .isInstanceOf(LaunchError.class)
                .hasMessageContaining("--network tap");
    }

    @Test
    void aChangeOfTheHostsNameServersMakesANewPlan() {
        assertThat(LaunchPlanner.sources(
                        config,
                        TREE,
                        new Seed(Path.of("/seed"), List.of(Path.of("/etc/a"))),
                        options(false, false, false, WRITABLE)))
                .contains(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));
    }

    @Test
    void qemuTakesTheKernelThatNeedNotBeUnpackedWhereThereIsOne() throws IOException {
        Path elf = directory.resolve("lib/vmlinux");
        String image = directory.resolve("lib/bzImage").toString();
        assertThat(plan(options(true, true, false), 1000, Map.of()).all(PlanKey.VMM_ARG))
                .containsSequence("-kernel", image);
        Files.writeString(elf, "ELF");
        LaunchPlan plan = plan(options(true, true, false), 1000, Map.of());
        assertThat(plan.all(PlanKey.VMM_ARG)).containsSequence("-kernel", elf.toString());
        assertThat(plan.all(PlanKey.CONFINE_READ)).contains(elf.toString());
        assertThat(plan(options(true, true, false), 1000, Map.of("NOFEAR_VMM", "lkvm"))
                        .all(PlanKey.VMM_ARG))
                .containsSequence("-k", image);
        assertThat(LaunchPlanner.sources(
                        config, TREE, new Seed(Path.of("/seed"), List.of()), options(false, false, false, WRITABLE)))
                .contains(elf);
    }
}
