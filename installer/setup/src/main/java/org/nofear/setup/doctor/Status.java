package org.nofear.setup.doctor;

import java.util.Locale;

/** What a check comes to. */
public enum Status {
    /** It holds. */
    PASS,
    /** NoFear works, but not as well or as safely as it could. */
    WARN,
    /** Something that NoFear needs is missing. */
    FAIL,
    /** It could not be looked at: for want of rights, on an offline tree, or because another check failed. */
    SKIP,
    /** The check itself broke. */
    ERROR;

    /** As it is printed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether what depends on this cannot hold either. */
    public boolean bad() {
        return this == FAIL || this == ERROR;
    }
}
