package org.nofear.setup.snapshot;

import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was found, or is to be put, at one place: enough to put it there again. */
public sealed interface Snapshot {

    /** The extended attribute that gives a program rights. */
    String CAPABILITY = "security.capability";

    /**
     * What tells ours from another's: for a file its content, for a link its target, for a directory that it is one. Mode,
     * owner and extended attributes are put right without asking and are no part of it.
     */
    String mark();

    /** In a few words, for people. */
    String describe();

    /** What its mark leaves out and a check of what was installed compares: mode, owner and capabilities; empty where it has none. */
    default String dress() {
        return "";
    }

    /** Nothing is there. */
    record Absent() implements Snapshot {
        @Override
        public String mark() {
            return "absent";
        }

        @Override
        public String describe() {
            return "nothing";
        }
    }

    /**
     * A regular file.
     *
     * @param mode twelve permission bits
     * @param attributes extended attributes by name, their values in hexadecimal
     * @param modified when its content last changed; empty: the time of its writing
     */
    record File(
            Content content, int mode, int uid, int gid, Map<String, String> attributes, Optional<FileTime> modified)
            implements Snapshot {

        public File {
            attributes = new TreeMap<>(attributes);
        }

        @Override
        public String mark() {
            return "file:" + content.sha256();
        }

        @Override
        public String dress() {
            return dressed(mode, uid, gid) + " " + attributes.getOrDefault(CAPABILITY, "-");
        }

        @Override
        public String describe() {
            return String.format(
                    "file, %d bytes, mode %04o, owner %d:%d%s", content.size(), mode, uid, gid, named(attributes));
        }
    }

    /** A directory, without what is in it. */
    record Directory(int mode, int uid, int gid, Map<String, String> attributes) implements Snapshot {

        public Directory {
            attributes = new TreeMap<>(attributes);
        }

        @Override
        public String mark() {
            return "directory";
        }

        @Override
        public String dress() {
            return dressed(mode, uid, gid);
        }

        @Override
        public String describe() {
            return String.format("directory, mode %04o, owner %d:%d%s", mode, uid, gid, named(attributes));
        }
    }

    /** A symbolic link. */
    record Link(String target, int uid, int gid) implements Snapshot {
        @Override
        public String mark() {
            return "link:" + target;
        }

        @Override
        public String describe() {
            return "link to " + target;
        }
    }

    /** A FIFO, a socket, a device: nothing that can be put back. */
    record Other(String what) implements Snapshot {
        @Override
        public String mark() {
            return "other:" + what;
        }

        @Override
        public String describe() {
            return what;
        }
    }

    /**
     * What is no file: a kernel parameter's value, a firewall table's text, that a group exists.
     *
     * @param mark see {@link Snapshot#mark()}
     */
    record Value(String mark, String text) implements Snapshot {

        /** A value that is its own mark. */
        public static Value of(String text) {
            return new Value("value:" + text, text);
        }

        @Override
        public String describe() {
            return text.lines().count() > 1 ? text.lines().count() + " lines" : text;
        }
    }

    /** Something that the caller may not look at. */
    record Unseen(String why) implements Snapshot {
        @Override
        public String mark() {
            return "unseen";
        }

        @Override
        public String describe() {
            return why;
        }
    }

    private static String dressed(int mode, int uid, int gid) {
        return String.format("%04o %d:%d", mode, uid, gid);
    }

    private static String named(Map<String, String> attributes) {
        return attributes.isEmpty() ? "" : ", with " + String.join(" ", attributes.keySet());
    }
}
