package org.nofear.xpra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the findings of each version's own parser. */
class XpraFlagsTest {

    private static final XpraSession QUIET =
            new XpraSession(false, false, XpraSession.Clipboard.NONE, Optional.empty(), Optional.empty());
    private static final XpraSession LOUD = new XpraSession(
            true, true, XpraSession.Clipboard.BOTH, Optional.of("OrangeRed,3"), Optional.of("[work] @title@"));

    static Stream<XpraVersion> supported() {
        return Stream.of(
                        "3.0.13", "3.1.3", "3.1.5", "4.0.6", "4.2.3", "4.3.4", "4.4.6", "5.0.12", "5.1.6", "6.0.2",
                        "6.1.3", "6.2.5", "6.3.6", "6.4.4", "6.5.3", "6.6.0")
                .map(XpraFlagsTest::version);
    }

    @ParameterizedTest
    @MethodSource("supported")
    void everySupportedVersionIsToldTheSameOnItsCommandLine(XpraVersion version) {
        XpraFlags flags = XpraFlags.forVersion(version);
        assertThat(flags.serverArguments(QUIET))
                .containsExactly(
                        "--daemon=no",
                        "--speaker=disabled",
                        "--microphone=disabled",
                        "--pulseaudio=no",
                        "--clipboard=no",
                        "--clipboard-direction=to-server",
                        "--mmap=no",
                        "--notifications=no",
                        "--webcam=no",
                        "--printing=no",
                        "--file-transfer=no",
                        "--open-files=no",
                        "--open-url=no",
                        "--system-tray=no",
                        "--remote-logging=no",
                        "--mdns=no",
                        "--html=no",
                        "--start-via-proxy=no",
                        "--systemd-run=no",
                        "--dbus-launch=no",
                        "--dbus-control=no",
                        "--start-new-commands=no",
                        "--forward-xdg-open=no",
                        "--opengl=noprobe",
                        "--use-display=yes");
        assertThat(flags.clientArguments(LOUD))
                .containsExactly(
                        "--speaker=on",
                        "--microphone=on",
                        "--clipboard=yes",
                        "--clipboard-direction=both",
                        "--border=OrangeRed,3",
                        "--title=[work] @title@",
                        "--mmap=no",
                        "--notifications=no",
                        "--webcam=no",
                        "--printing=no",
                        "--file-transfer=no",
                        "--open-files=no",
                        "--open-url=no",
                        "--system-tray=no",
                        "--remote-logging=no",
                        "--opengl=no");
    }

    @ParameterizedTest
    @MethodSource("supported")
    void theWordsThatCallersAddAreKnownToo(XpraVersion version) {
        assertThat(List.of(
                        "start-child",
                        "start",
                        "bind",
                        "bind-tcp",
                        "bind-vsock",
                        "xvfb",
                        "opengl",
                        "session-name",
                        "socket-dir",
                        "socket-dirs",
                        "log-dir",
                        "start-env",
                        "env"))
                .allSatisfy(option ->
                        assertThat(XpraFlags.forVersion(version).form(option)).isEqualTo(XpraForm.VALUE));
    }

