package org.nofear.xpra;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XpraVersionTest {

    @ParameterizedTest
    @CsvSource({
        "xpra v3.1.3, 3.1.3",
        "xpra v0.14.25, 0.14.25",
        "xpra v4.4.6-r0, 4.4.6",
        "v6.2.1-r0 (g0123abc), 6.2.1",
        "xpra v6.2.2-r0 (g0123abc), 6.2.2",
        "xpra v6.4, 6.4.0",
        "xpra v6.6-r36421M beta (light build), 6.6.0",
        "xpra v5.0 beta, 5.0.0",
        "xpra v3.0.13+dfsg1-1, 3.0.13",
    })
    void everyShapeIsRead(String output, String version) {
        assertThat(XpraVersion.parse(output)).map(XpraVersion::toString).contains(version);
    }

    @Test
    void warningsBeforeItAreSkipped() {
        assertThat(XpraVersion.parse("""
                /usr/lib/python3/dist-packages/gi/overrides/Gtk.py:1641: DeprecationWarning: v2 is old
                  return _Gtk_main(*args, **kwargs)\r
                xpra v3.1.3\r
                """)).contains(new XpraVersion(3, 1, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Traceback (most recent call last):",
                "xpra: command not found",
                "xpra v",
                "xpra vx.y",
                "xpra v99999999999999999999.1"
            })
    void whatNamesNoVersionIsNone(String output) {
        assertThat(XpraVersion.parse(output)).isEmpty();
    }

    @Test
    void theOldestSupportedIs3() {
        assertThat(new XpraVersion(2, 1, 9).support()).isEqualTo(XpraVersion.Support.REFUSED);
        assertThat(new XpraVersion(2, 5, 3).support()).isEqualTo(XpraVersion.Support.OLD);
        assertThat(new XpraVersion(3, 0, 0).support()).isEqualTo(XpraVersion.Support.SUPPORTED);
        assertThat(new XpraVersion(6, 6, 0).support()).isEqualTo(XpraVersion.Support.SUPPORTED);
    }
}
