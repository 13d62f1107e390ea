package org.nofear.host;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** System calls through the C library. Constants: Linux's asm-generic/errno.h, the same on all of NoFear's architectures. */
final class LibcOs implements NativeOs {

    private static final int ENODATA = 61;
    private static final int EOPNOTSUPP = 95;

    /** landlock_create_ruleset(2): the same number on all architectures (asm-generic/unistd.h). */
    private static final long LANDLOCK_CREATE_RULESET = 444;

    /** LANDLOCK_CREATE_RULESET_VERSION: asks for the interface's version, and makes nothing. */
    private static final int VERSION = 1;

    private Optional<Libc> loaded = Optional.empty();

    /** Of this process, which has the C library; loaded when it is needed, for that takes a tenth of a second. */
    private synchronized Libc libc() {
        Libc libc = loaded.orElseGet(() -> Native.load(Libc.class));
        loaded = Optional.of(libc);
        return libc;
    }

    /** The functions, as the C library declares them. */
    interface Libc extends Library {
        int geteuid();

        NativeLong lgetxattr(String path, String name, byte @Nullable [] value, NativeLong size)
                throws LastErrorException;

        NativeLong llistxattr(String path, byte @Nullable [] names, NativeLong size) throws LastErrorException;

        int lsetxattr(String path, String name, byte[] value, NativeLong size, int flags) throws LastErrorException;

        int lremovexattr(String path, String name) throws LastErrorException;

        NativeLong syscall(NativeLong number, @Nullable Pointer attributes, NativeLong size, int flags)
                throws LastErrorException;
    }

    @Override
    public int effectiveUserId() {
        return libc().geteuid();
    }

    @Override
    public Optional<byte[]> extendedAttribute(Path file, String name) throws IOException {
        try {
            int size = libc().lgetxattr(file.toString(), name, null, new NativeLong(0))
                    .intValue();
            byte[] value = new byte[size];
            int read = libc().lgetxattr(file.toString(), name, value, new NativeLong(size))
                    .intValue();
            return Optional.of(Arrays.copyOf(value, read));
        } catch (LastErrorException refused) {
            if (refused.getErrorCode() == ENODATA || refused.getErrorCode() == EOPNOTSUPP) {
                return Optional.empty();
            }
            throw new IOException(file + ": " + name + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public List<String> extendedAttributeNames(Path file) throws IOException {
        try {
            int size =
                    libc().llistxattr(file.toString(), null, new NativeLong(0)).intValue();
            if (size == 0) {
                return List.of();
            }
            byte[] names = new byte[size];
            int read = libc().llistxattr(file.toString(), names, new NativeLong(size))
                    .intValue();
            String joined = new String(names, 0, read, StandardCharsets.UTF_8);
            return Arrays.stream(joined.split("\0"))
                    .filter(name -> !name.isEmpty())
                    .toList();
        } catch (LastErrorException refused) {
            if (refused.getErrorCode() == EOPNOTSUPP) {
                return List.of();
            }
            throw new IOException(file + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public void setExtendedAttribute(Path file, String name, byte[] value) throws IOException {
        try {
            libc().lsetxattr(file.toString(), name, value, new NativeLong(value.length), 0);
        } catch (LastErrorException refused) {
            throw new IOException(file + ": " + name + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public void removeExtendedAttribute(Path file, String name) throws IOException {
        try {
            libc().lremovexattr(file.toString(), name);
        } catch (LastErrorException refused) {
            if (refused.getErrorCode() != ENODATA && refused.getErrorCode() != EOPNOTSUPP) {
                throw new IOException(file + ": " + name + ": " + refused.getMessage(), refused);
            }
        }
    }

    @Override
    public int landlockAbi() {
        try {
            return libc().syscall(new NativeLong(LANDLOCK_CREATE_RULESET), null, new NativeLong(0), VERSION)
                    .intValue();
        } catch (LastErrorException missing) {
            return 0;
        }
    }
}
