package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * A VM that runs, by the monitor that watches over it. Other users' are seen by root alone.
 *
 * @param process the monitor's number
 * @param user whose it is: a name, or a number without one
 */
public record RunningVm(int process, String user) {

    private static final String MONITOR = "nofear-monitor";

    /** What the kernel adds to the name of a program whose file an upgrade has replaced. */
    private static final String REPLACED = " (deleted)";

    /**
     * All of an installation. That a process calls itself a monitor proves nothing: it must run the installed program.
     *
     * @param launcher the installed program, absolute on the host
     */
    public static List<RunningVm> detect(Host host, String launcher) {
        String program = host.realPath(launcher).orElse(launcher);
        return host.names("/proc").stream()
                .filter(name -> name.matches("[1-9][0-9]{0,8}"))
                .filter(name -> monitor(host, "/proc/" + name, program))
                .map(name -> new RunningVm(Integer.parseInt(name), owner(host, "/proc/" + name)))
                .toList();
    }

    private static boolean monitor(Host host, String process, String program) {
        Optional<String> running = host.link(process + "/exe");
        return host.read(process + "/comm")
                        .filter(comm -> comm.strip().equals(MONITOR))
                        .isPresent()
                && running.filter(exe -> exe.equals(program) || exe.equals(program + REPLACED))
                        .isPresent();
    }

    private static String owner(Host host, String process) {
        try {
            String number =
                    String.valueOf(Files.getAttribute(host.path(process), "unix:uid", LinkOption.NOFOLLOW_LINKS));
            return Stream.of(host.read("/etc/passwd").orElse(""))
                    .flatMap(String::lines)
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals(number))
                    .map(fields -> fields[0])
                    .findFirst()
                    .orElse(number);
        } catch (IOException ended) {
            return "?";
        }
    }

    @Override
    public String toString() {
        return user + "'s (process " + process + ")";
    }
}
