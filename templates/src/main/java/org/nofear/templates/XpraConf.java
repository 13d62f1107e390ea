package org.nofear.templates;

import java.util.List;

/**
 * An xpra.conf. Which settings a version of Xpra knows is the adapters' knowledge; here is how they are written.
 *
 * @param settings in order; a key may come twice
 */
public record XpraConf(List<Setting> settings) implements Document {

    public XpraConf {
        settings = List.copyOf(settings);
    }

    @Override
    public String template() {
        return "xpra.conf.ftl";
    }
}
