package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nofear.setup.doctor.Checks;

/** README has a section for each check, to which doctor points. */
final class TroubleshootingTest {

    private static final Pattern SECTION = Pattern.compile("^### ([a-z-]+\\.[a-z-]+)\n(?!\n|#)", Pattern.MULTILINE);

    @Test
    void eachCheckHasItsSectionInTheirOrder() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        List<String> sections = SECTION.matcher(readme)
                .results()
                .map(section -> section.group(1))
                .toList();
        assertThat(sections).isEqualTo(Checks.ids());
    }

    /** GitHub's way: lower case, spaces to dashes, and of the rest letters, digits and dashes. */
    @Test
    void whatDoctorPointsToIsThatSectionsAnchor() {
        assertThat(Checks.ids()).allSatisfy(id -> {
            Matcher others = Pattern.compile("[^a-z0-9-]").matcher(id);
            assertThat(DoctorText.anchor(id)).isEqualTo(others.replaceAll(""));
        });
    }
}
