package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Interrupt;

final class DoctorTest {

    @TempDir
    Path root;

    /** What a check of a test does. */
    private interface Body {
        Finding run() throws IOException;
    }

    private record Named(String id, List<String> dependsOn, Body body) implements Check {
        @Override
        public Finding run(DoctorContext context) throws IOException {
            return body.run();
        }
    }

    private static Check named(String id, Body body, String... dependsOn) {
        return new Named(id, List.of(dependsOn), body);
    }

    private static Check slow(String id, Background<String> slow) {
        return new Check() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public void begin(Beforehand beforehand) {
                slow.begin();
            }

            @Override
            public Finding run(DoctorContext context) throws IOException {
                return Finding.pass(slow.get());
            }
        };
    }

    private List<Doctor.Result> examine(List<Check> checks, Set<String> wanted) throws IOException {
        return new Doctor(checks, Interrupt.NEVER).examine(new Bench(root).context(), wanted, result -> {});
    }

    @Test
    void the_ids_are_those_of_the_contract_in_its_order() {
        assertThat(Checks.ids())
                .containsExactly(
                        ("host.distro host.arch kvm.device kvm.access kvm.runs kvm.nested vmm.binary vmm.capability "
                                        + "vmm.confinement kernel.image kernel.config guest.image guest.alternatives "
                                        + "guest.unreadable guest.fonts net.forwarding net.nat net.forward-policy net.taps "
                                        + "net.dns gui.xpra gui.flags gui.sound profile.space install.drift boot.selftest "
                                        + "config.file")
                                .split(" "));
    }

    @Test
    void what_takes_long_is_begun_ahead_of_the_checks_before_it_and_done_once() throws IOException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        Background<String> slow = new Background<>(() -> {
            begun.countDown();
            return "found " + times.incrementAndGet();
        });
        Check ahead = named("ahead", () -> Finding.pass("begun: " + reached(begun)));

        List<Doctor.Result> results =
                examine(List.of(ahead, slow("one", slow), slow("two", slow)), Set.of("ahead", "one", "two"));

        assertThat(results.stream().map(result -> result.finding().summary()))
                .containsExactly("begun: true", "found 1", "found 1");
    }

    @Test
    void what_nobody_wants_is_not_begun() throws IOException {
        List<String> begun = Collections.synchronizedList(new ArrayList<>());
        Check unwanted = slow("unwanted", new Background<>(() -> {
            begun.add("unwanted");
            return "";
        }));
        Background<String> other = new Background<>(() -> "other");

        examine(List.of(unwanted, slow("wanted", other)), Set.of("wanted"));

        assertThat(other.get()).isEqualTo("other");
        assertThat(begun).isEmpty();
    }

    private static boolean reached(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    @Test
    void what_fails_in_the_background_fails_as_it_would_in_the_foreground() {
        Background<String> unreadable = new Background<>(() -> {
            throw new NoSuchFileException("/gone");
        });
        assertThatThrownBy(unreadable::get).isInstanceOf(NoSuchFileException.class);
        Background<String> refused = new Background<>(() -> {
            throw new UserError(ExitCode.REFUSED, "in the way", "move it");
        });
        assertThatThrownBy(refused::get).isInstanceOf(UserError.class);
    }

    @Test
    void a_check_comes_after_what_it_depends_on() {
        Set<String> seen = new LinkedHashSet<>();
        for (Check check : Checks.all()) {
            assertThat(seen).as(check.id()).containsAll(check.dependsOn());
            seen.add(check.id());
        }
    }

    @Test
    void a_wrong_id_brings_those_that_were_meant() {
        assertThat(Checks.like("kvm.acess")).contains("kvm.access");
        assertThat(Checks.like("xpra")).contains("gui.xpra");
        assertThat(Checks.like("quux")).isEmpty();
    }

    @Test
    void what_depends_on_a_failed_check_is_skipped_because_of_the_first_cause() throws IOException {
        List<Doctor.Result> results = examine(
                List.of(
                        named("a.one", () -> Finding.fail("broken", "mend it")),
                        named("a.two", () -> Finding.pass("never run"), "a.one"),
                        named("a.three", () -> Finding.pass("never run"), "a.two"),
                        named("a.four", () -> Finding.pass("fine"))),
                Set.of("a.one", "a.two", "a.three", "a.four"));
        assertThat(results)
                .extracting(result -> result.finding().status())
                .containsExactly(Status.FAIL, Status.SKIP, Status.SKIP, Status.PASS);
        assertThat(results.get(2).finding().because()).contains("a.one");
        assertThat(results.get(2).finding().fix()).contains("mend it");
        assertThat(Doctor.healthy(results)).isFalse();
    }

    @Test
    void a_warning_stops_nothing() throws IOException {
        List<Doctor.Result> results = examine(
                List.of(
                        named("a.one", () -> Finding.warn("slow", "a faster machine")),
                        named("a.two", () -> Finding.pass("runs"), "a.one")),
                Set.of("a.one", "a.two"));
        assertThat(results.get(1).finding().status()).isEqualTo(Status.PASS);
        assertThat(Doctor.healthy(results)).isTrue();
    }

    @Test
    void a_check_that_breaks_is_an_error_and_costs_no_other_its_turn() throws IOException {
        List<Doctor.Result> results = examine(
                List.of(
                        named("a.one", () -> {
                            throw new IllegalStateException("bug");
                        }),
                        named("a.two", () -> {
                            throw new IOException("unreadable");
                        }),
                        named("a.three", () -> Finding.pass("fine")),
                        named("a.four", () -> Finding.pass("never run"), "a.one")),
                Set.of("a.one", "a.two", "a.three", "a.four"));
        assertThat(results)
                .extracting(result -> result.finding().status())
                .containsExactly(Status.ERROR, Status.ERROR, Status.PASS, Status.SKIP);
        assertThat(results.get(0).finding().summary()).contains("bug");
        assertThat(results.get(0).finding().fix().orElseThrow()).contains("--only a.one");
        assertThat(Doctor.healthy(results)).isFalse();
    }

    @Test
    void a_refusal_is_a_failure_with_its_remedy() throws IOException {
        List<Doctor.Result> results = examine(
                List.of(named("a.one", () -> {
                    throw new UserError(ExitCode.STATE, "the state is damaged", "put a copy back");
                })),
                Set.of("a.one"));
        assertThat(results.get(0).finding().status()).isEqualTo(Status.FAIL);
        assertThat(results.get(0).finding().fix()).contains("put a copy back");
    }

    @Test
    void what_a_wanted_check_depends_on_runs_unreported() throws IOException {
        List<String> ran = new ArrayList<>();
        List<Doctor.Result> results = examine(
                List.of(
                        named("a.one", () -> {
                            ran.add("a.one");
                            return Finding.fail("broken", "mend it");
                        }),
                        named("a.two", () -> {
                            ran.add("a.two");
                            return Finding.pass("unasked");
                        }),
                        named("a.three", () -> Finding.pass("never run"), "a.one")),
                Set.of("a.three"));
        assertThat(ran).containsExactly("a.one");
        assertThat(results).hasSize(1);
        assertThat(results.get(0).finding().because()).contains("a.one");
    }

    @Test
    void what_is_known_of_the_distribution_is_evidence_where_it_shows() throws IOException {
        List<Doctor.Result> results =
                examine(List.of(named("net.nat", () -> Finding.pass("loaded"))), Set.of("net.nat"));
        assertThat(results.get(0).finding().evidence().get("known defect")).contains("nftables.service");
    }

    @Test
    void no_finding_but_a_pass_is_without_a_fix() {
        assertThatIllegalArgumentException().isThrownBy(() -> Finding.fail("broken", " "));
        assertThatIllegalArgumentException().isThrownBy(() -> Finding.of(Status.PASS, "fine", "needless"));
    }

    @Test
    void only_what_is_nofears_own_is_repairable() {
        assertThat(Doctor.repairable(
                        List.of(new Doctor.Result("a.a", Finding.fail("x", "sudo nofear-setup doctor --fix")))))
                .isTrue();
        assertThat(Doctor.repairable(List.of(
                        new Doctor.Result("a.a", Finding.fail("x", "sudo apt-get install xpra")),
                        new Doctor.Result("a.b", Finding.skip("x", "sudo nofear-setup install")))))
                .isFalse();
    }

    @Test
    void every_check_ends_in_a_finding_with_a_fix_whatever_the_tree() throws IOException {
        for (boolean live : List.of(true, false)) {
            Bench bench = live ? new Bench(root) : new Bench(root).offline();
            List<Doctor.Result> results = new Doctor(Checks.all(), Interrupt.NEVER)
                    .examine(bench.context(), Set.copyOf(Checks.ids()), result -> {});
            assertThat(results).extracting(Doctor.Result::id).isEqualTo(Checks.ids());
            assertThat(results).allSatisfy(result -> {
                assertThat(result.finding().status()).as(result.id()).isNotEqualTo(Status.ERROR);
                assertThat(result.finding().fix().isPresent())
                        .as(result.id())
                        .isEqualTo(result.finding().status() != Status.PASS);
            });
        }
    }
}
