package org.nofear.facts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.nofear.host.Host;

/** Processor architectures, under the names that {@code uname -m} prints. */
public enum Architecture {
    X86_64,
    I686,
    AARCH64,
    ARMV7L,
    RISCV64,
    PPC64LE,
    S390X,
    UNKNOWN;

    private static final int HEADER = 20;
    private static final int CLASS = 4;
    private static final int DATA = 5;
    private static final int MACHINE = 18;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;

    /** The name that {@code uname -m} prints. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of the running kernel, or of an offline tree's programs (the ELF header of its {@code /bin/sh}). */
    static Architecture detect(Host host) {
        Optional<Architecture> kernel = host.read("/proc/sys/kernel/arch").map(name -> named(name.strip()));
        if (kernel.isPresent()) {
            return kernel.get();
        }
        return host.live() ? named(System.getProperty("os.arch", "")) : ofProgram(host, "/bin/sh");
    }

    /** By the kernel's or Java's name. */
    static Architecture named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "x86_64", "amd64" -> X86_64;
            case "i386", "i486", "i586", "i686", "x86" -> I686;
            case "aarch64", "arm64" -> AARCH64;
            case "arm", "armv6l", "armv7l", "armv8l" -> ARMV7L;
            case "riscv64" -> RISCV64;
            case "ppc64le" -> PPC64LE;
            case "s390x" -> S390X;
            default -> UNKNOWN;
        };
    }

    private static Architecture ofProgram(Host host, String program) {
        Optional<Path> file = host.file(program).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            return UNKNOWN;
        }
        try (InputStream stream = Files.newInputStream(file.get())) {
            return ofElf(stream.readNBytes(HEADER));
        } catch (IOException unreadable) {
            return UNKNOWN;
        }
    }

    /** By the first 20 bytes of an ELF file (System V ABI, elf.h: e_ident, e_type, e_machine). */
    static Architecture ofElf(byte[] header) {
        if (header.length < HEADER || header[0] != 0x7f || header[1] != 'E' || header[2] != 'L' || header[3] != 'F') {
            return UNKNOWN;
        }
        boolean wide = header[CLASS] == CLASS_64;
        boolean little = header[DATA] == LITTLE_ENDIAN;
        int machine = ByteBuffer.wrap(header)
                .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .getShort(MACHINE);
        return switch (machine) {
            case 62 -> X86_64;
            case 3 -> I686;
            case 183 -> AARCH64;
            case 40 -> ARMV7L;
            case 243 -> wide ? RISCV64 : UNKNOWN;
            case 21 -> little ? PPC64LE : UNKNOWN;
            case 22 -> wide ? S390X : UNKNOWN;
            default -> UNKNOWN;
        };
    }
}
