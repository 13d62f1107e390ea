package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DesktopEntryTest {

    private static final String FIREFOX = """
            # a comment
            [Desktop Entry]
            Version=1.0
            Name=Firefox
            Name[de]=Feuerfuchs
            Exec=/usr/lib/firefox/firefox %u
            Icon=firefox
            MimeType=text/html;x-scheme-handler/https;
            DBusActivatable=true
            Actions=new;
            Terminal=false
            Type=Application

            [Desktop Action new]
            Name=New
            Exec=/usr/lib/firefox/firefox --new-window
            """;

    @Test
    void theEntryInNoFearKeepsWhatTheMenuShows() {
        DesktopEntry entry = DesktopEntry.parse(FIREFOX.lines().toList());
        assertThat(entry.inNoFear("/usr/local/bin/nofear run -g --").lines())
                .containsExactly(
                        "[Desktop Entry]",
                        "Name=Firefox (NoFear)",
                        "Name[de]=Feuerfuchs (NoFear)",
                        "Icon=firefox",
                        "MimeType=text/html;x-scheme-handler/https;",
                        "Terminal=false",
                        "Type=Application",
                        "Exec=/usr/local/bin/nofear run -g -- /usr/lib/firefox/firefox %u",
                        "X-NoFear=true");
    }

    @Test
    void ourOwnAreKnownByTheirMark() {
        DesktopEntry entry = DesktopEntry.parse(FIREFOX.lines().toList());
        assertThat(entry.ours()).isFalse();
        assertThat(DesktopEntry.parse(entry.inNoFear("nofear run").lines().toList())
                        .ours())
                .isTrue();
    }

    @Test
    void aProgramIsNamedWithoutItsDirectory() {
        assertThat(DesktopEntry.parse(FIREFOX.lines().toList()).program()).hasValue("firefox");
        assertThat(DesktopEntry.parse(List.of("[Desktop Entry]", "Exec=\"/opt/a b/c d\" %f"))
                        .program())
                .hasValue("c d");
        assertThat(DesktopEntry.parse(List.of("[Desktop Entry]", "Name=a")).program())
                .isEmpty();
    }

    @Test
    void entriesTellWhichProgramsHaveWindows(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("firefox-esr.desktop"), FIREFOX);
        Files.writeString(directory.resolve("vim.desktop"), "[Desktop Entry]\nExec=vim %F\nTerminal=true\n");
        Files.writeString(directory.resolve("script.desktop"), "[Desktop Entry]\nExec=sh -c x\n");
        Files.write(directory.resolve("noise.desktop"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        MenuEntries entries = MenuEntries.of(List.of(directory, directory.resolve("absent")));
        assertThat(entries.programs()).containsExactly("firefox");
        assertThat(entries.terminal()).containsExactly("vim");
        assertThat(MenuEntries.find(List.of(directory), "firefox")).hasValue(directory.resolve("firefox-esr.desktop"));
        assertThat(MenuEntries.find(List.of(directory), "vim")).hasValue(directory.resolve("vim.desktop"));
        assertThat(MenuEntries.find(List.of(directory), "none")).isEmpty();
    }
}
