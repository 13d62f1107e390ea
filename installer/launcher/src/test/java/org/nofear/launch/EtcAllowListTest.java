package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nofear.launch.EtcAllowList.Entry;

class EtcAllowListTest {

    @Test
    void aLineIsAPathAndAReason() {
        assertThat(EtcAllowList.parse("# comment\n\netc/fonts   # why\netc/bare\n")
                        .entries())
                .containsExactly(new Entry("etc/fonts", "why"), new Entry("etc/bare", ""));
    }

    @Test
    void theBuiltInListStaysInEtcAndVarAndGivesReasons() {
        assertThat(EtcAllowList.builtIn().entries()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.path()).matches("(etc|var)/[A-Za-z0-9*].*").doesNotContain("..");
            assertThat(entry.reason()).isNotEmpty();
        });
    }

    @Test
    void theBuiltInListHasNothingThatHoldsSecrets() {
        assertThat(EtcAllowList.builtIn().entries())
                .extracting(Entry::path)
                .doesNotContain("etc", "etc/ssl", "etc/pki", "etc/ssh", "etc/shadow", "etc/environment", "etc/default")
                .noneMatch(path -> path.startsWith("etc/ssl/private"));
    }
}
