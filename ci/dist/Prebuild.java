import java.nio.file.Files;
import java.nio.file.Path;
import org.nofear.build.CProgram;
import org.nofear.build.Cache;
import org.nofear.build.SourceJar;
import org.nofear.host.Host;

/**
 * Compiles the programs of a package as install would do it.
 *
 * <p>Prebuild JARS WORK LAUNCHER-OUT TAP-SETTER-OUT AGENT-OUT
 */
final class Prebuild {

    private Prebuild() {}

    public static void main(String[] words) throws Exception {
        Path jars = Path.of(words[0]);
        Cache cache = new Cache(Path.of(words[1]).toAbsolutePath());
        make(new SourceJar(jars.resolve("launcher/launcher.jar")).program("nofear", "org/nofear/launch/c"), cache, words[2]);
        make(new SourceJar(jars.resolve("launcher/launcher.jar")).program("nofear-tap", "org/nofear/tap/c"), cache, words[3]);
        make(new SourceJar(jars.resolve("guest-image.jar")).program("agent", "org/nofear/image/c"), cache, words[4]);
    }

    private static void make(CProgram program, Cache cache, String out) throws Exception {
        Files.copy(program.build(Host.local(), cache), Path.of(out));
    }
}
