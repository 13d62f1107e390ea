package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.engine.Interrupt;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;

/** The plan on standard output, of a tree that anybody may look at. */
final class ReportTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path tree;

    @BeforeEach
    void aTree() throws IOException {
        Files.createDirectory(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/old"), "before\nsame\n");
    }

    private int run(String... arguments) {
        Stage stage = Stage.of(List.of(
                FileResource.text("/etc/old", "after\nsame\n", "so that it is new"),
                FileResource.text("/etc/deep/new", "new \u001b[2J\n", "so that it is there")));
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Map.of(),
                Interrupt.NEVER,
                (host, state, options, progress) -> List.of(stage),
                Path.of("/opt/home"));
        return new Setup(surroundings).run(List.of(arguments));
    }

    @Test
    void aPlanHasKindReasonOldAndNewAndADiff() {
        assertThat(run("install", "--dry-run", "--root", tree.toString())).isZero();

        assertThat(out.toString())
                .startsWith("change path /etc/old  (so that it is new)\n    file, 12 bytes, mode ")
                .contains(" -> 11 bytes\n    @@ -1,2 +1,2 @@\n    -before\n    +after\n     same\n")
                .contains("create path /etc/deep  (holds /etc/deep/new)\n")
                .contains("create path /etc/deep/new  (so that it is there)\n    9 bytes\n")
                .contains("    +new \\x1b[2J\n")
                .endsWith("3 changes\n");
        assertThat(tree.resolve("etc/deep")).doesNotExist();
        assertThat(tree.resolve("var")).doesNotExist();
    }

    @Test
    void planIsInstallDryRun() {
        run("install", "--dry-run", "--root", tree.toString());
        String dry = out.toString();
        out.getBuffer().setLength(0);

        run("plan", "--root", tree.toString());

        assertThat(out.toString()).isEqualTo(dry);
    }

    @Test
    void machinesGetTheSameAsJson() {
        assertThat(run("plan", "--json", "--root", tree.toString())).isZero();

        JsonObject plan = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(plan.get("version").getAsInt()).isEqualTo(1);
        JsonObject change = plan.getAsJsonArray("changes").get(0).getAsJsonObject();
        assertThat(change.get("kind").getAsString()).isEqualTo("change");
        assertThat(change.get("id").getAsString()).isEqualTo("path:/etc/old");
        assertThat(change.get("diff").getAsString()).contains("-before\n+after\n");
        assertThat(plan.getAsJsonArray("changes")).hasSize(3);
        assertThat(plan.getAsJsonArray("kept")).isEmpty();
    }
}
