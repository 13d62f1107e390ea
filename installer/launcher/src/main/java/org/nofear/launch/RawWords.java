package org.nofear.launch;

import java.util.List;
import org.nofear.contract.PlanKey;

/**
 * Words of the command line that are no UTF-8. Java has lost their bytes; the C program still has them, so the plan says where
 * they are instead of what they are.
 *
 * @param words from "run" to the last before the command
 */
record RawWords(List<String> words) {

    /** What stands for bytes that are no UTF-8. */
    private static final char LOST = '\uFFFD';

    static boolean isRaw(String text) {
        return text.indexOf(LOST) >= 0;
    }

    /** Puts a plan's entries; {@code env.word = BACK:SKIP} in place of a variable that is no UTF-8. */
    void putAll(LaunchPlan plan, LaunchPlan.Builder to) {
        int next = 0;
        for (LaunchPlan.Entry entry : plan.entries()) {
            if (entry.key() != PlanKey.ENV_SET || !isRaw(entry.value())) {
                to.put(entry.key(), entry.value());
                continue;
            }
            while (next < words.size() && !words.get(next).endsWith(entry.value())) {
                next++;
            }
            if (next == words.size()) {
                throw LaunchError.failed("-e: a variable's name is no UTF-8");
            }
            to.put(
                    PlanKey.ENV_WORD,
                    (words.size() - next) + ":"
                            + (words.get(next).length() - entry.value().length()));
            next++;
        }
    }
}
