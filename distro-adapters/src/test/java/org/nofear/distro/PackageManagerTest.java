package org.nofear.distro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nofear.host.CommandResult;

class PackageManagerTest {

    @ParameterizedTest
    @CsvSource({
        "APT, 'xpra installed\nxvfb not-installed\nnft config-files', xpra",
        "DNF, 'xpra installed\npackage xvfb is not installed', xpra",
        "ZYPPER, 'xpra installed\npackage xvfb is not installed', xpra",
        "PACMAN, 'xpra 6.3-1', xpra",
        "EMERGE, 'xpra:x11-wm/xpra-6.2.5\nxvfb:', xpra",
        "EMERGE, 'dev-java/openjdk-jre-bin:17:dev-java/openjdk-jre-bin-17.0.9\nxpra:', dev-java/openjdk-jre-bin:17",
        "APK, 'xpra', xpra",
        "XBPS, 'ii xpra-3.0.5_2  tool\nuu xvfb-1_1  half\nii xpra-html5-1_1 other', xpra",
        "EOPKG, 'xpra - Persistent remote applications', xpra",
    })
    void whatIsInstalledIsReadFromTheAnswer(PackageManager manager, String answer, String installed) {
        assertThat(manager.installed(
                        List.of("xpra", "xvfb", "nft", "dev-java/openjdk-jre-bin:17"),
                        new CommandResult(1, answer, "", false)))
                .isEqualTo(Set.of(installed));
    }

    @Test
    void noneOfThemAsksAQuestion() {
        assertThat(PackageManager.values())
                .filteredOn(manager -> manager != PackageManager.NONE && manager != PackageManager.APK)
                .allSatisfy(manager -> assertThat(
                                manager.installCommand(List.of("xpra")).orElseThrow())
                        .anyMatch(word -> word.matches("--?(assume)?yes(-all)?|--non-interactive|--noconfirm|--ask=n"))
                        .endsWith("xpra"));
    }

    @Test
    void nothingIsInstalledByNoneOrForNothing() {
        assertThat(PackageManager.NONE.installCommand(List.of("xpra"))).isEmpty();
        assertThat(PackageManager.NONE.query(List.of("xpra"))).isEmpty();
        assertThat(PackageManager.APT.installCommand(List.of())).isEmpty();
    }

    @Test
    void everyFamilyAnswersEveryNeed() {
        OsRelease nameless = OsRelease.parse("");
        assertThat(Distribution.ADAPTERS)
                .allSatisfy(adapter -> assertThat(PackageNeed.values())
                        .allSatisfy(need -> assertThat(adapter.supply(need, nameless))
                                .satisfies(supply -> {
                                    if (supply instanceof Supply.Packages packages) {
                                        assertThat(packages.names())
                                                .isNotEmpty()
                                                .doesNotContain("");
                                    } else if (supply instanceof Supply.Elsewhere elsewhere) {
                                        assertThat(elsewhere.advice()).isNotBlank();
                                    }
                                })));
    }

    @Test
    void noNameBelongsToTwoFamilies() {
        assertThat(Distribution.ADAPTERS.stream()
                        .flatMap(adapter -> adapter.ids().stream())
                        .toList())
                .doesNotHaveDuplicates();
    }
}
