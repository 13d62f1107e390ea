package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {

    private static final int SCREEN = 40;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String words) {
        CommandLine line = Main.commandLine(Map.of("HOME", "/home/alice"));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(words.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "profile --help",
                "profile list --help",
                "profile create --help",
                "profile delete --help",
                "profile show --help",
                "ps --help",
                "stop --help"
            })
    void helpBeginsWithAnExampleAndFitsOneScreen(String words) {
        assertThat(run(words)).isZero();
        assertThat(out.toString()).startsWith("Example: nofear ");
        assertThat(out.toString().lines()).hasSizeLessThanOrEqualTo(SCREEN).allMatch(line -> line.length() <= 100);
    }

    @Test
    void aWrongCommandGetsASuggestion() {
        assertThat(run("profil")).isEqualTo(2);
        assertThat(err.toString()).contains("profil", "Did you mean", "profile");
    }

    @Test
    void aWrongOptionGetsASuggestion() {
        assertThat(run("run --memry 2G")).isEqualTo(2);
        assertThat(err.toString()).contains("--memry", "--memory");
    }
}
