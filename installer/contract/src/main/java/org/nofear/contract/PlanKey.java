package org.nofear.contract;

/**
 * The keys of launch plans, which Java writes and the C program carries out. Some are lists: a key may stand there more than once.
 * Those that begin with {@code boot.} go on to the guest's agent, without that word. PlanKeyTest holds the C sources to this list.
 */
public enum PlanKey {
    /** Of the plan itself; another one is planned anew. */
    FORMAT("format"),
    /** Files that it was made from, as they were. */
    STAMP("stamp"),
    /** The caller's words that it was made for. */
    OPTION("option"),
    OPTION_DIRECTORY("option.directory"),
    OPTION_WRITABLE("option.writable"),
    /** Directories whose links decided what is shared. */
    DIRECTORY("directory"),
    /** Where the command stands in the caller's words. */
    COMMAND_INDEX("command.index"),

    PROFILE("profile"),
    PROFILE_DIR("profile.dir"),
    TEMPORARY("temporary"),
    RUN_DIR("run.dir"),
    ALLOW_ROOT("allow-root"),
    /** Seconds that the VM waits for a next command. */
    LINGER("linger"),
    TIMING("timing"),
    /** In seconds. */
    DEADLINE_BOOT("deadline.boot"),

    DISK("disk"),
    DISK_SIZE("disk.size"),
    DISK_GROW("disk.grow"),
    DISK_MKFS("disk.mkfs"),
    SEED("seed"),

    VMM_KIND("vmm.kind"),
    VMM_ARG("vmm.arg"),
    /** {@code packets}, or the VMM's own. */
    CHANNEL("channel"),
    SNAPSHOT("snapshot"),
    SNAPSHOT_DIR("snapshot.dir"),
    SNAPSHOT_MEMORY("snapshot.memory"),
    SNAPSHOT_ARG("snapshot.arg"),
    SNAPSHOT_TAKE("snapshot.take"),

    SHARE_PATH("share.path"),
    /** Device and inode. */
    SHARE_ID("share.id"),
    SHARE_MODE("share.mode"),

    LANDLOCK("landlock"),
    SUPERVISE("supervise"),
    CONFINE_OPENS("confine.opens"),
    CONFINE_READ("confine.read"),
    CONFINE_WRITE("confine.write"),
    CONFINE_EXECUTE("confine.execute"),

    ENV_PASS("env.pass"),
    ENV_SET("env.set"),
    /** Where a variable that is no UTF-8 stands in the caller's words: {@code BACK:SKIP}. */
    ENV_WORD("env.word"),
    WORKDIR("workdir"),
    USER("user"),
    /** Directories of the host that are the guest's own. */
    PLACE_BOTH("place.both"),
    PLACE_HOST("place.host"),
    PLACE_GUEST("place.guest"),

    NET_MODE("net.mode"),
    NET_SUBNET("net.subnet"),
    NET_REACH("net.reach"),
    NET_TAP_MAKER("net.tap.maker"),
    NET_DNS("net.dns"),

    GUI("gui"),
    GUI_PROGRAM("gui.program"),
    GUI_TERMINAL("gui.terminal"),
    GUI_CLIENT("gui.client"),
    GUI_ENV("gui.env"),
    GUI_ENV_PASS("gui.env.pass"),
    GUI_ENV_SET("gui.env.set"),
    GUI_GUEST_XVFB("gui.guest.xvfb"),
    GUI_GUEST_SERVER("gui.guest.server"),
    GUI_GUEST_CONF("gui.guest.conf"),
    GUI_GUEST_ENV("gui.guest.env"),
    GUI_GUEST_SOUND("gui.guest.sound"),

    BOOT_DISK("boot.disk"),
    BOOT_DISK_GROW("boot.disk.grow"),
    BOOT_SEED("boot.seed"),
    BOOT_HOSTNAME("boot.hostname"),
    BOOT_USER_NAME("boot.user.name"),
    BOOT_USER_UID("boot.user.uid"),
    BOOT_USER_GID("boot.user.gid"),
    BOOT_USER_HOME("boot.user.home"),
    BOOT_SHARE_TAG("boot.share.tag"),
    BOOT_SHARE_PATH("boot.share.path"),
    BOOT_SHARE_MODE("boot.share.mode"),
    BOOT_LINK_PATH("boot.link.path"),
    BOOT_LINK_TARGET("boot.link.target"),
    BOOT_NET_ADDRESS("boot.net.address"),
    BOOT_NET_PREFIX("boot.net.prefix"),
    BOOT_NET_GATEWAY("boot.net.gateway"),
    BOOT_NET_GATEWAY_MAC("boot.net.gateway.mac"),
    BOOT_NET_DNS("boot.net.dns");

    private final String id;

    PlanKey(String id) {
        this.id = id;
    }

    /** The word in the plan. */
    public String id() {
        return id;
    }
}
