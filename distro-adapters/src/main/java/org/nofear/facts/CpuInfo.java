package org.nofear.facts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The first processor of {@code /proc/cpuinfo} (the others are the same kind) and how many there are.
 *
 * @param count at least 0 (0: the text lists none)
 * @param vendor {@code GenuineIntel}, {@code AuthenticAMD}, ...; empty where the architecture names none
 * @param model for people
 * @param flags what the processor can
 */
public record CpuInfo(int count, String vendor, String model, Set<String> flags) {

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    public CpuInfo {
        flags = Set.copyOf(flags);
    }

    static CpuInfo parse(String text) {
        Map<String, String> first = new HashMap<>();
        List<String> lines = text.lines().toList();
        int count = 0;
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = line.substring(0, colon).strip();
            count += key.equals("processor") ? 1 : 0;
            first.putIfAbsent(key, line.substring(colon + 1).strip());
        }
        Set<String> flags = BLANKS.splitAsStream(first.getOrDefault("flags", first.getOrDefault("Features", "")))
                .filter(flag -> !flag.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return new CpuInfo(count, first.getOrDefault("vendor_id", ""), first.getOrDefault("model name", ""), flags);
    }

    /** Whether the processor shows hardware virtualization (Intel's vmx, AMD's svm). On ARM no flag tells. */
    public boolean virtualization() {
        return flags.contains("vmx") || flags.contains("svm");
    }
}
