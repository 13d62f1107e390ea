package org.nofear.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigFileTest {

    private static Stream<String> faults(String text) {
        return ConfigFile.parse(text).faults().stream().map(fault -> fault.in("f"));
    }

    @Test
    void theLastLineOfAKeyCounts() {
        ConfigFile file = ConfigFile.parse("# memory = 1G\n\n memory=2G \ncpus = 2\nmemory = 3G\ndisk.size =\n");
        assertThat(file.get(ConfigKey.MEMORY)).contains("3G");
        assertThat(file.get(ConfigKey.CPUS)).contains("2");
        assertThat(file.get(ConfigKey.DISK_SIZE)).isEmpty();
        assertThat(file.faults()).isEmpty();
    }

    @Test
    void aKeyThatNobodyKnowsIsAFaultWithTheOneThatIsMeant() {
        assertThat(faults("confinment = off\n"))
                .containsExactly("f:1: there is no key \"confinment\"; did you mean \"confinement\"?");
        assertThat(faults("\nnetwork_reach = lan"))
                .containsExactly("f:2: there is no key \"network_reach\"; did you mean \"network.reach\"?");
        assertThat(faults("x = y")).containsExactly("f:1: there is no key \"x\": see nofear.conf(5)");
    }

    @Test
    void aBadValueNamesItsKeyAndItsLine() {
        assertThat(faults("cpus = many")).containsExactly("f:1: cpus = many: it takes a number, 1 or more");
        assertThat(faults("network.reach = world"))
                .containsExactly("f:1: network.reach = world: it takes none, internet or lan");
        assertThat(faults("network = default")).containsExactly("f:1: network = default: it takes tap, user or none");
        assertThat(faults("memory = 0")).hasSize(1);
        assertThat(faults("snapshot = no")).hasSize(1);
        assertThat(faults("subnet = 10.0.0.0")).hasSize(1);
        assertThat(faults("kernel = bzImage")).hasSize(1);
        assertThat(faults("memory 2G")).containsExactly("f:1: expected \"key = value\"");
    }

    @Test
    void whatInstallsOfOldWroteIsTaken() {
        assertThat(faults("network = capability\nnetwork = tap-pool\nsubnet = 10.177.33.0/24\nvmm.kind = qemu-tcg\n"))
                .isEmpty();
    }

    @Test
    void theManualHasEachKey() throws IOException {
        List<String> words = List.of(
                Files.readString(Path.of("../../ci/dist/man/nofear.conf.5")).split("[\\s\",]+"));
        assertThat(words).containsAll(ConfigKey.settable().map(ConfigKey::id).toList());
    }
}
