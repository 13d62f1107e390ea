package org.nofear;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nofear.distro.Distribution;
import org.nofear.distro.DistroAdapter;

/** The rules of this room: what looks at the host does not change it, and only adapters know a distribution by its name. */
class RoomsTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.nofear");

    private static final Path SOURCES = Path.of("src/main/java/org/nofear");

    @Test
    void factsWriteNothing() {
        check(noClasses()
                .that()
                .resideInAnyPackage("org.nofear.facts", "org.nofear.distro", "org.nofear.xpra")
                .should()
                .accessTargetWhere(writing()));
    }

    /** The recorded trees are written by these tests: a rule that missed them would hold of anything. */
    @Test
    void theRuleSeesWhoWrites() {
        JavaClasses writers = new ClassFileImporter().importPackages("org.nofear.recorded");
        assertThat(noClasses()
                        .should()
                        .accessTargetWhere(writing())
                        .evaluate(writers)
                        .hasViolation())
                .isTrue();
    }

    private static DescribedPredicate<JavaAccess<?>> writing() {
        Pattern writers =
                Pattern.compile("(write|delete|create|copy|move|set|newOutput|newBufferedWriter|newByteChannel).*");
        List<String> streams = Stream.of(FileOutputStream.class, RandomAccessFile.class, FileChannel.class)
                .map(Class::getName)
                .toList();
        return DescribedPredicate.describe("write files or change the host", access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getTarget().getName();
            return (owner.equals(Files.class.getName()) && writers.matcher(name).matches())
                    || streams.contains(owner)
                    || (owner.equals("org.nofear.host.NativeOs")
                            && (name.startsWith("set") || name.startsWith("remove")));
        });
    }

    @Test
    void theRoomLeansOnNothingAboveIt() {
        check(classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.nofear.contract..",
                        "com.sun.jna..",
                        "org.apache.commons.exec..",
                        "org.nofear.host..",
                        "org.nofear.facts..",
                        "org.nofear.distro..",
                        "org.nofear.xpra..")));
        check(noClasses()
                .that(not(resideInAnyPackage("org.nofear.host")))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("com.sun.jna..", "org.apache.commons..", "java.lang.reflect..")));
    }

    @Test
    void eachPackageKnowsOnlyThoseBelow() {
        check(layeredArchitecture()
                .consideringAllDependencies()
                .layer("facts")
                .definedBy("org.nofear.facts..")
                .layer("distro")
                .definedBy("org.nofear.distro..")
                .layer("xpra")
                .definedBy("org.nofear.xpra..")
                .layer("host")
                .definedBy("org.nofear.host..")
                .whereLayer("facts")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("distro")
                .mayOnlyBeAccessedByLayers("facts")
                .whereLayer("xpra")
                .mayOnlyBeAccessedByLayers("facts")
                .whereLayer("host")
                .mayOnlyBeAccessedByLayers("facts", "distro"));
    }

    @Test
    void nothingStaticChanges() {
        check(fields().that().areStatic().should().haveModifier(FINAL));
        check(noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "setProperty", String.class, String.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
        check(fields().that()
                .areStatic()
                .and()
                .haveNameNotStartingWith("$") // the compiler's, of switches over enums and of enums' values
                .should()
                .notHaveRawType(DescribedPredicate.describe("arrays, whose elements can be set", JavaClass::isArray)));
    }

    @Test
    void onlyAdaptersKnowADistributionByName() throws IOException {
        List<String> names = Distribution.ADAPTERS.stream()
                .map(DistroAdapter::ids)
                .flatMap(Collection::stream)
                .filter(name -> name.length() > 3 && !name.equals("void") && !name.equals("arch"))
                .toList();
        Pattern named = Pattern.compile("\"[^\"]*(?<![a-z])(" + String.join("|", names) + ")(?![a-z])[^\"]*\"");
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.startsWith(SOURCES.resolve("distro"))))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(named));
        }
        check(classes()
                .that()
                .implement(DistroAdapter.class)
                .should()
                .resideInAPackage("org.nofear.distro")
                .andShould()
                .bePackagePrivate());
    }

    private static void check(ArchRule rule) {
        rule.check(ALL);
    }
}
