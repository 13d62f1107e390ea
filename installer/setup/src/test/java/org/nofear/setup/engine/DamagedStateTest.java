package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

/** Torn, flipped, newer and missing files of the state: recognised, named, and recovered from as far as is safe. */
final class DamagedStateTest {

    private static final int SEED = 20261124;
    private static final int FUZZED = 20_000;

    @TempDir(factory = InMemory.class)
    Path directory;

    private OfflineTree tree;
    private Map<String, String> before = Map.of();
    private Path state = Path.of("/");
    private Path copy = Path.of("/");
    private Path journal = Path.of("/");

    @BeforeEach
    void aTree() throws IOException {
        tree = OfflineTree.in(directory);
        before = tree.picture();
        state = tree.root().resolve("var/lib/nofear/state.json");
        copy = tree.root().resolve("var/lib/nofear/state.json.1");
        journal = tree.root().resolve("var/lib/nofear/journal");
    }

    /** Small, so that there are not too many bytes. */
    private static List<Resource> few() {
        return List.of(
                new FileResource("/etc/sysctl.d/60-nofear.conf", Content.of("a\n"), OfflineTree.mine(0644), "test"),
                new FileResource("/etc/new", Content.of("b\n"), OfflineTree.mine(0644), "test"));
    }

    private void install() throws IOException {
        tree.install(Checkpoint.NONE, few());
    }

    private StateStore.Loaded load() throws IOException {
        return new StateStore(tree.target(Checkpoint.NONE), "test").load();
    }

    /** A run that was killed after its last change, before its state was written. */
    private void interrupted() throws IOException {
        Checkpoint killer = step -> {
            if (step.startsWith("created") && step.endsWith("state.json")) {
                throw new Killed();
            }
        };
        try {
            tree.install(killer, few());
        } catch (Killed asPlanned) {
            assertThat(journal).exists();
            assertThat(state).doesNotExist();
        }
    }

    private static final class Killed extends Error {}

    private static byte[] flipped(byte[] bytes, int index, int mask) {
        byte[] other = bytes.clone();
        other[index] ^= (byte) mask;
        return other;
    }

    private void uninstalls(String when) throws IOException {
        tree.uninstall();
        assertThat(tree.picture()).as(when).isEqualTo(before);
    }

    @Test
    void aStateCutOffAnywhereOrWithAnyByteFlippedIsNamedAndItsCopyIsUsed() throws IOException {
        install();
        byte[] whole = Files.readAllBytes(state);
        Map<String, ?> entries = load().state().entries();
        for (int index = 0; index < whole.length; index++) {
            for (byte[] bad : List.of(Arrays.copyOf(whole, index), flipped(whole, index, 1 << (index % 8)))) {
                Files.write(state, bad);
                StateStore.Loaded loaded = load();
                assertThat(loaded.state().entries()).as("byte %d", index).isEqualTo(entries);
                if (!new String(bad, StandardCharsets.UTF_8)
                        .strip()
                        .equals(text(whole).strip())) {
                    assertThat(loaded.whole() && loaded.notices().isEmpty() && !sameMeaning(bad, whole))
                            .as("byte %d goes unnoticed", index)
                            .isFalse();
                }
            }
        }
    }

