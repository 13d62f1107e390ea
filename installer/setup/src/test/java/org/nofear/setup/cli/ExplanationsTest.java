package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nofear.setup.doctor.Checks;

/** installer/CHECKS.md, which is installed and which doctor points to, has a section for each check. */
final class ExplanationsTest {

    private static final Pattern SECTION = Pattern.compile("^## ([a-z-]+\\.[a-z-]+)\n(?!\n|#)", Pattern.MULTILINE);

    @Test
    void eachCheckHasItsSectionInTheirOrder() throws IOException {
        String text = Files.readString(Path.of("..", DoctorText.EXPLANATIONS));
        List<String> sections =
                SECTION.matcher(text).results().map(section -> section.group(1)).toList();
        assertThat(sections).isEqualTo(Checks.ids());
    }
}
