package org.nofear.setup.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.Host;

class RedactionTest {

    @TempDir
    private Path root;

    @BeforeEach
    void host() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                xpra:x:110:110::/run/xpra:/bin/false
                ann:x:1000:1000:Ann Lee,,,:/home/ann:/bin/sh
                bo.b:x:1001:1001::/srv/people/bo:/bin/sh
                nobody:x:65534:65534:nobody:/nonexistent:/bin/false
                """);
        Files.writeString(root.resolve("etc/hostname"), "tower\n");
        Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 tower.example.org tower # us\n");
        Files.writeString(root.resolve("etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
    }

    private String redacted(String text) {
        return Redaction.of(Host.offline(root)).of(text);
    }

    @Test
    void usersAndTheirNamesAreNumbered() {
        assertThat(redacted("ann, bo.b and Ann Lee; --user=ann")).isEqualTo("USER1, USER2 and NAME; --user=USER1");
    }

    @Test
    void partsOfWordsAreNoUsers() {
        assertThat(redacted("cannot scan channels")).isEqualTo("cannot scan channels");
    }

    @Test
    void accountsOfServicesAreKept() {
        assertThat(redacted("root xpra nobody")).isEqualTo("root xpra nobody");
    }

    @Test
    void homesAreTakenOutWhereverTheyAre() {
        assertThat(redacted("/home/ann/x /srv/people/bo/y /home/gone/z /root/w"))
                .isEqualTo("HOME1/x HOME2/y /home/USER/z /root/w");
    }

    @Test
    void hostNamesAreTakenOutShortAndLong() {
        assertThat(redacted("tower tower.example.org localhost")).isEqualTo("HOST HOST localhost");
    }

    @Test
    void machineIdsAndUuidsAreTakenOut() {
        assertThat(redacted("0123456789abcdef0123456789abcdef 01234567-89ab-cdef-0123-456789abcdef"))
                .isEqualTo("MACHINE-ID UUID");
    }

    @Test
    void addressesOfNetworksAreTakenOut() {
        assertThat(redacted("via 192.168.7.9 and 203.0.113.0/24, nameserver 8.8.8.8:53"))
                .isEqualTo("via IPV4 and IPV4/24, nameserver IPV4:53");
        assertThat(redacted("2001:db8::1 fe80::abcd:1/64 [2001:db8:0:1:2:3:4:5]"))
                .isEqualTo("IPV6 IPV6/64 [IPV6]");
    }

    @Test
    void addressesThatAreEverybodysAreKept() {
        assertThat(redacted("127.0.0.1 0.0.0.0 ::1 10.0.2.15")).isEqualTo("127.0.0.1 0.0.0.0 ::1 10.0.2.15");
    }

    @Test
    void macAndMailAddressesAreTakenOut() {
        assertThat(redacted("52:54:00:AB:cd:01 someone@example.org")).isEqualTo("MAC MAIL");
    }

    @Test
    void timesVersionsAndPlaceIdsAreKept() {
        String text = "12:34:56 2026-11-24T10:00:00Z 5.15.0-91 qemu 7.2+dfsg-7+deb12u12 path:/usr/lib module:kvm";
        assertThat(redacted(text)).isEqualTo(text);
    }
}
