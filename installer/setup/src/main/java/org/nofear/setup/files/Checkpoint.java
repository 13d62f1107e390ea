package org.nofear.setup.files;

/** Is told of each step that touches the disk, just after it: where the crash tests stop the process. */
public interface Checkpoint {

    /** For all but tests. */
    Checkpoint NONE = step -> {};

    /** A step has been done. */
    void passed(String step);
}
