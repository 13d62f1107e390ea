package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class LdSoConfTest {

    @Test
    void gentoosCompilerLibrariesAreIncluded() throws IOException {
        assertThat(directories(RecordedHost.named("gentoo")))
                .containsExactly(
                        "/usr/lib/gcc/x86_64-pc-linux-gnu/14",
                        "/usr/lib/gcc/x86_64-pc-linux-gnu/14/32",
                        "/usr/local/lib");
    }

    @Test
    void muslHasAFileOfItsOwn() throws IOException {
        assertThat(directories(RecordedHost.named("void-musl")))
                .containsExactly("/lib", "/usr/lib", "/usr/local/lib", "/srv/lib");
    }

    @Test
    void includesOfEachOtherAndOfWhatIsMissingEnd() throws IOException {
        assertThat(directories(RecordedHost.of("""
                file /etc/ld.so.conf
                | include /etc/ld.so.conf /etc/ld.so.conf.d/*.conf [ /missing/*.conf
                | /first # why
                file /etc/ld.so.conf.d/b.conf
                | /b=libc6, /c:/d
                | hwcap 1 nosegneg
                | relative/one
                file /etc/ld.so.conf.d/a.conf
                | include /etc/ld.so.conf.d/*.conf
                | /a
                file /etc/ld.so.conf.d/a.txt
                | /no
                """))).containsExactly("/b", "/c", "/d", "/a", "/first");
    }

    @Test
    void librariesOutsideTheSharesAreNamed() throws IOException {
        try (LaidOut tree = RecordedHost.of("""
                dir /usr/local/lib
                dir /srv/cuda/lib64
                link /opt/cuda -> /srv/cuda
                file /etc/ld.so.conf
                | /usr/local/lib /opt/cuda/lib64 /missing
                """).offline()) {
            List<String> outside =
                    LdSoConf.read(tree.host()).outside(tree.host(), FilesystemLayout.detect(tree.host()));
            assertThat(outside).containsExactly("/srv/cuda/lib64");
        }
    }

    private static List<String> directories(RecordedHost host) throws IOException {
        try (LaidOut tree = host.offline()) {
            return LdSoConf.read(tree.host()).directories();
        }
    }
}
