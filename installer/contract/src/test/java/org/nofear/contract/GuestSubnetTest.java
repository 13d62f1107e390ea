package org.nofear.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The slots of slots.tsv, to which slot-test.c holds the C programs as well. */
class GuestSubnetTest {

    record Vector(String subnet, boolean internet, String tap, String host, String guest) {}

    static Stream<Vector> vectors() throws IOException {
        try (InputStream file = GuestSubnetTest.class.getResourceAsStream("slots.tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(f -> new Vector(f[0], f[1].equals("internet"), "nofear" + f[2], f[3], f[4]));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void countsAsTheProgramsDo(Vector vector) {
        GuestSubnet subnet = GuestSubnet.parse(vector.subnet()).orElseThrow();
        List<GuestSlot> slots = subnet.slots();
        List<GuestSlot> half =
                vector.internet() ? slots.subList(slots.size() / 2, slots.size()) : slots.subList(0, slots.size() / 2);
        Optional<GuestSlot> found =
                half.stream().filter(slot -> slot.tap().equals(vector.tap())).findFirst();
        assertThat(found)
                .isEqualTo(
                        vector.host().equals("-")
                                ? Optional.empty()
                                : Optional.of(new GuestSlot(vector.tap(), vector.host(), vector.guest())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/30",
                "10.0.0.0/7",
                "10.0.0.0/024",
                "10.0.0.1/24",
                "10.0.0.256/24",
                "::/24"
            })
    void isNothingElse(String text) {
        assertThat(GuestSubnet.parse(text)).isEmpty();
    }

    @Test
    void hasTwoHalves() {
        assertThat(GuestSubnet.DEFAULT.internetOnly()).hasToString("10.177.33.128/25");
        assertThat(GuestSubnet.DEFAULT.slots()).hasSize(64);
    }

    @Test
    void saysWhatHasNoRoom() {
        Ipv4Network four = Ipv4Network.parse("10.0.0.0/30").orElseThrow();
        assertThatThrownBy(() -> new GuestSubnet(four)).hasMessageContaining("no room");
    }
}
