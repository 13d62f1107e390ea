package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nofear.contract.PlanKey;

class RawWordsTest {

    private static LaunchPlan put(LaunchPlan plan, String... words) {
        LaunchPlan.Builder whole = new LaunchPlan.Builder();
        new RawWords(List.of(words)).putAll(plan, whole);
        return whole.build();
    }

    @Test
    void aVariableThatIsUtf8StaysAsItIs() {
        LaunchPlan plan =
                new LaunchPlan.Builder().put(PlanKey.ENV_SET, "A=\u00e4").build();
        assertThat(put(plan, "run", "-e", "A=\u00e4")).isEqualTo(plan);
    }

    @Test
    void anotherIsNamedByItsPlace() {
        LaunchPlan plan = new LaunchPlan.Builder()
                .put(PlanKey.ENV_SET, "A=\ufffd")
                .put(PlanKey.ENV_SET, "B=1")
                .put(PlanKey.ENV_SET, "A=\ufffd")
                .put(PlanKey.ENV_SET, "C=\ufffd")
                .build();
        LaunchPlan whole = put(plan, "run", "-e", "A=\ufffd", "-eB=1", "-eA=\ufffd", "--env=C=\ufffd", "--");
        assertThat(whole.all(PlanKey.ENV_WORD)).containsExactly("5:0", "3:2", "2:6");
        assertThat(whole.all(PlanKey.ENV_SET)).containsExactly("B=1");
    }
}
