package org.nofear.setup.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.NetworkMode;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Before;
import org.nofear.setup.engine.Otherwise;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Capability;
import org.nofear.setup.resource.GroupMembership;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Snapshot;

class InstallBlueprintTest {

    @TempDir
    private Path directory;

    private Tree tree = new Tree(Path.of("/"), Path.of("/"));
    private final Tree.Told told = new Tree.Told();

    @BeforeEach
    void makeTree() throws IOException {
        tree = Tree.in(directory.toRealPath());
    }

    @Test
    void everythingLiesBelowThePrefixOrIsNoFearsFileInAConfigurationDirectory() throws IOException {
        assertThat(paths(tree.options()))
                .allMatch(path -> path.startsWith("/usr/local/lib/nofear/")
                        || path.equals("/usr/local/bin/nofear")
                        || path.equals("/usr/local/sbin/nofear-setup")
                        || (path.startsWith("/etc/") && path.contains("nofear")));
    }

    @Test
    void aPackagedNoFearLivesBelowUsr() throws IOException {
        assertThat(paths(with(Path.of("/usr"), Optional.empty(), Optional.empty(), List.of())))
                .contains("/usr/bin/nofear", "/usr/sbin/nofear-setup", "/usr/lib/nofear/launch.conf")
                .noneMatch(path -> path.startsWith("/usr/local"));
    }

    @Test
    void nothingIsWantedTwice() throws IOException {
        assertThat(resources(tree.options()).stream().map(each -> each.place().id()))
                .doesNotHaveDuplicates();
    }

    @Test
    void describingChangesNothing() throws IOException {
        List<String> before = listing();
        resources(tree.options());
        assertThat(listing()).isEqualTo(before);
    }

    @Test
    void describingTellsWhatWasFoundInAFewLines() throws IOException {
        resources(tree.options());
        assertThat(told.text().lines()).hasSizeBetween(2, 5).anyMatch(line -> line.contains("x86_64"));
    }

