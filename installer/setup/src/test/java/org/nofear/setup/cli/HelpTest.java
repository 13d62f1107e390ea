package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.setup.engine.Interrupt;

class HelpTest {

    private static final int SCREEN = 40;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Map<String, String> environment, String... words) {
        return new Setup(new Surroundings(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        environment,
                        Interrupt.NEVER,
                        (host, state, options, progress) -> List.of(),
                        Path.of("/opt/home")))
                .run(List.of(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "install", "plan", "uninstall", "doctor"})
    void helpBeginsWithAnExampleAndFitsOneScreen(String command) {
        String[] words =
                Stream.of(command, "--help").filter(word -> !word.isEmpty()).toArray(String[]::new);
        assertThat(run(Map.of(), words)).isZero();
        assertThat(out.toString()).startsWith("Example: ").contains("nofear-setup " + command);
        assertThat(out.toString().lines()).hasSizeLessThanOrEqualTo(SCREEN).allMatch(line -> line.length() <= 100);
    }

    @Test
    void aWrongCommandGetsASuggestion() {
        assertThat(run(Map.of(), "instal")).isEqualTo(2);
        assertThat(err.toString()).contains("instal", "Did you mean", "nofear-setup install");
    }

    @Test
    void aWrongOptionGetsASuggestion() {
        assertThat(run(Map.of(), "install", "--kernl=stock")).isEqualTo(2);
        assertThat(err.toString()).contains("--kernl", "--kernel");
    }

    @Test
    void aPackagesPrefixIsItsOwn() {
        run(Map.of("NOFEAR_PREFIX", "/usr"), "install", "--help");
        assertThat(out.toString()).contains("(default: /usr)");
    }

    @Test
    void thePrefixIsUsrLocalOtherwise() {
        run(Map.of(), "install", "--help");
        assertThat(out.toString()).contains("(default: /usr/local)");
    }
}
