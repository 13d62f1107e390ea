package org.nofear.xpra;

/** How an option may stand on Xpra's command line. */
public enum XpraForm {
    /** It is an error there. */
    ABSENT,
    /** {@code --OPTION} or {@code --no-OPTION}. */
    FLAG,
    /** {@code --OPTION=VALUE}. */
    VALUE
}