    /** JSON has spaces that mean nothing. */
    private static boolean sameMeaning(byte[] one, byte[] other) {
        return text(one).replaceAll("\\s", "").equals(text(other).replaceAll("\\s", ""));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void theNextRunWritesADamagedCopyAnew() throws IOException {
        install();
        Files.writeString(copy, "{");
        assertThat(load().notices()).singleElement().asString().contains("state.json.1 is damaged", "copy is whole");

        install();

        assertThat(load().notices()).isEmpty();
        assertThat(load().whole()).isTrue();
        assertThat(Files.readAllBytes(copy)).isEqualTo(Files.readAllBytes(state));
        uninstalls("after repair");
    }

    @Test
    void uninstallNeedsOnlyOneOfTheTwo() throws IOException {
        install();
        Files.delete(state);

        uninstalls("with the copy alone");
    }

    @Test
    void bothDamagedAreBeyondRecoveryAndNothingIsTouched() throws IOException {
        install();
        Files.writeString(state, "");
        Files.write(copy, flipped(Files.readAllBytes(copy), 100, 1));
        Map<String, String> installed = tree.picture();

        for (Check run : List.<Check>of(tree::install, tree::uninstall, this::load)) {
            assertThatThrownBy(run::run).isInstanceOfSatisfying(UserError.class, error -> {
                assertThat(error.code()).isEqualTo(ExitCode.STATE);
                assertThat(error.line()).contains("state.json", "state.json.1", "damaged");
            });
        }
        assertThat(tree.picture()).isEqualTo(installed);
    }

    private interface Check {
        Object run() throws IOException;
    }

    @Test
    void aStateThatIsNoFileIsDamaged() throws IOException {
        install();
        for (Path each : List.of(state, copy)) {
            Files.delete(each);
            Files.createDirectory(each);
        }

        assertThatThrownBy(tree::uninstall).isInstanceOf(UserError.class).hasMessageContaining("it is no file");
    }

    @Test
    void aStateOfANewerFormatIsLeftToThatVersion() throws IOException {
        install();
        for (Path each : List.of(state, copy)) {
            Files.writeString(each, NewerState.of(Files.readString(each)));
        }
        Map<String, String> installed = tree.picture();

        assertThatThrownBy(tree::install).isInstanceOfSatisfying(UserError.class, error -> {
            assertThat(error.code()).isEqualTo(ExitCode.STATE);
            assertThat(error.line()).contains("format 2", "version 9.9", "use that version");
        });
        assertThat(tree.picture()).isEqualTo(installed);
    }

    @Test
    void aJournalOfANewerFormatIsLeftToThatVersion() throws IOException {
        interrupted();
        Files.writeString(journal, NewerState.journal(Files.readString(journal)));

        assertThatThrownBy(tree::uninstall).isInstanceOfSatisfying(UserError.class, error -> {
            assertThat(error.code()).isEqualTo(ExitCode.STATE);
            assertThat(error.line()).contains("format 2");
        });
    }

    @Test
    void aJournalCutOffInItsLastRecordLosesThatRecordOnly() throws IOException {
        interrupted();
        byte[] whole = Files.readAllBytes(journal);
        int last = text(Arrays.copyOf(whole, whole.length - 1)).lastIndexOf('\n') + 1;
        for (int length = last; length <= whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            StateStore.Loaded loaded = load();
            boolean complete = length >= whole.length - 1;
            assertThat(loaded.state().entries()).as("cut at %d", length).hasSize(complete ? 2 : 1);
            assertThat(loaded.notices()).as("cut at %d", length).hasSize(length == last || complete ? 0 : 1);
        }
    }

    @Test
    void aJournalCutOffAnywhereIsRead() throws IOException {
        interrupted();
        byte[] whole = Files.readAllBytes(journal);
        for (int length = 0; length < whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            assertThat(load().state().entries().size()).as("cut at %d", length).isLessThan(3);
        }
    }

    @Test
    void aFlippedByteInAJournalLosesNoMoreThanItsLineAndIsNamed() throws IOException {
        interrupted();
        byte[] whole = Files.readAllBytes(journal);
        for (int index = 0; index < whole.length; index++) {
            Files.write(journal, flipped(whole, index, 1 << (index % 8)));
            StateStore.Loaded loaded = load();
            int lines = whole[index] == '\n' ? 2 : 1;
            boolean lastNewline = index == whole.length - 1;
            assertThat(loaded.state().entries().size())
                    .as("byte %d", index)
                    .isGreaterThanOrEqualTo(lastNewline ? 2 : 2 - lines);
            if (!lastNewline) {
                assertThat(loaded.notices()).as("byte %d", index).isNotEmpty();
                assertThat(loaded.notices().get(0)).contains("journal");
            }
        }
    }

    @Test
    void aJournalFromBeforeItsStateIsNotReadAgain() throws IOException {
        interrupted();
        byte[] old = Files.readAllBytes(journal);
        install();
        Files.write(journal, old);
        assertThat(load().interrupted()).isEmpty();

        uninstalls("with an old journal");
    }

    @Test
    void aJournalWhoseStateIsGoneIsBeyondRecovery() throws IOException {
        install();
        Files.writeString(
                journal,
                NewerState.line(
                        "{\"format\":1,\"version\":\"test\",\"generation\":7,\"command\":\"install\",\"madeParents\":[]}"));
        Files.delete(state);
        Files.delete(copy);

        assertThatThrownBy(tree::uninstall)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("gone or older than the journal");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"state.json", "journal"})
    void noBytesWhateverMakeTheReadersFailInAnotherWay(String name) throws IOException {
        interrupted();
        byte[] seed = Files.readAllBytes(journal);
        if (name.equals("state.json")) {
            install();
            seed = Files.readAllBytes(state);
            Files.delete(copy);
        }
        Path file = tree.root().resolve("var/lib/nofear").resolve(name);
        Random random = new Random(SEED);
        for (int count = 0; count < FUZZED; count++) {
            byte[] input = mutated(seed, random);
            Files.write(file, input);
            try {
                assertThat(load().state()).isNotNull();
            } catch (UserError error) {
                assertThat(error.code()).isEqualTo(ExitCode.STATE);
            }
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = random.nextInt(8) == 0 ? new byte[random.nextInt(200)] : seed.clone();
        if (bytes.length < seed.length) {
            random.nextBytes(bytes);
        }
        for (int change = random.nextInt(8); change > 0 && bytes.length > 1; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\":,0\n\t\\".charAt(random.nextInt(11));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    int from = random.nextInt(bytes.length);
                    System.arraycopy(seed, 0, bytes, from, Math.min(seed.length, bytes.length - from));
                }
            }
        }
        return bytes;
    }

    @Test
    void deeplyNestedJsonIsDamagedToo() throws IOException {
        install();
        Files.writeString(copy, "[".repeat(1 << 20));
        Files.writeString(state, "{\"state\":" + "{\"a\":".repeat(1 << 18) + "1" + "}".repeat(1 << 18) + "}");

        assertThatThrownBy(this::load).isInstanceOf(UserError.class);
    }

    @Test
    void aDirectoryOfThatNameThatWasThereBeforeStays() throws IOException {
        tree.write("var/lib/nofear/others", "x", 0644);
        before = tree.picture();
        install();

        uninstalls("with a directory from before");
        tree.uninstall();
        uninstalls("twice");
    }

    @Test
    void aLinkInTheStatesPlaceIsRefused() throws IOException {
        Files.createDirectories(tree.root().resolve("var/lib"));
        Files.createSymbolicLink(tree.root().resolve("var/lib/nofear"), Path.of("/tmp"));

        assertThatThrownBy(this::install)
                .isInstanceOfSatisfying(
                        UserError.class, error -> assertThat(error.code()).isEqualTo(ExitCode.REFUSED));
        assertThatThrownBy(tree::uninstall).isInstanceOf(UserError.class);
    }
}
