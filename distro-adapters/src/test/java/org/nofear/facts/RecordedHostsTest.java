package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nofear.recorded.Expected;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

/** Every recorded host is seen as it is. */
class RecordedHostsTest {

    private static final List<String> ASKED = List.of("xpra", "qemu");

    static Stream<String> names() {
        return RecordedHost.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isSeenAsItIs(String name) throws IOException {
        try (LaidOut tree = RecordedHost.named(name).answering()) {
            assertThat(Description.of(HostFacts.detect(tree.host())))
                    .containsExactlyInAnyOrderEntriesOf(Expected.of(name));
        }
    }

    /** Offline, all is the same but for what only its programs could tell. */
    @ParameterizedTest
    @MethodSource("names")
    void isSeenOfflineWithoutRunningAnything(String name) throws IOException {
        Map<String, String> expected = new HashMap<>(Expected.of(name));
        ASKED.forEach(expected::remove);
        try (LaidOut tree = RecordedHost.named(name).offline()) {
            assertThat(Description.of(HostFacts.detect(tree.host()))).containsAllEntriesOf(expected);
        }
    }
}
