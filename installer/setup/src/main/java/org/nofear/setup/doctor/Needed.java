package org.nofear.setup.doctor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which checks have to run for some to be reported. */
record Needed(List<Check> checks) {

    Set<String> of(Set<String> wanted) {
        Set<String> needed = new LinkedHashSet<>(wanted);
        // Dependencies come first in the list: once backwards finds all.
        for (int index = checks.size() - 1; index >= 0; index--) {
            Check check = checks.get(index);
            if (needed.contains(check.id())) {
                needed.addAll(check.dependsOn());
            }
        }
        return needed;
    }
}
