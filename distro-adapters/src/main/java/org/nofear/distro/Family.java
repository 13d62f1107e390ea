package org.nofear.distro;

import java.util.Locale;

/** The families of distributions, as {@code doctor --json} names them (in lower case). */
public enum Family {
    DEBIAN,
    FEDORA,
    ARCH,
    SUSE,
    GENTOO,
    ALPINE,
    VOID,
    NIXOS,
    SOLUS,
    GENERIC;

    /** The name of the contract: {@code debian}, {@code fedora}, ... */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
