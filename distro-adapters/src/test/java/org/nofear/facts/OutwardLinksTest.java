package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nofear.facts.OutwardLinks.Outward;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class OutwardLinksTest {

    @Test
    void debiansAlternativesEndInUsrAgain() throws IOException {
        assertThat(of(RecordedHost.named("debian-12")).links())
                .containsExactly(
                        new Outward(
                                "/usr/bin/java",
                                "/etc/alternatives/java",
                                Optional.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java")),
                        new Outward("/usr/lib/ssl/certs", "/etc/ssl/certs", Optional.of("/etc/ssl/certs")),
                        new Outward("/usr/lib/ssl/private", "/etc/ssl/private", Optional.of("/etc/ssl/private")),
                        new Outward(
                                "/usr/sbin/iptables",
                                "/etc/alternatives/iptables",
                                Optional.of("/usr/sbin/xtables-nft-multi")));
    }

    @Test
    void suseKeepsItsCertificatesInVar() throws IOException {
        assertThat(of(RecordedHost.named("opensuse-leap-15.6")).links())
                .containsExactly(new Outward(
                        "/usr/share/ca-bundle.pem",
                        "/var/lib/ca-certificates/ca-bundle.pem",
                        Optional.of("/var/lib/ca-certificates/ca-bundle.pem")));
    }

    @Test
    void aSharedDirectoryInVarIsNotOutside() throws IOException {
        assertThat(of(RecordedHost.of("""
                link /opt -> var/opt
                link /var/opt/tool/current -> /var/opt/tool/1
                dir /var/opt/tool/1
                """)).links()).isEmpty();
    }

    @Test
    void relativeAndDanglingLinksCount() throws IOException {
        assertThat(of(RecordedHost.of("""
                link /usr/share/a/localtime -> ../../../etc/localtime
                link /usr/share/a/b -> ../b
                link /usr/share/a/etcetera -> /etcetera/b
                """)).links())
                .containsExactly(new Outward("/usr/share/a/localtime", "../../../etc/localtime", Optional.empty()));
    }

    private static OutwardLinks of(RecordedHost host) throws IOException {
        try (LaidOut tree = host.offline()) {
            return OutwardLinks.detect(tree.host(), FilesystemLayout.detect(tree.host()));
        }
    }
}
