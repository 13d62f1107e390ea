package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nofear.facts.OutwardLinks.Outward;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class OutwardLinksTest {

    @Test
    void debiansAlternativesEndInUsrAgain() throws IOException {
        assertThat(of(RecordedHost.named("debian-12")).links())
                .containsExactly(
                        new Outward("/usr/bin/java", "/etc/alternatives/java"),
                        new Outward("/usr/lib/ssl/certs", "/etc/ssl/certs"),
                        new Outward("/usr/lib/ssl/private", "/etc/ssl/private"),
                        new Outward("/usr/sbin/iptables", "/etc/alternatives/iptables"));
    }

    @Test
    void suseKeepsItsCertificatesInVar() throws IOException {
        assertThat(of(RecordedHost.named("opensuse-leap-15.6")).links())
                .containsExactly(new Outward("/usr/share/ca-bundle.pem", "/var/lib/ca-certificates/ca-bundle.pem"));
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
                .containsExactly(new Outward("/usr/share/a/localtime", "../../../etc/localtime"));
    }

    private static OutwardLinks of(RecordedHost host) throws IOException {
        try (LaidOut tree = host.offline()) {
            return ShareSurvey.detect(tree.host(), FilesystemLayout.detect(tree.host()))
                    .outward();
        }
    }
}
