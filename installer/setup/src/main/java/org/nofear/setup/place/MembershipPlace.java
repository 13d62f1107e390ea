package org.nofear.setup.place;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.snapshot.Snapshot;

/** A user's membership of a group: the last field of its lines in /etc/group and, where that is, /etc/gshadow. */
public record MembershipPlace(String group, String user) implements Place {

    /** What stands for a user who is a member. */
    public static final Snapshot MEMBER = Snapshot.Value.of("member");

    private static final int MEMBERS = 3;

    static MembershipPlace named(String groupAndUser) {
        String[] parts = groupAndUser.split(" ", 2);
        return new MembershipPlace(parts[0], parts.length > 1 ? parts[1] : "");
    }

    public MembershipPlace {
        if (user.isEmpty()
                || user.startsWith("-")
                || user.startsWith("+")
                || user.matches("(?s).*[:,\\p{Cntrl}/ ].*")) {
            throw new IllegalArgumentException("no name for a user that a group's line can hold: " + user);
        }
    }

    @Override
    public String id() {
        return "member:" + group + " " + user;
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public boolean takenBackWhenUnwanted() {
        return false;
    }

    @Override
    public List<String> files() {
        return List.of(AccountFile.GROUP.path(), AccountFile.SHADOW.path());
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        return in(target, AccountFile.GROUP) ? MEMBER : new Snapshot.Absent();
    }

    /** Whether both files have it. */
    public boolean complete(Target target) throws IOException {
        return in(target, AccountFile.GROUP)
                && (!AccountFile.SHADOW.readable(target)
                        || AccountFile.SHADOW.find(target, group).isEmpty()
                        || in(target, AccountFile.SHADOW));
    }

    private boolean in(Target target, AccountFile file) throws IOException {
        Optional<List<String>> fields = file.find(target, group);
        return fields.isPresent() && members(fields.get()).contains(AccountFile.latin(user));
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        boolean member = !(wanted instanceof Snapshot.Absent);
        if (member && AccountFile.GROUP.find(target, group).isEmpty()) {
            throw new IOException("no group " + group + " for " + user + " to be a member of");
        }
        AccountLock.holding(target, () -> {
            if (member) {
                AccountFile.GROUP.change(target, group, fields -> with(fields, true));
                AccountFile.SHADOW.change(target, group, fields -> with(fields, true));
            } else {
                AccountFile.SHADOW.change(target, group, fields -> with(fields, false));
                AccountFile.GROUP.change(target, group, fields -> with(fields, false));
            }
        });
    }

    private List<String> with(List<String> fields, boolean member) {
        if (fields.size() <= MEMBERS) {
            return fields;
        }
        List<String> members = members(fields);
        String name = AccountFile.latin(user);
        if (member && !members.contains(name)) {
            members.add(name);
        } else if (!member) {
            members.remove(name);
        }
        fields.set(MEMBERS, String.join(",", members));
        return fields;
    }

    static List<String> members(List<String> fields) {
        if (fields.size() <= MEMBERS || fields.get(MEMBERS).isEmpty()) {
            return new ArrayList<>();
        }
        return new ArrayList<>(Arrays.asList(fields.get(MEMBERS).split(",")));
    }
}
