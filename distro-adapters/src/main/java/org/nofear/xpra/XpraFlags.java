package org.nofear.xpra;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What NoFear tells an Xpra, in the words that its version knows: on its command line, in its xpra.conf, as a display's URL. */
public final class XpraFlags {

    /** For an Xpra that does not tell its version: its URLs are taken to be those of the last ones. */
    private static final XpraVersion NEWEST = XpraVersion.of(6, 6);

    private static final Set<String> OFF = Set.of("no", "off", "disabled");

    private final List<XpraOption> table = XpraOption.table();
    private final XpraVersion version;
    private final Optional<XpraHelp> help;

    private XpraFlags(XpraVersion version, Optional<XpraHelp> help) {
        this.version = version;
        this.help = help;
    }

    /** By the table. */
    public static XpraFlags forVersion(XpraVersion version) {
        return new XpraFlags(version, Optional.empty());
    }

    /** By what a program's own help lists. */
    public static XpraFlags forHelp(XpraHelp help) {
        return new XpraFlags(NEWEST, Optional.of(help));
    }

    /** The words behind {@code xpra attach URL}. */
    public List<String> clientArguments(XpraSession session) {
        return arguments(session::value, XpraOption::client);
    }

    /** The same with the table's cells, {@code {sound}} and so on, for the launcher to fill for each session. */
    public List<String> clientTemplate() {
        return arguments(Optional::of, XpraOption::client);
    }

    /** The words behind {@code xpra start DISPLAY} for an X server that runs; the socket is the caller's to add. */
    public List<String> serverArguments(XpraSession session) {
        return arguments(session::value, XpraOption::server);
    }

    /** The same with the table's cells, for the launcher to fill for each session. */
    public List<String> serverTemplate() {
        return arguments(Optional::of, XpraOption::server);
    }

    /** The client's xpra.conf: what only some versions know. */
    public List<XpraSetting> clientSettings(XpraSession session) {
        return settings(session, XpraOption::client);
    }

    /** The server's xpra.conf: what only some versions know. */
    public List<XpraSetting> serverSettings(XpraSession session) {
        return settings(session, XpraOption::server);
    }

    private List<String> arguments(
            Function<String, Optional<String>> values, Function<XpraOption, Optional<String>> side) {
        return table.stream()
                .filter(this::onCommandLine)
                .flatMap(option -> side.apply(option).flatMap(values).stream().map(value -> argument(option, value)))
                .toList();
    }

    private List<XpraSetting> settings(XpraSession session, Function<XpraOption, Optional<String>> side) {
        return table.stream()
                .filter(option -> !onCommandLine(option) && inConf(option))
                .flatMap(option -> side.apply(option).flatMap(session::value).stream()
                        .map(value -> new XpraSetting(option.name(), value)))
                .toList();
    }

    /** What is not portable is kept off the command line even where it is known: a wrong word there is fatal. */
    private boolean onCommandLine(XpraOption option) {
        return option.portable() && form(option.name()) != XpraForm.ABSENT;
    }

    private boolean inConf(XpraOption option) {
        return help.isPresent() ? form(option.name()) != XpraForm.ABSENT : option.inConf(version);
    }

    private String argument(XpraOption option, String value) {
        if (form(option.name()) == XpraForm.VALUE) {
            return "--" + option.name() + "=" + value;
        }
        return OFF.contains(value) ? "--no-" + option.name() : "--" + option.name();
    }

    /** How an option may stand on the command line; {@link XpraForm#ABSENT} for what neither table nor help knows. */
    public XpraForm form(String option) {
        return help.map(text -> text.form(option))
                .orElseGet(() -> table.stream()
                        .filter(row -> row.name().equals(option))
                        .findFirst()
                        .map(row -> row.form(version))
                        .orElse(XpraForm.ABSENT));
    }

    /** The names of all options that NoFear's table has and this Xpra takes on its command line. */
    public List<String> known() {
        return table.stream()
                .map(XpraOption::name)
                .filter(name -> form(name) != XpraForm.ABSENT)
                .toList();
    }

    /** The display behind a Unix socket, an absolute path; empty before 0.17, which had none. */
    public Optional<String> socketUrl(String path) {
        return version.atLeast(0, 17) ? Optional.of("socket:" + path) : Optional.empty();
    }

    /** The display behind a TCP port: slashes broke it before 2.2 and are wanted since. */
    public String tcpUrl(String host, int port) {
        return (version.atLeast(2, 2) ? "tcp://" : "tcp:") + host + ":" + checked(port);
    }

    /** The display behind a vsock port; no slash at its end, which 3.1 refuses. Empty before 0.17, which had none. */
    public Optional<String> vsockUrl(int contextId, int port) {
        String scheme = version.atLeast(2, 2) ? "vsock://" : "vsock:";
        return version.atLeast(0, 17) ? Optional.of(scheme + contextId + ":" + checked(port)) : Optional.empty();
    }

    /** Xpra asserts 16 bits for vsock too, whose ports have 32. */
    private static int checked(int port) {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + port);
        }
        return port;
    }
}