    /** The option, the last version without it, the first with it; or the other way round. */
    @ParameterizedTest
    @CsvSource({
        "dbus-proxy, 5.1.6, VALUE, 6.0.2, ABSENT",
        "fake-xinerama, 5.1.6, VALUE, 6.0.2, ABSENT",
        "global-menus, 4.3.4, VALUE, 4.4.6, ABSENT",
        "splash, 3.1.5, ABSENT, 4.0.6, VALUE",
        "headerbar, 3.1.5, ABSENT, 4.0.6, VALUE",
        "reconnect, 4.2.3, ABSENT, 4.3.4, VALUE",
        "exit-with-windows, 4.3.4, ABSENT, 4.4.6, VALUE",
        "audio, 4.4.6, ABSENT, 5.0.12, VALUE",
        "minimal, 5.1.6, ABSENT, 6.0.2, VALUE",
        "ssl-upgrade, 5.1.6, ABSENT, 6.0.2, VALUE",
        "video, 5.1.6, ABSENT, 6.0.2, VALUE",
        "dbus, 6.1.3, ABSENT, 6.2.5, VALUE",
        "backend, 6.1.3, ABSENT, 6.2.5, VALUE",
        "gstreamer, 6.1.3, ABSENT, 6.2.5, VALUE",
        "x11, 6.1.3, ABSENT, 6.3.6, VALUE",
        "x11, 6.3.6, VALUE, 6.4.4, ABSENT",
        "control, 6.2.5, ABSENT, 6.3.6, VALUE",
        "commands, 6.2.5, ABSENT, 6.3.6, VALUE",
        "shell, 6.2.5, ABSENT, 6.3.6, VALUE",
        "source, 3.0.13, ABSENT, 3.1.3, VALUE",
        "source-start, 3.0.13, ABSENT, 3.1.3, VALUE",
        "daemon, 0.14.25, FLAG, 0.15.8, VALUE",
        "exit-with-children, 2.0.2, FLAG, 2.1.0, VALUE",
        "start, 0.14.25, ABSENT, 0.15.8, VALUE",
        "speaker, 0.14.25, FLAG, 0.15.8, VALUE",
        "file-transfer, 0.14.25, ABSENT, 0.15.8, VALUE",
        "open-files, 2.0.2, ABSENT, 2.1.0, VALUE",
        "open-url, 2.2.6, ABSENT, 2.3.4, VALUE",
        "webcam, 0.16.3, ABSENT, 0.17.6, VALUE",
        "bind, 0.16.3, ABSENT, 0.17.6, VALUE",
        "bind-vsock, 0.16.3, ABSENT, 0.17.6, VALUE",
        "no-such-option, 3.1.3, ABSENT, 6.6.0, ABSENT",
    })
    void optionsComeAndGo(String option, String before, XpraForm was, String after, XpraForm is) {
        assertThat(XpraFlags.forVersion(version(before)).form(option)).isEqualTo(was);
        assertThat(XpraFlags.forVersion(version(after)).form(option)).isEqualTo(is);
    }

    @Test
    void whatOnlySomeKnowGoesIntoTheirFile() {
        assertThat(server("3.1.3")).containsExactly("dbus-proxy=no", "global-menus=no");
        assertThat(server("4.4.6")).containsExactly("dbus-proxy=no", "splash=no");
        assertThat(server("5.1.6")).containsExactly("audio=no", "dbus-proxy=no", "splash=no");
        assertThat(server("6.3.6")).containsExactly("audio=no", "splash=no", "dbus=no", "shell=no");
        assertThat(client("3.1.3")).isEmpty();
        assertThat(client("6.3.6")).containsExactly("audio=no", "splash=no", "reconnect=no");
        assertThat(settings(XpraFlags.forVersion(version("6.3.6")).serverSettings(LOUD)))
                .contains("audio=yes");
    }

    @Test
    void noFileHoldsDaemonWhichIsRefusedThere() {
        assertThat(Stream.of("0.14.25", "0.16.3", "2.0.2", "3.1.3", "6.6.0").flatMap(text -> server(text).stream()))
                .noneMatch(setting -> setting.startsWith("daemon"));
    }

    @Test
    void oldVersionsGetTheWordsWithoutValues() {
        XpraFlags oldest = XpraFlags.forVersion(version("0.14.25"));
        assertThat(oldest.serverArguments(QUIET))
                .containsExactly(
                        "--no-daemon",
                        "--no-speaker",
                        "--no-microphone",
                        "--no-pulseaudio",
                        "--no-clipboard",
                        "--no-mmap",
                        "--no-notifications");
        assertThat(oldest.clientArguments(LOUD)).contains("--speaker", "--microphone", "--border=OrangeRed,3");
        assertThat(XpraFlags.forVersion(version("0.17.6")).serverArguments(QUIET))
                .contains("--daemon=no", "--webcam=no")
                .doesNotContain("--open-files=no");
        assertThat(server("0.17.6")).contains("open-files=no");
    }

