package org.nofear.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NetworkModeTest {

    @Test
    void theOldNamesAreStillOnes() {
        assertThat(Stream.of("tap", "tap-pool", "capability").flatMap(id -> NetworkMode.of(id).stream()))
                .containsExactly(NetworkMode.TAP, NetworkMode.TAP, NetworkMode.TAP);
        assertThat(NetworkMode.TAP.id()).isEqualTo("tap");
        assertThat(NetworkMode.of("pool")).isEmpty();
    }

    @Test
    void configurationTakesEach() {
        for (NetworkMode mode : NetworkMode.values()) {
            assertThat(NetworkMode.of(mode.id())).contains(mode);
            assertThat(ConfigType.NETWORK_MODE.takes(mode.id())).isTrue();
        }
    }
}
