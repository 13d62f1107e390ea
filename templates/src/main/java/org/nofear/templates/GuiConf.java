package org.nofear.templates;

import java.util.List;

/**
 * What install tells the launcher of windows: PREFIX/lib/nofear/gui.conf. Words hold cells, {@code {sound}} and so on, which the
 * launcher fills for each session.
 *
 * @param xpra the program, on the host and in the guest
 * @param version of it, or {@code unknown}
 * @param xvfb words of the X server in the guest
 * @param client words of Xpra's client
 * @param server words of Xpra's server
 */
public record GuiConf(String xpra, String version, String xvfb, List<String> client, List<String> server)
        implements Document {

    public GuiConf {
        client = List.copyOf(client);
        server = List.copyOf(server);
        if (java.util.stream.Stream.concat(client.stream(), server.stream()).anyMatch(word -> word.contains(" "))) {
            throw new IllegalArgumentException("a word has no space in it");
        }
    }

    @Override
    public String template() {
        return "gui.conf.ftl";
    }
}
