package org.nofear.setup;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.nofear.setup.files.LockFile;
import org.nofear.setup.place.Target;

/** What may know what. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.nofear.setup");

    private static final String SETUP = "org.nofear.setup.";
    private static final String WRITES =
            "write.*|newOutputStream|newBufferedWriter|newByteChannel|create.*|delete.*|copy" + "|move|set.*";

    @Test
    void onlyFilesWrites() {
        noClasses()
                .that()
                .resideOutsideOfPackages(SETUP + "files", SETUP + "describe..")
                .should()
                .callMethodWhere(
                        JavaCall.Predicates.target(HasOwner.Predicates.With.<JavaClass>owner(equivalentTo(Files.class)))
                                .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching(WRITES))))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(FileOutputStream.class, FileWriter.class, RandomAccessFile.class)
                .because("SafeFiles is the only writer (describe/ writes to the build cache)")
                .check(CLASSES);
    }

    @Test
    void onlyMainEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(SETUP + "cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineKnowsPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SETUP + "cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void theCommandLineDoesNotReachIntoPlaces() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "cli")
                .should()
                .dependOnClassesThat(resideInAPackage(SETUP + "place").and(not(equivalentTo(Target.class))))
                .check(CLASSES);
    }

    @Test
    void snapshotsKnowNothing() {
        classes()
                .that()
                .resideInAPackage(SETUP + "snapshot")
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(SETUP + ".")).or(resideInAPackage(SETUP + "snapshot")))
                .check(CLASSES);
    }

    @Test
    void filesKnowSnapshotsOnly() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "files")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        SETUP + "place",
                        SETUP + "resource",
                        SETUP + "journal",
                        SETUP + "engine",
                        SETUP + "describe",
                        SETUP + "cli")
                .check(CLASSES);
    }

    @Test
    void placesKnowNoResources() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "place")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        SETUP + "resource", SETUP + "journal", SETUP + "engine", SETUP + "describe", SETUP + "cli")
                .check(CLASSES);
    }

    @Test
    void resourcesKnowPlaces() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "resource")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SETUP + "journal", SETUP + "engine", SETUP + "describe", SETUP + "cli")
                .check(CLASSES);
    }

    @Test
    void theJournalKnowsNoEngine() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "journal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SETUP + "resource", SETUP + "engine", SETUP + "describe", SETUP + "cli")
                .check(CLASSES);
    }

    @Test
    void theEngineKnowsNoDescription() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "engine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SETUP + "describe", SETUP + "cli", SETUP + "doctor")
                .check(CLASSES);
    }

    /** But for the machine as a whole, which they look at. */
    @Test
    void descriptionsKnowNeitherPlacesNorTheJournal() {
        noClasses()
                .that()
                .resideInAPackage(SETUP + "describe..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(SETUP + "place", SETUP + "journal", SETUP + "cli", SETUP + "doctor")
                                .and(not(equivalentTo(Target.class))))
                .check(CLASSES);
    }

    /** The lock, which the command line takes first of all, is the one that is in the middle and uses a part. */
    @Test
    void noPackagesGoInCircles() {
        slices().matching("org.nofear.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(SetupLock.class, LockFile.class)
                .check(CLASSES);
    }
}
