package org.nofear.templates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kind of generated file, word by word. Write them anew with {@code -Dgolden=write}, and read the difference. */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private final TemplateRenderer renderer = new TemplateRenderer();

    @TestFactory
    Stream<DynamicTest> every_generated_file_is_as_it_was_reviewed() {
        return Documents.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> compare(entry)));
    }

    @Test
    void every_kind_of_document_has_a_golden_file() {
        assertThat(Documents.all().values().stream().map(Object::getClass).distinct())
                .hasSize(Document.class.getPermittedSubclasses().length);
    }

    private void compare(Map.Entry<String, Document> entry) throws IOException {
        Path file = GOLDEN.resolve(entry.getKey());
        String text = renderer.render(entry.getValue());
        if (System.getProperty("golden", "").equals("write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file)).endsWith("\n").doesNotContain("[=");
    }
}
