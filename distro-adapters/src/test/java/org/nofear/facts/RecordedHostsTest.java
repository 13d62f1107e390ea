package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nofear.recorded.Expected;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

/** Every recorded host is seen as it is. */
class RecordedHostsTest {

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
}
