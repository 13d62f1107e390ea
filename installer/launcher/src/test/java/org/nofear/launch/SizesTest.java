package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"512,536870912", "512M,536870912", "4k,4096", "2G,2147483648", "1TiB,1099511627776", "' 3m ',3145728"})
    void aSizeHasAUnitOrIsInMebibytes(String text, long bytes) {
        assertThat(Sizes.bytes("--memory", text)).isEqualTo(bytes);
    }

    @Test
    void mebibytesHaveALimitAtBothEnds() {
        assertThat(Sizes.mebibytes("--memory", "2G", 64)).isEqualTo(2048);
        assertThatThrownBy(() -> Sizes.mebibytes("--memory", "63M", 64)).hasMessageContaining("too little");
        assertThatThrownBy(() -> Sizes.mebibytes("--memory", "512K", 64)).hasMessageContaining("too little");
        assertThatThrownBy(() -> Sizes.mebibytes("--memory", "9999T", 64)).hasMessageContaining("too much");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "-1", "1.5G", "1X", "1234567890", "0", "0G", "99999999T"})
    void whatIsNoSizeIsNamedWithItsOption(String text) {
        assertThatThrownBy(() -> Sizes.bytes("--memory", text))
                .isInstanceOf(LaunchError.class)
                .hasMessageContaining("--memory")
                .hasMessageContaining("\"" + text + "\"");
    }
}
