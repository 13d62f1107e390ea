package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nofear.host.CommandResult;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;
import org.nofear.xpra.XpraForm;

class XpraFactsTest {

    @Test
    void whereTheVersionIsUnknownTheHelpIsAsked() throws IOException {
        try (LaidOut tree = RecordedHost.of("""
                program /usr/bin/xpra
                run 0 /usr/bin/xpra --version
                | xpra unknown
                run 0 /usr/bin/xpra --help
                |     --speaker=on|off  sound
                """).answering()) {
            XpraFacts facts = XpraFacts.detect(tree.host()).orElseThrow();
            assertThat(facts.version()).isEmpty();
            assertThat(facts.flags().orElseThrow().form("speaker")).isEqualTo(XpraForm.VALUE);
            assertThat(facts.flags().orElseThrow().form("webcam")).isEqualTo(XpraForm.ABSENT);
        }
    }

    @Test
    void aBrokenInstallationSaysWhy() {
        XpraFacts facts = XpraFacts.of(
                "/usr/bin/xpra",
                new CommandResult(
                        1,
                        "",
                        "Traceback (most recent call last):\nModuleNotFoundError: No module named 'xpra'\n",
                        false));
        assertThat(facts.complaint()).isEqualTo("ModuleNotFoundError: No module named 'xpra'");
        assertThat(facts.flags()).isEmpty();
    }

    @Test
    void oneThatHangsIsNamed() {
        assertThat(XpraFacts.of("/usr/bin/xpra", new CommandResult(143, "", "", true))
                        .complaint())
                .isEqualTo("it gave no answer in 10 s");
    }

    @Test
    void ofAnOfflineTreeNothingIsAsked() throws IOException {
        try (LaidOut tree = RecordedHost.named("debian-12").offline()) {
            XpraFacts facts = XpraFacts.detect(tree.host()).orElseThrow();
            assertThat(facts.version()).isEmpty();
            assertThat(facts.complaint()).isEmpty();
        }
    }
}
