package org.nofear.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.build.BuildException;
import org.nofear.build.BuildProgress;
import org.nofear.build.Cache;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.host.ToolPath;

/** The order of the build and its checks, with tools that only write what the real ones would. */
class KernelBuildTest {

    @TempDir
    private Path directory = Path.of(".");

    private final List<List<String>> ran = new ArrayList<>();
    private String builtConfig = "";
    private String kconfig = "";
    private boolean compilerWorks = true;

    @BeforeEach
    void aHostWithACompilerAndASource() throws IOException {
        Path cc = Files.createDirectories(directory.resolve("usr/bin")).resolve("cc");
        Files.writeString(cc, "");
        assertThat(cc.toFile().setExecutable(true)).isTrue();
        builtConfig = new KernelFragments().text();
    }

    @Test
    void aSecondBuildTakesNothingButTheCache() throws IOException {
        BuiltKernel first = build(source());
        ran.clear();
        BuiltKernel second = build(source());
        assertThat(second).isEqualTo(first);
        assertThat(first.image()).hasContent("kernel");
        assertThat(first.elf()).hasContent("ELF");
        assertThat(ran).allMatch(argv -> argv.contains("--version"));
    }

    @Test
    void anOptionThatTheSourceDoesNotKnowIsNamedAndNoMore() throws IOException {
        builtConfig = builtConfig.replace("CONFIG_OVERLAY_FS=y", "# CONFIG_OVERLAY_FS is not set");
        BuiltKernel kernel = build(source());
        assertThat(kernel.unknown()).containsExactly("CONFIG_OVERLAY_FS");
        assertThat(build(source()).unknown()).containsExactly("CONFIG_OVERLAY_FS");
    }

    @Test
    void anOptionThatIsNotInTheBuiltConfigurationFailsTheBuildByItsName() {
        kconfig = "menuconfig OVERLAY_FS\n\ttristate\n";
        builtConfig = builtConfig.replace("CONFIG_OVERLAY_FS=y", "# CONFIG_OVERLAY_FS is not set");
        assertThatThrownBy(() -> build(source()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("CONFIG_OVERLAY_FS=y (is: n)");
        assertThat(ran).noneMatch(argv -> argv.contains("bzImage"));
    }

    @Test
    void aFullDiskIsToldBeforeTheBuildAndNotByIt() throws IOException {
        Path huge = directory.resolve("linux-source-6.1.tar.xz");
        try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
            sparse.setLength(1L << 42); // 4 TiB
        }
        for (KernelSource source : List.of(new KernelSource.Tarball(huge), new KernelSource.Directory(directory))) {
            assertThatThrownBy(() -> build(source))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("No space left for the build of the guest kernel")
                    .hasMessageContaining(directory.resolve("cache").toString());
        }
        assertThat(ran).noneMatch(argv -> argv.contains("tar") || argv.contains("cp"));
    }

    @Test
    void aDirectoryThatIsNoKernelIsRefusedByItsName() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> build(KernelSource.at(empty)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(empty + " is not the source of a Linux kernel");
    }

    @Test
    void aFailingCompilerNamesTheLogAndLeavesNoEntry() {
        compilerWorks = false;
        assertThatThrownBy(() -> build(source()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("the first error is \"a.c:1:2: error: no such thing\"")
                .hasMessageContaining("build.log");
        assertThat(directory.resolve("cache/kernel"))
                .isDirectoryNotContaining(path -> Files.exists(path.resolve("bzImage")));
    }

    @Test
    void theNewestOfTheDistributionsSourcesIsTaken() throws IOException {
        for (String name : List.of("linux-source-6.1.tar.xz", "linux-source-6.12.tar.xz", "linux-source-6.9.tar.gz")) {
            Files.writeString(directory.resolve(name), "");
        }
        Host tree = Host.offline(directory);
        assertThat(KernelSource.newest(tree, List.of("/linux-source-*.tar.xz", "/linux-source-*")))
                .hasValue(new KernelSource.Tarball(directory.resolve("linux-source-6.12.tar.xz")));
        assertThat(KernelSource.newest(tree, List.of("/nowhere/linux-*"))).isEmpty();
    }

    private KernelSource source() throws IOException {
        Path tarball = directory.resolve("linux.tar.xz");
        if (Files.notExists(tarball)) {
            Files.writeString(tarball, "source");
        }
        return KernelSource.at(tarball);
    }

    private BuiltKernel build(KernelSource source) throws IOException {
        Host host = new Host(directory, ToolPath.under(directory), this::run, NativeOs.system());
        return new KernelBuild(host, new Cache(directory.resolve("cache")), 2).build(source, BuildProgress.SILENT);
    }

    private CommandResult run(Command command) throws IOException {
        ran.add(command.argv());
        Path where = command.directory().orElse(directory);
        if (command.argv().contains("-xf")) {
            Files.writeString(where.resolve("linux/Makefile"), "VERSION = 6\nPATCHLEVEL = 1\n");
            Files.writeString(where.resolve("linux/Kconfig"), kconfig);
        } else if (command.argv().contains("tinyconfig")) {
            Files.writeString(where.resolve(".config"), "");
        } else if (command.argv().contains("olddefconfig")) {
            Files.writeString(where.resolve(".config"), builtConfig);
        } else if (command.argv().contains("bzImage") && compilerWorks) {
            Files.createDirectories(where.resolve("arch/x86/boot/compressed"));
            Files.writeString(where.resolve("arch/x86/boot/compressed/vmlinux.bin"), "ELF");
            Files.writeString(where.resolve("arch/x86/boot/bzImage"), "kernel");
        }
        if (command.argv().contains("bzImage") && !compilerWorks) {
            Files.writeString(
                    command.log().orElseThrow(),
                    "  CC a.o\na.c:1:2: error: no such\u0007thing\nmake: *** [Makefile:1: a.o] Error 1\n");
        }
        int status = command.argv().contains("bzImage") && !compilerWorks ? 2 : 0;
        return new CommandResult(status, "cc 1.0\n", "", false);
    }
}
