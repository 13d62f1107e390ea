package org.nofear.setup.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;

/** Whether what the administrator set is understood, and counts already. */
final class ConfigCheck implements Check {

    private static final String EDIT = "sudoedit " + ConfigFile.ADMIN;

    @Override
    public String id() {
        return "config.file";
    }

    @Override
    public Finding run(DoctorContext context) {
        Optional<String> text = context.host().read(ConfigFile.ADMIN);
        if (text.isEmpty()) {
            return context.host().exists(ConfigFile.ADMIN)
                    ? Finding.fail(
                            ConfigFile.ADMIN + " is not readable: nofear run stops at it",
                            "sudo chmod 644 " + ConfigFile.ADMIN)
                    : Finding.pass("there is no " + ConfigFile.ADMIN + ": what install chose counts");
        }
        ConfigFile file = ConfigFile.parse(text.get());
        if (!file.faults().isEmpty()) {
            return Finding.fail(
                    file.faults().stream()
                            .map(fault -> fault.in(ConfigFile.ADMIN))
                            .collect(Collectors.joining("; ")),
                    EDIT);
        }
        List<String> waiting = waiting(context, file);
        return waiting.isEmpty()
                ? Finding.pass(
                        file.values().isEmpty()
                                ? "sets nothing"
                                : "sets " + String.join(", ", file.values().keySet()))
                : Finding.warn(
                        String.join(" and ", waiting) + " in " + ConfigFile.ADMIN
                                + " will count after the next install",
                        context.fixes().install());
    }

    /** What install renders into other files, where it has not done so yet. */
    private static List<String> waiting(DoctorContext context, ConfigFile file) {
        Optional<ConfigFile> rendered =
                context.host().read(context.layout().launchConfig()).map(ConfigFile::parse);
        return ConfigKey.settable()
                .filter(key -> key.when() == ConfigKey.When.NEXT_INSTALL)
                .filter(key -> rendered.flatMap(installed -> installed.get(key))
                        .filter(value ->
                                file.get(key).isPresent() && !file.get(key).equals(Optional.of(value)))
                        .isPresent())
                .map(ConfigKey::id)
                .toList();
    }
}
