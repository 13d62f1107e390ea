package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class ShareSurveyTest {

    @Test
    void theWalkIsBounded() throws IOException {
        try (LaidOut tree = RecordedHost.of("""
                link /usr/bin/one -> /etc/os-release
                link /usr/bin/two -> /etc/os-release
                """).offline()) {
            assertThat(ShareWalk.walk(tree.host(), List.of("/usr"), seen -> {}, 1))
                    .isFalse();
            assertThat(ShareWalk.walk(tree.host(), List.of("/usr"), seen -> {}, 100))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian-12", "gentoo", "silverblue-42"})
    void oneWalkFindsWhatTwoDo(String name) throws IOException {
        try (LaidOut tree = RecordedHost.named(name).offline()) {
            FilesystemLayout layout = FilesystemLayout.detect(tree.host());
            assertThat(ShareSurvey.detect(tree.host(), layout))
                    .isEqualTo(new ShareSurvey(
                            UnreadablePrograms.detect(tree.host(), layout), OutwardLinks.detect(tree.host(), layout)));
        }
    }
}
