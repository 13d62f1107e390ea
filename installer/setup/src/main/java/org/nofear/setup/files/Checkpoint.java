package org.nofear.setup.files;

/** Is told of each step that touches the disk, just after it: where the crash tests stop the process. */
public interface Checkpoint {

    /** What the one step begins with that is told before it is done, since file systems differ in whether they can: a directory's move. */
    String MOVE = "about to move ";

    /** For all but tests. */
    Checkpoint NONE = step -> {};

    /** A step has been done. */
    void passed(String step);
}
