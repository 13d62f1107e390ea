package org.nofear.distro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

/** By os-release(5): assignments as a shell reads them. */
class OsReleaseTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "NAME=plain, plain",
                "NAME=\"two words\", two words",
                "NAME='single \"double\" inside', single \"double\" inside",
                "NAME=\"a \\\"b\\\" \\$c \\`d\\` \\\\e\", a \"b\" $c `d` \\e",
                "NAME=\"keeps \\n\", keeps \\n",
                "NAME='keeps \\$x', keeps \\$x",
                "NAME=a\"b c\"'d', ab cd",
                "NAME=word # comment, word",
                "NAME=\"unterminated, unterminated",
                "  NAME=indented, indented",
                "NAME=a=b, a=b",
            })
    void valuesAreUnquoted(String line, String value) {
        assertThat(OsRelease.parse(line).field("NAME")).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# NAME=x",
                "NAME",
                "NAME =x",
                "export NAME=x",
                "1NAME=x",
                "NA-ME=x",
                "NAME=",
                "NAME=\"\"",
                "=NAME"
            })
    void whatIsNoAssignmentIsSkipped(String line) {
        assertThat(OsRelease.parse(line).field("NAME")).isEmpty();
    }

    @Test
    void theLastAssignmentCounts() {
        assertThat(OsRelease.parse("ID=one\r\nID=two\r\n").id()).isEqualTo("two");
    }

    @Test
    void namesAreInLowerCase() {
        OsRelease release = OsRelease.parse("ID=Deepin\nID_LIKE=\" Ubuntu\tdebian \"\n");
        assertThat(release.id()).isEqualTo("deepin");
        assertThat(release.idLike()).containsExactly("ubuntu", "debian");
    }

    @Test
    void withoutAnyIdItIsLinux() {
        assertThat(OsRelease.parse("").id()).isEqualTo("linux");
        assertThat(OsRelease.parse("").release()).isEqualTo("rolling");
    }

    @Test
    void theFileInEtcCountsUnlessItSaysNothing() throws IOException {
        assertThat(id("""
                file /etc/os-release
                | ID=admin
                file /usr/lib/os-release
                | ID=vendor
                """)).isEqualTo("admin");
        assertThat(id("""
                file /etc/os-release
                file /usr/lib/os-release
                | ID=vendor
                """)).isEqualTo("vendor");
        assertThat(id("""
                dir /etc/os-release
                link /usr/lib/os-release -> os-release
                """)).isEqualTo("linux");
    }

    private static String id(String tree) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return OsRelease.read(laidOut.host()).id();
        }
    }
}
