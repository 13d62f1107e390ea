package org.nofear.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelConfigTest {

    @Test
    void everyOptionThatIsNotAsAskedIsNamed() {
        KernelConfig built = KernelConfig.parse("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x\"\nCONFIG_D=y\n");
        KernelConfig asked = KernelConfig.parse("CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=\"x\"\nCONFIG_D=n\nCONFIG_E=y\n");
        assertThat(built.missing(asked))
                .containsExactly("CONFIG_B=y (is: n)", "CONFIG_D=n (is: y)", "CONFIG_E=y (is: n)");
    }

    @Test
    void anOptionThatIsToBeOffMayBeUnknownToTheKernel() {
        assertThat(KernelConfig.parse("").missing(KernelConfig.parse("CONFIG_NEW=n\n")))
                .isEmpty();
    }

    @Test
    void theFragmentsAskForEachOptionOnce() {
        String text = new KernelFragments().text();
        long lines = text.lines().filter(line -> line.startsWith("CONFIG_")).count();
        assertThat(new KernelFragments().config().values()).hasSize((int) lines);
    }

    @Test
    void theGuestHasWhatTheLaunchNeeds() {
        assertThat(new KernelFragments().config().values())
                .containsEntry("CONFIG_9P_FS", "y")
                .containsEntry("CONFIG_OVERLAY_FS", "y")
                .containsEntry("CONFIG_VIRTIO_VSOCKETS", "y")
                .containsEntry("CONFIG_SECURITY_LANDLOCK", "y");
    }
}