    @Test
    void anotherProcessorIsRefusedByName() throws IOException {
        tree.machine(183);
        assertThatThrownBy(() -> resources(tree.options()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("aarch64");
    }

    @Test
    void theOneProgramWithACapabilityIsForTheGroupAloneWhateverTheVmm() throws IOException {
        for (InstallOptions.Vmm vmm : List.of(InstallOptions.Vmm.AUTO, InstallOptions.Vmm.QEMU)) {
            InstallOptions options = with(Path.of("/usr/local"), Optional.of(program()), Optional.empty(), List.of());
            List<BuiltFile> capable = resources(options.with(vmm)).stream()
                    .filter(BuiltFile.class::isInstance)
                    .map(BuiltFile.class::cast)
                    .filter(file -> file.capability().isPresent())
                    .toList();
            assertThat(capable).singleElement().satisfies(file -> {
                assertThat(file.path()).isEqualTo("/usr/local/lib/nofear/nofear-tap");
                assertThat(file.capability()).hasValue(Capability.NET_ADMIN);
                assertThat(file.permissions()).isEqualTo(new Permissions(0750, "root", "nofear"));
            });
        }
    }

    @Test
    void lkvmIsAProgramForAll() throws IOException {
        BuiltFile lkvm = lkvm(with(Path.of("/usr/local"), Optional.of(program()), Optional.empty(), List.of()));
        assertThat(lkvm.capability()).isEmpty();
        assertThat(lkvm.permissions()).isEqualTo(Permissions.PROGRAM);
    }

    @Test
    void withoutTapsNothingHasACapability() throws IOException {
        InstallOptions user = with(Path.of("/usr/local"), Optional.empty(), Optional.of(NetworkMode.USER), List.of());
        assertThat(paths(user)).doesNotContain("/usr/local/lib/nofear/nofear-tap");
        assertThat(text(user, "/usr/local/lib/nofear/launch.conf"))
                .contains("network = user\n")
                .doesNotContain("firewall");
    }

    @Test
    void theLauncherIsToldWhoSaysWhatGuestsReach() throws IOException {
        assertThat(text(tree.options(), "/usr/local/lib/nofear/launch.conf"))
                .contains("network = tap\nfirewall = nft\nforward.others = off\n");
        Files.delete(tree.root().resolve("usr/sbin/nft"));
        tree.file("usr/sbin/iptables", "").file("usr/lib/systemd/systemd", "");
        assertThat(text(tree.options(), "/usr/local/lib/nofear/launch.conf")).contains("firewall = iptables\n");
        assertThat(text(tree.options(), "/etc/systemd/system/nofear-net.service"))
                .contains("network-online.target");
        assertThat(paths(tree.options())).doesNotContain("/usr/local/lib/nofear/nofear.nft");
    }

    @Test
    void othersAreForwardedWhereTheyWereBeforeNoFear() throws IOException {
        assertThat(others(tree.options(), nothing())).isEqualTo("off");
        tree.file("proc/sys/net/ipv4/ip_forward", "1\n");
        assertThat(others(tree.options(), nothing())).isEqualTo("on");
        // By now it is on because NoFear switched it on.
        assertThat(others(tree.options(), forwarding("0"))).isEqualTo("off");
        tree.file("proc/sys/net/ipv4/ip_forward", "0\n");
        assertThat(others(tree.options(), forwarding("1"))).isEqualTo("on");
        tree.file("etc/nofear/nofear.conf", "forward.others = off\n");
        assertThat(others(tree.options(), forwarding("1"))).isEqualTo("off");
        tree.file("etc/nofear/nofear.conf", "forward.others = on\n");
        assertThat(others(tree.options(), nothing())).isEqualTo("on");
        assertThat(text(tree.options(), "/usr/local/lib/nofear/nofear.nft")).doesNotContain("chain others");
    }

    @Test
    void aTreeWhoseFilesSwitchForwardingOnIsARouter() throws IOException {
        tree.file("etc/sysctl.d/99-router.conf", "net.ipv4.ip_forward = 1\n");
        assertThat(others(tree.options(), nothing())).isEqualTo("on");
    }

    @Test
    void whoFlushesAllRulesWhenItStartsHasThemLoadedAgain() throws IOException {
        tree.file("usr/lib/systemd/systemd", "").file("usr/lib/systemd/system/nftables.service", "");
        assertThat(text(tree.options(), "/etc/systemd/system/nftables.service.d/60-nofear.conf"))
                .contains("ExecStartPost=-/usr/local/lib/nofear/nofear-net reload");
        assertThat(paths(tree.options())).doesNotContain("/etc/systemd/system/ufw.service.d/60-nofear.conf");
    }

    private static Before nothing() {
        return place -> Optional.empty();
    }

    /** As it was before NoFear. */
    private static Before forwarding(String original) {
        return place -> Optional.of(place)
                .filter("sysctl:net.ipv4.ip_forward"::equals)
                .map(each -> Snapshot.Value.of(original));
    }

    private String others(InstallOptions options, Before before) throws IOException {
        String text = resources(options, before).stream()
                .filter(each -> each.place().id().equals("path:/usr/local/lib/nofear/launch.conf"))
                .flatMap(each -> each.preview().text().stream())
                .findFirst()
                .orElse("");
        return text.replaceFirst("(?s).*forward.others = (\\w+).*", "$1");
    }

    @Test
    void anLkvmThatNobodyAskedForIsBuiltOnlyWhereItCanBe() throws IOException {
        tree.file("dev/kvm", "").file("proc/cpuinfo", "flags\t\t: fpu svm\n").file("usr/bin/git", "");
        InstallOptions plain = tree.options();
        assertThat(paths(plain)).contains("/usr/local/lib/nofear/lkvm");
        assertThat(otherwise(plain))
                .isNotEmpty()
                .allMatch(instead -> instead.options().vmm() == InstallOptions.Vmm.QEMU);
        assertThat(otherwise(plain.with(InstallOptions.Vmm.QEMU))).isEmpty();
        assertThat(otherwise(plain.with(InstallOptions.Vmm.LKVM))).isEmpty();
    }

    @Test
    void whatGuestsDoNotSeeIsTold() throws IOException {
        Files.createDirectories(tree.root().resolve("var/lib"));
        Files.createSymbolicLink(tree.root().resolve("opt"), Path.of("var"));
        resources(tree.options());
        assertThat(told.text()).contains("warning: /opt leads to /var, which is no directory of programs");
    }

    private List<Otherwise> otherwise(InstallOptions options) throws IOException {
        return new InstallBlueprint(tree.home())
                .stages(tree.target(), nothing(), options, told).stream()
                        .flatMap(stage -> stage.otherwise().stream())
                        .toList();
    }

    @Test
    void withoutANetworkNothingOfTheHostsIsTouched() throws IOException {
        InstallOptions none = with(Path.of("/usr/local"), Optional.empty(), Optional.of(NetworkMode.NONE), List.of());
        assertThat(paths(none)).noneMatch(path -> path.startsWith("/etc/"));
        assertThat(text(none, "/usr/local/lib/nofear/launch.conf")).contains("network = none");
    }

    @Test
    void eachInitSystemHasItsOwnServiceForOneScript() throws IOException {
        tree.file("usr/lib/systemd/systemd", "");
        assertThat(paths(tree.options())).contains("/etc/systemd/system/nofear-net.service");
        Files.delete(tree.root().resolve("usr/lib/systemd/systemd"));
        tree.file("sbin/openrc-run", "");
        assertThat(paths(tree.options())).contains("/etc/init.d/nofear-net", "/etc/runlevels/default/nofear-net");
        Files.delete(tree.root().resolve("sbin/openrc-run"));
        tree.file("etc/runit/1", "");
        assertThat(paths(tree.options())).contains("/etc/sv/nofear-net/run", "/etc/sv/nofear-net/finish");
    }

    @Test
    void whatXpraIsToldIsWrittenWhereThereIsAnXpra() throws IOException {
        assertThat(paths(tree.options())).doesNotContain("/usr/local/lib/nofear/gui.conf");
        tree.file("usr/bin/xpra", "");
        Files.setPosixFilePermissions(
                tree.root().resolve("usr/bin/xpra"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(text(tree.options(), "/usr/local/lib/nofear/gui.conf"))
                .contains(
                        "gui.xpra = /usr/bin/xpra\n",
                        "--clipboard-direction={direction}",
                        "--mmap=no",
                        "--use-display=yes");
        assertThat(paths(tree.options()))
                .contains("/usr/local/lib/nofear/xpra/client/xpra.conf", "/usr/local/lib/nofear/xpra/server/xpra.conf");
    }

    @Test
    void usersBecomeMembersOfTheGroup() throws IOException {
        assertThat(resources(with(Path.of("/usr/local"), Optional.empty(), Optional.empty(), List.of("alice"))))
                .filteredOn(GroupMembership.class::isInstance)
                .containsExactly(new GroupMembership("nofear", "alice", "alice may run VMs"));
    }

    @Test
    void othersWhoConfigureInterfacesAreToldToLeaveTheTapsAlone() throws IOException {
        tree.file("etc/NetworkManager/NetworkManager.conf", "");
        assertThat(paths(tree.options())).contains("/etc/NetworkManager/conf.d/60-nofear.conf");
    }

    @Test
    void theSubnetOfAnInstallationIsKeptThoughItsTapsUseIt() throws IOException {
        tree.file("usr/local/lib/nofear/launch.conf", "subnet = 10.178.33.0/24\n");
        route("nofear0");
        assertThat(text(tree.options(), "/usr/local/lib/nofear/launch.conf")).contains("subnet = 10.178.33.0/24");
    }

    @Test
    void aSubnetThatSomebodyElseUsesByNowIsGivenUp() throws IOException {
        tree.file("usr/local/lib/nofear/launch.conf", "subnet = 10.178.33.0/24\n");
        route("wg0");
        assertThat(text(tree.options(), "/usr/local/lib/nofear/launch.conf")).contains("subnet = 10.177.33.0/24");
    }

    /** A route to 10.178.33.0/30. */
    private void route(String device) throws IOException {
        tree.file(
                "proc/net/route",
                "Iface Destination Gateway Flags RefCnt Use Metric Mask\n" + device
                        + " 0021B20A 00000000 0001 0 0 0 FCFFFFFF\n");
    }

    @Test
    void aPackagesProgramsAndKernelAreTakenAsTheyAre() throws IOException {
        packaged();
        Map<String, Resource> resources = byPath(tree.options());
        assertThat(source(resources, "/usr/local/bin/nofear"))
                .isEqualTo(tree.home().resolve("bin/nofear"));
        assertThat(source(resources, "/usr/local/lib/nofear/bzImage"))
                .isEqualTo(tree.home().resolve("lib/nofear/prebuilt/bzImage"));
        assertThat(source(resources, "/usr/local/lib/nofear/vmlinux"))
                .isEqualTo(tree.home().resolve("lib/nofear/prebuilt/vmlinux"));
        assertThat(source(resources, "/usr/local/lib/nofear/kernel.config"))
                .isEqualTo(tree.home().resolve("lib/nofear/prebuilt/kernel.config"));
    }

    @Test
    void aPackageMayHaveNoKernelForQemuAlone() throws IOException {
        packaged();
        Files.delete(tree.home().resolve("lib/nofear/prebuilt/vmlinux"));
        assertThat(byPath(tree.options())).doesNotContainKey("/usr/local/lib/nofear/vmlinux");
    }

    @Test
    void whatIsPrebuiltCountsInPackagesAlone() throws IOException {
        packaged();
        Files.delete(tree.home().resolve("lib/nofear/packaged"));
        Map<String, Resource> resources = byPath(tree.options());
        assertThat(source(resources, "/usr/local/bin/nofear"))
                .isNotEqualTo(tree.home().resolve("bin/nofear"));
        assertThat(source(resources, "/usr/local/lib/nofear/bzImage").toString())
                .doesNotContain("prebuilt");
    }

    @Test
    void nothingIsInstalledOverAPackage() throws IOException {
        tree.file("usr/lib/nofear/packaged", "1.0\n");
        InstallOptions over = with(Path.of("/usr"), Optional.empty(), Optional.empty(), List.of());
        assertThatThrownBy(() -> resources(over))
                .isInstanceOfSatisfying(
                        UserError.class, error -> assertThat(error.code()).isEqualTo(ExitCode.REFUSED))
                .hasMessageContaining("package");
    }

    private void packaged() throws IOException {
        Path prebuilt = Files.createDirectories(tree.home().resolve("lib/nofear/prebuilt"));
        Files.createDirectories(tree.home().resolve("bin"));
        for (Path file : List.of(
                tree.home().resolve("bin/nofear"),
                tree.home().resolve("lib/nofear/packaged"),
                prebuilt.resolve("agent"),
                prebuilt.resolve("bzImage"),
                prebuilt.resolve("vmlinux"),
                prebuilt.resolve("kernel.config"))) {
            Files.writeString(file, file.toString());
        }
    }

    private static Path source(Map<String, Resource> resources, String path) {
        return ((BuiltFile) Optional.ofNullable(resources.get(path)).orElseThrow()).source();
    }

    private Path program() throws IOException {
        Path lkvm = directory.resolve("lkvm");
        return Files.exists(lkvm) ? lkvm : Files.writeString(lkvm, "lkvm");
    }

    private void aVmRuns(String subnet) throws IOException {
        tree.file("usr/local/lib/nofear/launch.conf", "network = tap\nsubnet = " + subnet + "\n");
        tree.file("proc/77/comm", "nofear-monitor\n");
        Files.createSymbolicLink(tree.root().resolve("proc/77/exe"), Path.of("/usr/local/bin/nofear"));
        tree.file("etc/nofear/nofear.conf", "subnet = 10.20.0.0/24\n");
    }

    @Test
    void aVmThatRunsKeepsItsSubnet() throws IOException {
        InstallOptions tap = with(Path.of("/usr/local"), Optional.empty(), Optional.of(NetworkMode.TAP), List.of());
        aVmRuns("10.177.33.0/24");
        assertThatThrownBy(() -> resources(tap))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("a VM runs, and this changes the network that is theirs")
                .hasMessageContaining("(process 77)");
        assertThat(resources(tap.forced())).isNotEmpty();
        aVmRunsStill("10.20.0.0/24");
        assertThat(resources(tap)).isNotEmpty();
    }

    private void aVmRunsStill(String subnet) throws IOException {
        tree.file("usr/local/lib/nofear/launch.conf", "network = tap\nsubnet = " + subnet + "\n");
    }

    private InstallOptions with(Path prefix, Optional<Path> lkvm, Optional<NetworkMode> network, List<String> users) {
        InstallOptions plain = tree.options();
        return new InstallOptions(
                plain.root(),
                plain.vmm(),
                lkvm,
                Optional.empty(),
                plain.kernel(),
                Optional.empty(),
                network,
                plain.gui(),
                users,
                prefix,
                1,
                true,
                false,
                false);
    }

    private List<Resource> resources(InstallOptions options) throws IOException {
        return resources(options, nothing());
    }

    private List<Resource> resources(InstallOptions options, Before before) throws IOException {
        List<Stage> stages = new InstallBlueprint(tree.home()).stages(tree.target(), before, options, told);
        return stages.stream().flatMap(stage -> stage.resources().stream()).toList();
    }

    private Map<String, Resource> byPath(InstallOptions options) throws IOException {
        return resources(options).stream()
                .filter(each -> each.place().id().startsWith("path:"))
                .collect(Collectors.toMap(each -> each.place().id().substring(5), each -> each));
    }

    private List<String> paths(InstallOptions options) throws IOException {
        return List.copyOf(byPath(options).keySet());
    }

    private String text(InstallOptions options, String path) throws IOException {
        return Optional.ofNullable(byPath(options).get(path))
                .flatMap(resource -> resource.preview().text())
                .orElse("");
    }

    private BuiltFile lkvm(InstallOptions options) throws IOException {
        return (BuiltFile) Optional.ofNullable(byPath(options).get("/usr/local/lib/nofear/lkvm"))
                .orElseThrow();
    }

    private List<String> listing() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
