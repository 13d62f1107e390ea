package org.nofear.xpra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class XpraHelpTest {

    /** As Python's optparse lays it out: 3.1's and 0.14's manner. */
    private static final String HELP = """
            Usage:\s
            \txpra start [DISPLAY]
            \txpra attach [DISPLAY]

            Options:
              --version             show program's version number and exit
              -h, --help            show this help message and exit

              Server Options:
                These options are only relevant on the server when using the 'start'
                --start-child=CMD   program to spawn in server, see --start-nothing=CMD
                --exit-with-children=yes|no
                                    Terminate the server when the last --start-child
                                    command(s) exit
                --no-daemon         Don't daemonize when running as a server.
                -d FILTER, --debug=FILTER
                                    List of categories to enable debugging for
                --speaker=on|off|disabled
                                    Forward sound output, --no-speaker is disabled
                --mmap=yes|no       Use memory mapped transfers
            """;

    private static final XpraSession QUIET =
            new XpraSession(false, false, XpraSession.Clipboard.NONE, Optional.empty(), Optional.empty());

    @Test
    void optionsAreReadAndExplanationsAreNot() {
        assertThat(XpraHelp.parse(HELP).options())
                .containsOnlyKeys(
                        "version", "help", "start-child", "exit-with-children", "no-daemon", "debug", "speaker", "mmap")
                .containsEntry("speaker", true)
                .containsEntry("no-daemon", false);
    }

    @Test
    void onlyWhatIsListedIsSaid() {
        XpraFlags flags = XpraFlags.forHelp(XpraHelp.parse(HELP));
        assertThat(flags.serverArguments(QUIET)).containsExactly("--no-daemon", "--speaker=disabled", "--mmap=no");
        assertThat(flags.serverSettings(QUIET)).isEmpty();
        assertThat(flags.socketUrl("/run/x")).contains("socket:/run/x");
    }

    @Test
    void whatOnlySomeKnowGoesIntoTheFileHereToo() {
        XpraFlags flags = XpraFlags.forHelp(XpraHelp.parse("    --splash=yes|no|auto\n    --dbus-proxy=yes|no\n"));
        assertThat(flags.serverArguments(QUIET)).isEmpty();
        assertThat(flags.serverSettings(QUIET))
                .containsExactly(new XpraSetting("dbus-proxy", "no"), new XpraSetting("splash", "no"));
    }
}
