package org.nofear.templates;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of /etc/modules-load.d.
 *
 * @param modules of the host's kernel
 */
public record ModulesLoadConf(List<String> modules) implements Document {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}");

    public ModulesLoadConf {
        modules = List.copyOf(modules);
        modules.stream()
                .filter(name -> !NAME.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "\"" + name.replaceAll("\\p{C}", "?") + "\" is no kernel module");
                });
    }

    @Override
    public String template() {
        return "modules-load.conf.ftl";
    }
}
