package org.nofear.setup.resource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** File capabilities, as the kernel keeps them in {@code security.capability} (linux/capability.h, VFS_CAP_REVISION_2). */
public enum Capability {
    /** cap_net_admin+ep: makes and configures network interfaces. */
    NET_ADMIN(12);

    /** The name of the extended attribute. */
    public static final String ATTRIBUTE = "security.capability";

    private static final int REVISION_2 = 0x02000000;
    private static final int EFFECTIVE = 1;
    private static final int SIZE = 20;

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** struct vfs_cap_data: magic, then permitted and inheritable, low and high words, all little-endian. */
    public byte[] bytes() {
        long permitted = 1L << number;
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(REVISION_2 | EFFECTIVE)
                .putInt((int) permitted)
                .putInt(0)
                .putInt((int) (permitted >>> Integer.SIZE))
                .putInt(0)
                .array();
    }
}
