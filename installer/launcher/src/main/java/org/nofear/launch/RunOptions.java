package org.nofear.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The options of {@code nofear run}, checked.
 *
 * @param profile which profile; of a temporary run only its name
 * @param temporary nothing is kept
 * @param gui whether graphical programs are shown
 * @param sound the guest's sound is played
 * @param microphone the guest hears the microphone
 * @param clipboard which way it goes where windows are shown
 * @param folders directories of the host that are seen in the guest
 * @param environment {@code NAME} (passed on) or {@code NAME=VALUE}
 * @param workdir the working directory in the guest
 * @param memory of the guest, in MiB
 * @param cpus of the guest
 * @param diskSize the most that the profile may hold, in bytes
 * @param reach how far its network reaches
 * @param linger for how many seconds the VM stays after the command, with nothing to do; 0: it ends with it, whatever that leaves
 *     running; empty: it stays for that alone
 * @param root the command runs as the guest's root
 * @param timing stage times are printed at the end
 */
public record RunOptions(
        ProfileName profile,
        boolean temporary,
        Gui.Windows gui,
        boolean sound,
        boolean microphone,
        Gui.Clipboard clipboard,
        List<SharedFolder> folders,
        List<String> environment,
        Optional<String> workdir,
        Optional<Integer> memory,
        Optional<Integer> cpus,
        Optional<Long> diskSize,
        Reach reach,
        Optional<Integer> linger,
        boolean root,
        boolean timing) {

    public RunOptions {
        folders = List.copyOf(folders);
        environment = List.copyOf(environment);
    }

    /**
     * A directory of the host in the guest.
     *
     * @param directory on the host: absolute, real
     * @param id of the directory: another one in its place is not what was asked for
     * @param mountPoint in the guest: absolute
     * @param readOnly enforced on the host's side
     * @param links that led to it
     */
    public record SharedFolder(Path directory, FileId id, String mountPoint, boolean readOnly, List<Path> links) {

        public SharedFolder {
            links = List.copyOf(links);
        }
    }
}
