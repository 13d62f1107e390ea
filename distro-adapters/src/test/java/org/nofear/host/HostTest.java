package org.nofear.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

/** Whatever an offline tree's links say, nothing outside of it is looked at. */
class HostTest {

    private static final String TREE = """
            link /etc/outside -> /etc/passwd
            link /etc/above -> ../../../../../../../../../../etc/passwd
            link /etc/loop -> loop
            link /etc/static -> /store/etc
            dir /store
            link /store/etc/os-release -> /store/release
            file /store/release
            | ID=here
            link /lib -> /usr/lib
            dir /usr/lib/apk/db
            link /dangling -> /nowhere
            link /absolute -> /
            file /usr/bin/tool 4711
            file /usr/bin/notes 0644
            link /usr/sbin/linked -> /usr/bin/tool
            """;

    @Test
    void linksStayInTheTree() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            Host host = tree.host();
            assertThat(host.read("/etc/outside")).isEmpty();
            assertThat(host.read("/etc/above")).isEmpty();
            assertThat(host.read("/etc/loop")).isEmpty();
            assertThat(host.read("/etc/static/os-release")).contains("ID=here\n");
            assertThat(host.read("/absolute/store/release")).contains("ID=here\n");
            assertThat(host.realPath("/etc/static/os-release")).contains("/store/release");
            assertThat(host.read("/usr/lib")).isEmpty();
        }
    }

    @Test
    void linksOnTheWayAreFollowedTheLastIsNot() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            Host host = tree.host();
            assertThat(host.exists("/lib/apk/db")).isTrue();
            assertThat(host.exists("/dangling")).isTrue();
            assertThat(host.exists("/dangling/x")).isFalse();
            assertThat(host.exists("/etc/outside/x")).isFalse();
            assertThat(host.exists("/")).isTrue();
            assertThat(host.link("/etc/static/os-release")).contains("/store/release");
            assertThat(host.link("/usr/bin/tool")).isEmpty();
        }
    }

    @Test
    void aProgramIsWhatSomebodyCanRun() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            assertThat(tree.host().program("tool")).contains("/usr/bin/tool");
            assertThat(tree.host().program("linked")).contains("/usr/sbin/linked");
            assertThat(tree.host().program("notes")).isEmpty();
            assertThat(tree.host().program("../../bin/sh")).isEmpty();
        }
    }

    @Test
    void programsOfAnOfflineTreeAreNotRun() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            assertThat(tree.host().answers()).isFalse();
            assertThat(tree.host().live()).isFalse();
            assertThatThrownBy(() -> tree.host().commands().run(Command.of("/usr/bin/tool")))
                    .isInstanceOf(IOException.class);
        }
    }
}
