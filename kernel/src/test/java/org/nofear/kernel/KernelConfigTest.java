package org.nofear.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelConfigTest {

    private static List<KernelOption> asked(String... lines) {
        return Stream.of(lines).map(KernelOption::parse).toList();
    }

    @Test
    void everyOptionThatIsNotAsAskedIsNamed() {
        KernelConfig built = KernelConfig.parse("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x y\"\nCONFIG_D=y\n");
        assertThat(built.missing(asked(
                        "CONFIG_A=y", "CONFIG_B=y", "CONFIG_C=\"x y\"", "CONFIG_D=n", "CONFIG_E=y", "CONFIG_F=64")))
                .containsExactly(
                        "CONFIG_B=y (is: n)", "CONFIG_D=n (is: y)", "CONFIG_E=y (is: n)", "CONFIG_F=64 (is: n)");
    }

    @Test
    void anOptionThatIsToBeOffMayBeUnknownToTheKernel() {
        assertThat(KernelConfig.parse("").missing(asked("CONFIG_NEW=n"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5.10.223,true", "6.0,true", "6.1.170,false", "6.12.0-rc1,false", "7.0.1,false"})
    void anOptionMayBeYoungerThanTheKernel(String version, boolean may) {
        KernelConfig built = KernelConfig.parse("#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 "
                + version + " Kernel Configuration\n#\n");
        assertThat(built.missing(asked("CONFIG_NEW=y # since 6.1")).isEmpty()).isEqualTo(may);
        assertThat(built.missing(asked("CONFIG_OLD=y"))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.5.13,false", "6.6,true"})
    void anOptionMayBeNoChoiceAnyMore(String version, boolean may) {
        KernelConfig built = KernelConfig.parse("# Linux/x86 " + version + " Kernel Configuration\nCONFIG_NEW=y\n");
        assertThat(built.missing(asked("CONFIG_NEW=n # until 6.5")).isEmpty()).isEqualTo(may);
    }

    @Test
    void aConfigurationWithoutAHeadIsOfNoVersion() {
        assertThat(KernelConfig.parse("CONFIG_A=y\n").missing(asked("CONFIG_NEW=y # since 6.1")))
                .containsExactly("CONFIG_NEW=y (is: n)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONFIG_NOW=y\n", "CONFIG_THEN=y\n", "# CONFIG_NOW is not set\nCONFIG_NOW=y\n"})
    void anOptionMayHaveHadAnotherName(String built) {
        assertThat(KernelConfig.parse(built).missing(asked("CONFIG_NOW=y # formerly CONFIG_THEN")))
                .isEmpty();
    }

    @Test
    void underNoneOfItsNamesItIsMissing() {
        assertThat(KernelConfig.parse("# CONFIG_THEN is not set\n")
                        .missing(asked("CONFIG_NOW=y # since 6.1 formerly CONFIG_THEN")))
                .containsExactly("CONFIG_NOW=y (is: n)");
    }

    @Test
    void kconfigIsToldAllNames() {
        assertThat(KernelOption.parse("CONFIG_NOW=y # formerly CONFIG_THEN").text())
                .isEqualTo("CONFIG_NOW=y\nCONFIG_THEN=y\n");
        assertThat(new KernelFragments().text())
                .contains("CONFIG_RETPOLINE=y\n")
                .doesNotContain("#");
    }

    @Test
    void theFragmentsAskForEachOptionOnce() {
        assertThat(new KernelFragments().options().stream().flatMap(option -> option.names().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theGuestHasWhatTheLaunchNeeds() {
        assertThat(new KernelFragments().text().lines())
                .contains(
                        "CONFIG_9P_FS=y",
                        "CONFIG_OVERLAY_FS=y",
                        "CONFIG_VIRTIO_NET=y",
                        "CONFIG_PACKET=y",
                        "CONFIG_NET_NS=y",
                        "CONFIG_SECURITY_LANDLOCK=y");
    }
}