    @Test
    void aTemplateIsTheSameWithItsCellsLeft() {
        XpraFlags flags = XpraFlags.forVersion(version("6.4.4"));
        assertThat(flags.clientTemplate())
                .hasSameSizeAs(flags.clientArguments(LOUD))
                .contains("--speaker={sound}", "--clipboard-direction={direction}", "--border={border}", "--mmap=no");
        assertThat(flags.serverTemplate()).contains("--microphone={microphone}", "--use-display=yes");
    }

    @Test
    void theClipboardGoesIntoTheGuestUnlessMoreIsAsked() {
        XpraSession in = new XpraSession(false, false, XpraSession.Clipboard.IN, Optional.empty(), Optional.empty());
        assertThat(XpraFlags.forVersion(version("3.1.3")).clientArguments(in))
                .contains("--clipboard=yes", "--clipboard-direction=to-server");
    }

    @Test
    void argumentsAreOneWordEach() {
        assertThat(supported().flatMap(version -> {
                    XpraFlags flags = XpraFlags.forVersion(version);
                    return Stream.concat(flags.clientArguments(LOUD).stream(), flags.serverArguments(LOUD).stream());
                }))
                .allMatch(argument -> argument.matches("--[a-z-]+=.+"));
    }

    @ParameterizedTest
    @CsvSource({
        "0.16.3, , tcp:127.0.0.1:4000, ",
        "0.17.6, socket:/run/x, tcp:127.0.0.1:4000, vsock:3:4000",
        "2.1.0, socket:/run/x, tcp:127.0.0.1:4000, vsock:3:4000",
        "2.2.6, socket:/run/x, tcp://127.0.0.1:4000, vsock://3:4000",
        "3.1.3, socket:/run/x, tcp://127.0.0.1:4000, vsock://3:4000",
        "6.6.0, socket:/run/x, tcp://127.0.0.1:4000, vsock://3:4000",
    })
    void displaysAreNamedAsTheVersionReadsThem(String text, String socket, String tcp, String vsock) {
        XpraFlags flags = XpraFlags.forVersion(version(text));
        assertThat(flags.socketUrl("/run/x")).isEqualTo(Optional.ofNullable(socket));
        assertThat(flags.tcpUrl("127.0.0.1", 4000)).isEqualTo(tcp);
        assertThat(flags.vsockUrl(3, 4000)).isEqualTo(Optional.ofNullable(vsock));
    }

    @Test
    void aVsockPortHas16BitsForXpra() {
        XpraFlags flags = XpraFlags.forVersion(version("6.4.4"));
        assertThatThrownBy(() -> flags.vsockUrl(3, 70000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> flags.vsockUrl(3, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aValueCannotAddALineToAFile() {
        assertThatThrownBy(() -> new XpraSetting("title", "a\nspeaker = on"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noConfigurationButNoFearsIsRead() {
        assertThat(XpraEnvironment.variables("/conf", "/empty"))
                .containsOnlyKeys(
                        "XPRA_USER_CONF_DIR",
                        "XPRA_USER_CONF_DIRS",
                        "XPRA_SYSCONF_DIR",
                        "XPRA_SYSCONF_DIRS",
                        "XPRA_SYSTEM_CONF_DIRS")
                .containsEntry("XPRA_USER_CONF_DIRS", "/conf")
                .containsEntry("XPRA_SYSTEM_CONF_DIRS", "/empty");
    }

    private static List<String> server(String text) {
        return settings(XpraFlags.forVersion(version(text)).serverSettings(QUIET));
    }

    private static List<String> client(String text) {
        return settings(XpraFlags.forVersion(version(text)).clientSettings(QUIET));
    }

    private static List<String> settings(List<XpraSetting> settings) {
        return settings.stream()
                .map(setting -> setting.key() + "=" + setting.value())
                .toList();
    }

    private static XpraVersion version(String text) {
        return XpraVersion.parse("v" + text).orElseThrow();
    }
}
