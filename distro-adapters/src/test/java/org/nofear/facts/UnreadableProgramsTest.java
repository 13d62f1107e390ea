package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nofear.facts.UnreadablePrograms.Unreadable;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class UnreadableProgramsTest {

    @Test
    void gentoosMountIsFoundAndNeededCrontabIsFoundOnly() throws IOException {
        assertThat(found(RecordedHost.named("gentoo")).found())
                .containsExactly(
                        new Unreadable("/bin/mount", "4711", false, true),
                        new Unreadable("/bin/su", "4711", false, true),
                        new Unreadable("/bin/umount", "4711", false, true),
                        new Unreadable("/usr/bin/crontab", "2751", false, false),
                        new Unreadable("/usr/bin/passwd", "4711", false, true));
    }

    @Test
    void fedorasSudoIsNeededAndItsDumpcapIsNot() throws IOException {
        UnreadablePrograms programs = found(RecordedHost.named("fedora-42"));
        assertThat(programs.needed())
                .extracting(Unreadable::path)
                .containsExactly("/usr/bin/chfn", "/usr/bin/chsh", "/usr/bin/sudo");
        assertThat(programs.found()).contains(new Unreadable("/usr/bin/dumpcap", "0750", false, false));
    }

    @Test
    void alpinesSuIsFoundBehindItsLink() throws IOException {
        assertThat(found(RecordedHost.named("alpine-3.22")).needed())
                .containsExactly(new Unreadable("/bin/bbsuid", "4111", false, true));
    }

    @Test
    void ofADirectoryThatCannotBeReadNothingElseIsNamed() throws IOException {
        assertThat(found(RecordedHost.of("""
                dir /usr/share/polkit-1/rules.d 0700
                file /usr/share/polkit-1/rules.d/50-default.rules 0600
                dir /usr/share/locked 0711
                dir /opt/open 0755
                file /opt/open/mount 0700
                """)).found())
                .containsExactly(
                        new Unreadable("/opt/open/mount", "0700", false, false),
                        new Unreadable("/usr/share/locked", "0711", true, false),
                        new Unreadable("/usr/share/polkit-1/rules.d", "0700", true, false));
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        assertThat(found(RecordedHost.of("""
                link /usr/share/elsewhere -> /etc
                link /usr/share/above -> ../..
                file /etc/shadow 0600
                """)).found()).isEmpty();
    }

    @Test
    void thoseThatGuestsNeedAreFoundWithoutAWalk() throws IOException {
        for (String name : List.of("gentoo", "fedora-42", "alpine-3.22", "debian-12")) {
            try (LaidOut tree = RecordedHost.named(name).offline()) {
                assertThat(NeededPrograms.unreadable(tree.host()))
                        .as(name)
                        .isEqualTo(found(RecordedHost.named(name)).needed().stream()
                                .map(Unreadable::path)
                                .toList());
            }
        }
    }

    private static UnreadablePrograms found(RecordedHost host) throws IOException {
        try (LaidOut tree = host.offline()) {
            UnreadablePrograms programs = ShareSurvey.detect(tree.host(), FilesystemLayout.detect(tree.host()))
                    .unreadable();
            assertThat(programs.complete()).isTrue();
            return programs;
        }
    }
}
