package org.nofear.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheKeyTest {

    @Test
    void isTheSameHoweverOftenItIsAskedFor() {
        CacheKey key = new CacheKey("modules").add("6.1.0-18-amd64");
        String first = key.hex();
        assertThat(key.hex()).isEqualTo(first);
        assertThat(key.add("virtio_net").hex())
                .isNotEqualTo(first)
                .isEqualTo(new CacheKey("modules")
                        .add("6.1.0-18-amd64")
                        .add("virtio_net")
                        .hex());
    }
}
