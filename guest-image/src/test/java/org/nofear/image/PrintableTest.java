package org.nofear.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The cases are those of printable-test.c. */
class PrintableTest {

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/printable.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .map(words -> DynamicTest.dynamicTest(
                        words[0],
                        () -> assertThat(Printable.of(
                                        new String(HexFormat.of().parseHex(words[0]), StandardCharsets.UTF_8)))
                                .isEqualTo(words[1])));
    }

    @Test
    void linesStayLines() {
        assertThat(Printable.lines("a\tb\n\u001b[2J\r\n")).isEqualTo("a\tb\n\\x1b[2J\\x0d\n");
    }

    @Test
    void halfACharacterIsNone() {
        assertThat(Printable.of("a\ud83d")).isEqualTo("a\\ud83d");
    }
}
