package org.nofear.launch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of the guest's /etc that are NoFear's own: who the guest is, which must not be who the host is.
 *
 * @param uid of the caller: files in shared folders keep their owner
 * @param gid of the caller
 */
public record GuestEtc(int uid, int gid) {

    /** The guest user's name: never the host user's. */
    public static final String USER = "user";

    public static final String HOME = "/home/user";
    public static final String HOST_NAME = "nofear";

    /** Groups that programs look up by name, with Debian's numbers; devpts of the guest belongs to tty. */
    private static final Map<String, Integer> GROUPS = groups();

    private static Map<String, Integer> groups() {
        Map<String, Integer> groups = new LinkedHashMap<>();
        groups.put("tty", 5);
        groups.put("disk", 6);
        groups.put("mail", 8);
        groups.put("utmp", 43);
        groups.put("video", 44);
        groups.put("audio", 29);
        groups.put("users", 100);
        return groups;
    }

    /** Texts by path below /etc. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("passwd", passwd());
        files.put("group", group());
        files.put("hostname", HOST_NAME + "\n");
        files.put("hosts", "127.0.0.1 localhost\n127.0.1.1 " + HOST_NAME + "\n::1 localhost\n");
        // The host's may name modules (sss, ldap, resolve) whose daemons are not in the guest: they would hang.
        files.put("nsswitch.conf", """
                passwd: files
                group: files
                shadow: files
                hosts: files dns
                networks: files
                protocols: files
                services: files
                ethers: files
                rpc: files
                """);
        files.put("fstab", "# Mounted by NoFear's init.\n");
        files.put("shells", "/bin/sh\n/bin/bash\n/usr/bin/bash\n/usr/bin/sh\n/usr/bin/zsh\n/usr/bin/fish\n");
        return files;
    }

    /** Links by path below /etc. */
    public Map<String, String> links() {
        return Map.of("resolv.conf", "../run/nofear/resolv.conf", "mtab", "../proc/self/mounts");
    }

    private String passwd() {
        StringBuilder text = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
        if (uid != 0) {
            text.append(USER + ":x:" + uid + ":" + gid + ":NoFear:" + HOME + ":/bin/sh\n");
        }
        return text.append("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n")
                .toString();
    }

    private String group() {
        StringBuilder text = new StringBuilder("root:x:0:\n");
        GROUPS.forEach((name, number) -> {
            if (number != gid) {
                String members = name.equals("audio") || name.equals("video") ? USER : "";
                text.append(name + ":x:" + number + ":" + members + "\n");
            }
        });
        if (gid != 0) {
            text.append(USER + ":x:" + gid + ":\n");
        }
        return text.append("nogroup:x:65534:\n").toString();
    }
}
