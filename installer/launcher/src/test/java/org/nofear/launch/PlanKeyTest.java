package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nofear.contract.PlanKey;

/** What the C programs read of a plan is what Java may write, and the other way round. */
class PlanKeyTest {

    private static final String TO_THE_GUEST = "boot.";

    /** The functions of plan.h that take a key, as their last word or before a value. */
    private static final Pattern READ =
            Pattern.compile("\\bplan_(?:get|need|is|number|next)\\([^;\"]*?\"([a-z][a-z.-]*)\"");

    private static final Pattern WORD = Pattern.compile("\"([a-z][a-z.-]*)\"");

    @Test
    void theLauncherReadsNoOthers() throws IOException {
        assertThat(ids()).containsAll(found(READ, launcher()));
    }

    @Test
    void eachIsReadBySomebody() throws IOException {
        Set<String> launchers = found(WORD, launcher());
        Set<String> agents = found(WORD, Path.of("../../guest-image/src/main/c"));
        for (String id : ids()) {
            if (id.startsWith(TO_THE_GUEST)) {
                assertThat(agents).contains(id.substring(TO_THE_GUEST.length()));
            } else {
                assertThat(launchers).contains(id);
            }
        }
    }

    private static Path launcher() {
        return Path.of("src/main/c");
    }

    private static Set<String> ids() {
        return Arrays.stream(PlanKey.values()).map(PlanKey::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> found(Pattern pattern, Path sources) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".c")).toList()) {
                Matcher matcher = pattern.matcher(Files.readString(file, StandardCharsets.UTF_8));
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }
}
