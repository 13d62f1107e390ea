package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"default", "a", "0", "A.b_c-9"})
    void lettersDigitsDotsUnderscoresAndHyphens(String name) {
        assertThat(new ProfileName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "-p", "a/b", "../x", "a b", "a\nb", "ä", "a\0"})
    void nothingThatCouldLeaveTheDirectory(String name) {
        assertThatThrownBy(() -> new ProfileName(name))
                .isInstanceOfSatisfying(
                        LaunchError.class, error -> assertThat(error.status()).isEqualTo(LaunchError.FAILED));
    }

    @Test
    void theMessageIsOneLineHoweverTheNameLooks() {
        assertThatThrownBy(() -> new ProfileName("a\nb\u001b[31m" + "x".repeat(100)))
                .hasMessageStartingWith("bad profile name \"a?b?[31mxxx")
                .hasMessageNotContainingAny("\n", "\u001b", "x".repeat(50));
    }

    @Test
    void sixtyFourCharactersAreTheMost() {
        assertThat(new ProfileName("x".repeat(64)).value()).hasSize(64);
        assertThatThrownBy(() -> new ProfileName("x".repeat(65))).isInstanceOf(LaunchError.class);
    }
}
