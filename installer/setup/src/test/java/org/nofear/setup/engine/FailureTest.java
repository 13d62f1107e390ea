package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.FirewallTable;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.resource.ServiceUnit;
import org.nofear.setup.snapshot.Content;

/** What fails is taken back, and said in one line. */
final class FailureTest {

    @TempDir(factory = InMemory.class)
    Path directory;

    private OfflineTree tree;
    private Map<String, String> before = Map.of();

    @BeforeEach
    void aMachine() throws IOException {
        tree = OfflineTree.live(directory);
        before = tree.picture();
    }

    private interface Run {
        void run() throws IOException;
    }

    private static UserError error(Run run) {
        UserError[] caught = new UserError[1];
        assertThatThrownBy(run::run).isInstanceOfSatisfying(UserError.class, error -> caught[0] = error);
        assertThat(caught[0].line()).doesNotContain("\n");
        return caught[0];
    }

    private void nothingIsLeft() throws IOException {
        assertThat(tree.picture()).isEqualTo(before);
        assertThat(tree.uninstall().changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"nft, nft refuses table inet nofear", "systemctl, systemctl daemon-reload failed"})
    void aToolThatFails(String tool, String words) throws IOException {
        tree.machine().broken.add(tool);
        before = tree.picture();

        UserError error = error(tree::install);

        assertThat(error.code()).isEqualTo(ExitCode.FAILED);
        assertThat(error.line()).containsAnyOf(words, "cannot look at table:inet nofear");
        tree.machine().broken.clear();
        tree.machine().installed.clear();
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aPackageManagerThatFails() throws IOException {
        tree.machine().broken.add("apt-get");

        UserError error = error(tree::install);

        assertThat(error.code()).isEqualTo(ExitCode.FAILED);
        assertThat(error.line())
                .contains(" one two\" failed with status 1", "everything done so far has been taken back")
                .doesNotContain("but for packages");
        nothingIsLeft();
    }

    @Test
    void whoHasTheLockOnPackagesIsWaitedFor() throws IOException {
        tree.machine().lockedFor = 2;
        tree.install();
        assertThat(tree.machine().installed).contains("one", "two");
    }

    @Test
    void butNotForEverAndHeIsNamed() throws IOException {
        tree.machine().lockedFor = 3;
        Target target = tree.target(Checkpoint.NONE);
        Target hurried = new Target(target.host(), target.files(), target.log(), Duration.ZERO);
        Installer installer = new Installer(hurried, new StateStore(hurried, "test"), new Silence(), Interrupt.NEVER);

        UserError error = error(() -> installer.install(List.of(Stage.of(tree.resources())), List.of()));

        assertThat(error.line()).contains("It is held by process 77 (apt)");
        tree.machine().lockedFor = 0;
        nothingIsLeft();
    }

    @Test
    void aBuildThatFailsAfterPackagesWereInstalledNamesThem() throws IOException {
        List<Stage> stages = List.of(Stage.of(tree.resources()), new FailingStage("the kernel does not compile"));

        UserError error = error(() -> tree.installer(Checkpoint.NONE).install(stages, List.of()));

        assertThat(error.line()).contains("the kernel does not compile", "but for packages that were installed");
        assertThat(tree.uninstall().kept()).extracting(Kept::what).containsExactly("package two", "package one");
        assertThat(tree.picture()).isEqualTo(before);
    }

    /** Of such a stage, and of what it is for, nothing is left but the packages. */
    @Test
    void aStageThatInstallCanDoWithout() throws IOException {
        InstallOptions asked = InstallOptions.defaults(Path.of("/"));
        InstallOptions instead = asked.with(InstallOptions.Vmm.QEMU);
        Stage wanted = new FailingStage("no source", Optional.of(new Otherwise("going on without", instead)));
        Stage only = Stage.of(List.of(new FileResource("/etc/lkvm", Content.of("a"), OfflineTree.mine(0644), "test")));
        Stage both = Stage.of(tree.resources());
        List<String> warnings = new ArrayList<>();
        Installation installation = installation(
                options -> options.equals(instead) ? List.of(both) : List.of(both, only, wanted), warnings);

        Outcome outcome = installation.bring(asked);

        assertThat(warnings).last().asString().isEqualTo("no source: going on without");
        assertThat(tree.root().resolve("etc/lkvm")).doesNotExist();
        assertThat(tree.root().resolve("usr/local/lib/nofear/lkvm")).exists();
        assertThat(outcome.changes()).extracting(Change::id).doesNotContain("path:/etc/lkvm");
        assertThat(installation.bring(instead).changes()).isEmpty();
        assertThat(tree.uninstall().kept()).extracting(Kept::what).containsExactly("package two", "package one");
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void whatFailsInsteadFails() throws IOException {
        InstallOptions asked = InstallOptions.defaults(Path.of("/"));
        Otherwise otherwise = new Otherwise("going on without", asked.with(InstallOptions.Vmm.QEMU));
        Stage without = new FailingStage("no QEMU either");
        Installation installation = installation(
                options -> List.of(
                        options.equals(asked) ? new FailingStage("no source", Optional.of(otherwise)) : without),
                new ArrayList<>());

        assertThat(error(() -> installation.bring(asked)).line()).isEqualTo("no QEMU either");
        nothingIsLeft();
    }

    private Installation installation(Function<InstallOptions, List<Stage>> stages, List<String> warnings) {
        Target target = tree.target(Checkpoint.NONE);
        Progress progress = new Silence() {
            @Override
            public void warn(String text) {
                warnings.add(text);
            }
        };
        return new Installation(
                target,
                new StateStore(target, "test"),
                progress,
                Interrupt.NEVER,
                (host, state, options, found) -> stages.apply(options));
    }

    @Test
    void theLineSaysWhereTheLogIs() throws IOException {
        Target target = tree.target(Checkpoint.NONE);
        Target logged = new Target(target.host(), target.files(), Optional.of(Path.of("/var/log/x")));
        Installer installer = new Installer(logged, new StateStore(logged, "test"), new Silence(), Interrupt.NEVER);

        assertThat(error(() -> installer.install(List.of(new FailingStage("no compiler")), List.of()))
                        .line())
                .isEqualTo("no compiler (log: /var/log/x)");
    }

    @Test
    void aKernelParameterThatCannotBeSet() throws IOException {
        Path value = tree.root().resolve("proc/sys/net/ipv4/ip_forward");
        Files.delete(value);
        Files.createDirectory(value);
        before = tree.picture();

        UserError error = error(tree::install);

        assertThat(error.code()).isEqualTo(ExitCode.FAILED);
        assertThat(error.line()).contains("ip_forward");
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aDirectoryThatIsAFile() throws IOException {
        tree.write("usr/local/lib", "no directory", 0644);
        before = tree.picture();

        UserError error = error(tree::install);

        assertThat(error.line()).contains("usr/local/lib", "not a directory");
        nothingIsLeft();
    }

    @Test
    void anUninstallThatCannotLookAtSomethingSaysSoAndKeepsItsBooks() throws IOException {
        tree.install();
        tree.machine().broken.add("nft");

        Outcome outcome = tree.uninstall();

        assertThat(outcome.failed()).singleElement().asString().contains("table:inet nofear");
        tree.machine().broken.clear();
        assertThat(tree.uninstall().failed()).isEmpty();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void whatWasLiveIsNothingToTakeBackInATreeThatDoesNotRun() throws IOException {
        tree.install();

        new OfflineTree(tree.root(), tree.sources(), Optional.empty()).uninstall();

        assertThat(tree.root().resolve("var/lib/nofear")).doesNotExist();
    }

    @Test
    void anInterruptTakesBackAndIsNoFailure() throws IOException {
        Target target = tree.target(Checkpoint.NONE);
        int[] asked = new int[1];
        Interrupt soon = () -> ++asked[0] > 8;
        Installer installer = new Installer(target, new StateStore(target, "test"), new Silence(), soon);

        assertThatThrownBy(() -> installer.install(List.of(Stage.of(files())), List.of()))
                .isInstanceOf(Interrupt.Interrupted.class);

        nothingIsLeft();
    }

    private List<Resource> files() {
        List<Resource> files = new ArrayList<>(tree.resources());
        files.removeIf(each -> each.place().id().startsWith("package:"));
        return files;
    }

    /** A file of rules, a unit that loads it, and the table. */
    private static List<Resource> network(String rules) {
        String unit = "/etc/systemd/system/net.service";
        return List.of(
                new FileResource("/usr/local/lib/nofear/rules", Content.of(rules), OfflineTree.mine(0644), "rules"),
                new FileResource(unit, Content.of("[Service]\n"), OfflineTree.mine(0644), "unit"),
                new ServiceUnit("net.service", unit, "multi-user.target", rules, "network"),
                new FirewallTable("inet", "nofear", rules, "network, now"));
    }

    /** What was live is seen before its files change, and comes back after they have. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInstallThatFailsLeavesTheLiveNetworkAsItWas(boolean running) throws IOException {
        tree.machine().rules = Optional.of(tree.root().resolve("usr/local/lib/nofear/rules"));
        tree.install(Checkpoint.NONE, network("table inet nofear { old }"));
        if (running) {
            tree.machine().tables.put("inet nofear", "table inet nofear { old, and routes of now }");
        } else {
            tree.machine().tables.remove("inet nofear");
            tree.machine().running.clear();
        }
        Map<String, String> old = tree.pictureWithoutState();

        error(() -> tree.installer(Checkpoint.NONE)
                .install(
                        List.of(Stage.of(network("table inet nofear { new }")), new FailingStage("no VMM")),
                        List.of()));

        assertThat(tree.pictureWithoutState()).isEqualTo(old);
    }

    @Test
    void aFirstInstallThatFailsLeavesNoNetwork() throws IOException {
        tree.machine().rules = Optional.of(tree.root().resolve("usr/local/lib/nofear/rules"));

        error(() -> tree.installer(Checkpoint.NONE)
                .install(
                        List.of(Stage.of(network("table inet nofear { new }")), new FailingStage("no VMM")),
                        List.of()));

        nothingIsLeft();
    }

    @Test
    void twoWishesForOnePlaceAreABugAndChangeNothing() throws IOException {
        List<Resource> two = List.of(
                new FileResource("/etc/x", Content.of("a"), OfflineTree.mine(0644), "test"),
                new FileResource("/etc/x", Content.of("b"), OfflineTree.mine(0644), "test"));

        assertThatThrownBy(() -> tree.install(Checkpoint.NONE, two)).isInstanceOf(IllegalArgumentException.class);

        nothingIsLeft();
    }
}
