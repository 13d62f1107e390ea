package org.nofear.setup.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nofear.contract.VmmKind;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.CommandRunner;

class BootTestTest {

    private static final BootDeadlines DEADLINES = BootDeadlines.forProcessor(true);

    private final List<Command> ran = new ArrayList<>();

    @Test
    void aGuestHasBootedOnlyWhenItsOutputAndItsStatusCameBack() {
        assertThat(testWith(42, "nofear-boot-test\n", "").boot(VmmKind.LKVM, Duration.ofSeconds(9)))
                .isInstanceOf(BootResult.Booted.class);
        assertThat(testWith(0, "nofear-boot-test\n", "").boot(VmmKind.LKVM, Duration.ofSeconds(9)))
                .isInstanceOf(BootResult.Failed.class);
        assertThat(testWith(42, "", "").boot(VmmKind.LKVM, Duration.ofSeconds(9)))
                .isInstanceOf(BootResult.Failed.class);
    }

    @Test
    void theReasonIsTheLastThingThatTheLauncherSaid() {
        BootResult result = testWith(125, "", "warming up\nnofear: /dev/kvm: permission denied\n\n")
                .boot(VmmKind.LKVM, Duration.ofSeconds(9));
        assertThat(result).isEqualTo(new BootResult.Failed(VmmKind.LKVM, "nofear: /dev/kvm: permission denied"));
    }

    /** A guest's console is the end of the VMM's log, and that is in what the launcher says. */
    @Test
    void theReasonMovesNoCursor() {
        assertThat(testWith(125, "", "nofear: \u001b]0;title\u0007 \u009b2J\n")
                        .boot(VmmKind.LKVM, Duration.ofSeconds(9)))
                .isEqualTo(new BootResult.Failed(VmmKind.LKVM, "nofear: \\x1b]0;title\\x07 \\u009b2J"));
    }

    @Test
    void theLauncherIsToldWhichVmmAndHowLong() {
        testWith(42, "nofear-boot-test\n", "").boot(VmmKind.QEMU_TCG, Duration.ofSeconds(9));
        assertThat(ran.get(0).environment())
                .containsEntry("NOFEAR_VMM", "qemu-tcg")
                .containsEntry("NOFEAR_BOOT_DEADLINE", "9")
                .containsEntry("NOFEAR_HOME", "/scratch");
    }

    @Test
    void theFirstCandidateThatBootsEndsTheSearch() {
        BootTest test = new BootTest(
                command -> {
                    ran.add(command);
                    boolean emulation = "qemu-tcg".equals(command.environment().get("NOFEAR_VMM"));
                    return emulation
                            ? new CommandResult(42, "nofear-boot-test\n", "", false)
                            : new CommandResult(143, "", "", true);
                },
                Path.of("/usr/local/bin/nofear"),
                Path.of("/scratch"));
        List<BootResult> results =
                test.firstThatBoots(List.of(VmmKind.LKVM, VmmKind.QEMU_TCG, VmmKind.QEMU_KVM), DEADLINES);
        assertThat(results).hasSize(2);
        assertThat(results.get(0))
                .isEqualTo(new BootResult.Failed(VmmKind.LKVM, "no answer from the guest within 150 s"));
        assertThat(results.get(1)).isInstanceOf(BootResult.Booted.class);
    }

    @Test
    void aLauncherThatCannotBeStartedIsAFailureAndNoException() {
        CommandRunner broken = command -> {
            throw new IOException("no such file");
        };
        assertThat(new BootTest(broken, Path.of("/nowhere"), Path.of("/scratch"))
                        .boot(VmmKind.QEMU_KVM, Duration.ofSeconds(1)))
                .isEqualTo(new BootResult.Failed(VmmKind.QEMU_KVM, "no such file"));
    }

    private BootTest testWith(int status, String output, String error) {
        return new BootTest(
                command -> {
                    ran.add(command);
                    return new CommandResult(status, output, error, false);
                },
                Path.of("/usr/local/bin/nofear"),
                Path.of("/scratch"));
    }
}
