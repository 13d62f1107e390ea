package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nofear.host.CommandResult;

class RunRecordTest {

    @ParameterizedTest
    @CsvSource({
        "install --yes, true",
        "uninstall, true",
        "doctor --fix --only net.nat, true",
        "doctor, false",
        "install --dry-run, false",
        "install --help, false",
        "install --root=/tree, false",
        "verify, false",
        "'', false"
    })
    void countsWhatMayHaveChangedThisMachine(String words, boolean counts) {
        assertThat(new RunRecord(Optional.empty(), List.of(words.split(" ")), 0).counts())
                .isEqualTo(counts);
    }

    @Test
    void saysWhoWhatAndHowItEndedInOneLine() {
        List<List<String>> ran = new ArrayList<>();
        new RunRecord(Optional.of("alice"), List.of("install", "--kernel", "a\nb"), 69).write(command -> {
            ran.add(command.argv());
            return new CommandResult(0, "", "", false);
        });
        assertThat(ran).hasSize(1);
        assertThat(ran.get(0)).startsWith("logger", "-t", "nofear-setup", "-p", "user.warning", "--");
        assertThat(ran.get(0).get(6))
                .startsWith("\"install --kernel a")
                .contains("by alice: status 69")
                .doesNotContain("\n");
    }
}
