package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class FirewallFactsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dir /sys/fs/cgroup/system.slice/firewalld.service",
                "dir /sys/fs/cgroup/systemd/system.slice/firewalld.service",
                "link /run/openrc/started/firewalld -> /etc/init.d/firewalld",
                "file /run/firewalld.pid"
            })
    void firewalldRunsWhereItsServiceDoes(String tree) throws IOException {
        assertThat(of(tree).firewalld()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"program /usr/bin/dockerd", "dir /sys/class/net/docker0", "file /run/docker.sock"})
    void dockerIsSeenByWhatItLeaves(String tree) throws IOException {
        assertThat(of(tree).docker()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"ENABLED=yes, true", "' enabled=YES ', true", "ENABLED=no, false", "#ENABLED=yes, false", "'', false"})
    void ufwIsOnWhenItsFileSaysSo(String line, boolean on) {
        assertThat(FirewallFacts.ufwEnabled("# a comment\n" + line + "\n")).isEqualTo(on);
    }

    @Test
    void legacyTablesCountBesideNft() throws IOException {
        assertThat(of("file /proc/net/ip_tables_names\n| nat\n| filter\n").legacyTables())
                .isTrue();
        assertThat(of("file /proc/net/ip_tables_names\n").legacyTables()).isFalse();
    }

    @Test
    void nftOfAnOfflineTreeIsOnlyThere() throws IOException {
        assertThat(of("program /usr/sbin/nft").nft()).isEqualTo(FirewallFacts.Nft.PRESENT);
        assertThat(of("dir /usr").nft()).isEqualTo(FirewallFacts.Nft.ABSENT);
    }

    private static FirewallFacts of(String tree) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return FirewallFacts.detect(laidOut.host());
        }
    }
}
