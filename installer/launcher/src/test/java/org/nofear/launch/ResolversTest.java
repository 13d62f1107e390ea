package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolversTest {

    @TempDir
    private Path root = Path.of(".");

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void onlyAddressesThatAGuestCanReach() {
        assertThat(Resolvers.parse("""
                # nameserver 9.9.9.9
                search example.org
                nameserver 192.0.2.1
                nameserver 2001:db8::1
                nameserver 127.0.0.53
                nameserver 0.0.0.0
                nameserver\t198.51.100.7  # tab
                nameserver
                """)).containsExactly("192.0.2.1", "198.51.100.7");
    }

    @Test
    void aStubIsSeenThrough() throws IOException {
        file("etc/resolv.conf", "nameserver 127.0.0.53\n");
        file("run/systemd/resolve/resolv.conf", "nameserver 192.0.2.1\n");
        assertThat(new Resolvers(root).servers()).containsExactly("192.0.2.1");
    }

    @Test
    void theHostsOwnFileComesFirst() throws IOException {
        file("etc/resolv.conf", "nameserver 192.0.2.9\n");
        file("run/systemd/resolve/resolv.conf", "nameserver 192.0.2.1\n");
        assertThat(new Resolvers(root).servers()).containsExactly("192.0.2.9");
    }

    @Test
    void aHostWithoutAnyHasNone() {
        assertThat(new Resolvers(root).servers()).isEmpty();
    }

    @Test
    void resolvconfAndDnsmasqAreSeenThroughAsWell() throws IOException {
        file("etc/resolv.conf", "nameserver 127.0.0.1\n");
        file("run/dnsmasq/resolv.conf", "nameserver 192.0.2.3\n");
        assertThat(new Resolvers(root).servers()).containsExactly("192.0.2.3");
        file("run/resolvconf/resolv.conf", "nameserver 192.0.2.2\n");
        assertThat(new Resolvers(root).servers()).containsExactly("192.0.2.2");
    }

    @Test
    void whatALinkLeadsToCountsForTheNextRunAsWell() throws IOException {
        file("run/stub.conf", "nameserver 192.0.2.1\n");
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("../run/stub.conf"));
        assertThat(new Resolvers(root).sources())
                .contains(
                        root.resolve("etc/resolv.conf"),
                        root.resolve("run/stub.conf").toRealPath())
                .contains(root.resolve("run/systemd/resolve/resolv.conf"));
    }
}
