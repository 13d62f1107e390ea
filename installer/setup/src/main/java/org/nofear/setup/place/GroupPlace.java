package org.nofear.setup.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.nofear.setup.snapshot.Snapshot;

/** A system group: its lines in /etc/group and, where that is, /etc/gshadow. */
public record GroupPlace(String group) implements Place {

    /** What stands for a group that exists. */
    public static final Snapshot PRESENT = Snapshot.Value.of("present");

    /** System groups, from the top as groupadd(8) counts: login.defs(5), SYS_GID_MAX and SYS_GID_MIN. */
    private static final int HIGHEST = 999;

    private static final int LOWEST = 101;

    public GroupPlace {
        if (!group.matches("[a-z_][a-z0-9_-]{0,31}")) {
            throw new IllegalArgumentException("no name for a group: " + group);
        }
    }

    @Override
    public String id() {
        return "group:" + group;
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public List<String> files() {
        return List.of(AccountFile.GROUP.path(), AccountFile.SHADOW.path());
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        return AccountFile.GROUP.find(target, group).isPresent() ? PRESENT : new Snapshot.Absent();
    }

    /** Whom its line in /etc/group lists. */
    public List<String> members(Target target) throws IOException {
        return AccountFile.GROUP.find(target, group).map(MembershipPlace::members).orElse(List.of()).stream()
                .map(name -> new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList();
    }

    /** Whether no line is missing in either file. */
    public boolean complete(Target target) throws IOException {
        return AccountFile.GROUP.find(target, group).isPresent()
                && (!AccountFile.SHADOW.readable(target)
                        || AccountFile.SHADOW.find(target, group).isPresent());
    }

    /** Made: group first; taken back: group last. So long as there is a trace of it, the group's line is there. */
    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        AccountLock.holding(target, () -> {
            if (wanted instanceof Snapshot.Absent) {
                remove(target);
            } else {
                make(target);
            }
        });
    }

    private void remove(Target target) throws IOException {
        AccountFile.SHADOW.remove(target, group);
        AccountFile.GROUP.remove(target, group);
    }

    private void make(Target target) throws IOException {
        if (AccountFile.GROUP.find(target, group).isEmpty()) {
            AccountFile.GROUP.add(target, group + ":x:" + free(target) + ":");
        }
        if (AccountFile.SHADOW.readable(target)
                && AccountFile.SHADOW.find(target, group).isEmpty()) {
            AccountFile.SHADOW.add(target, group + ":!::");
        }
    }

    private static int free(Target target) throws IOException {
        List<Integer> groups = AccountFile.GROUP.ids(target);
        List<Integer> users = AccountFile.PASSWD.ids(target);
        for (int id = HIGHEST; id >= LOWEST; id--) {
            if (!groups.contains(id) && !users.contains(id)) {
                return id;
            }
        }
        throw new IOException("no free number for a system group in " + AccountFile.GROUP.path());
    }
}
