/*
 * What it tries: each way out of each share, to each place of the host, and there whatever a server can be asked to do. What it
 * gets it says, a line each that begins with GOT; the test also looks by itself at what has become of the host.
 *
 * On the host there are, in each place, a file nofear-canary and a directory nofear-canary.d, of the user whose VM this is and
 * writable: what is out of reach is so by confinement alone. A share with a file called writable-share may be written to.
 */
#include "hostile.h"

static const char *const places[] = {"etc", "home", "home|nofear-test", "root", "var|lib", "var|tmp", "srv", "tmp", "dev", "run", "boot"};
static const char *const files[] = {"etc|passwd",  "etc|shadow",   "etc|machine-id",   "etc|hostname", "proc|version", "proc|self|environ",
                                    "proc|1|cmdline", "proc|self|maps", "sys|kernel|uevent_seqnum", "sys|class|net|lo|address"};
static const char *const nodes[] = {"dev|null", "dev|zero", "dev|kvm", "dev|mem", "dev|tty", "dev|ptmx", "proc|self|mem"};
/* Behind "link" is the host's /, made by us; behind "hosts-link" too, made by the host's user; "moved" was a directory. */
static const char *const ways[] = {"", "..|..|..|..|..|..|..|..|", "../../../../../../../..|", "/|", "a/../../../../../..|", ".|../..|", "link|", "hosts-link|", "link/"};

enum { FILE_FID = 2, PLACE_FID = 3, MOVED_FID = 4, COUNT_OF_DEVICES = 24 };
static struct p9 servers[COUNT_OF_DEVICES];
static struct device known[COUNT_OF_DEVICES];
static unsigned server_count, tried;

static void got(struct p9 *p9, const char *what, const char *way, const char *path)
{
    say("GOT ");
    say(what);
    say(" in ");
    say(p9->device->tag);
    say(": ");
    say(way);
    say(path);
    say("\n");
}

static void result(struct p9 *p9, int error, const char *what, const char *way, const char *path)
{
    tried++;
    if (error == 0)
        got(p9, what, way, path);
}

static const char *joined(const char *way, const char *path, const char *more)
{
    static char text[512];
    const char *parts[] = {way, path, more};
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        for (const char *c = parts[i]; *c && n < sizeof text - 1; c++)
            text[n++] = *c;
    text[n] = 0;
    return text;
}

static void copy(char *to, size_t size, const char *text)
{
    size_t n = 0;
    for (; text[n] && n < size - 1; n++)
        to[n] = text[n];
    to[n] = 0;
}

static void show(struct p9 *p9, int error, const char *what, const char *way, const char *path, const uint8_t *bytes, uint32_t count)
{
    tried++;
    if (error || count == 0)
        return;
    got(p9, what, way, path);
    say("    ");
    say_bytes(bytes, count < 200 ? count : 200);
    say("\n");
}

static void read_it(struct p9 *p9, uint32_t from, const char *way, const char *path)
{
    const uint8_t *bytes;
    uint32_t count;
    if (p9_walk(p9, from, FILE_FID, joined(way, path, ""))) {
        tried++;
        return;
    }
    result(p9, p9_getattr(p9, FILE_FID), "attributes", way, path);
    if (p9_open(p9, FILE_FID, 0) == 0) {
        show(p9, p9_read(p9, FILE_FID, 4000, &bytes, &count), "content", way, path, bytes, count);
        show(p9, p9_readdir(p9, FILE_FID, &bytes, &count), "names", way, path, bytes, count);
    }
}

/* A file that must not change. */
static void spoil(struct p9 *p9, uint32_t from, const char *way, const char *path)
{
    for (uint32_t flags = 1; flags <= 2; flags++) {
        if (p9_walk(p9, from, FILE_FID, joined(way, path, "")))
            return;
        if (p9_open(p9, FILE_FID, flags) == 0)
            result(p9, p9_write(p9, FILE_FID, "spoiled"), "write", way, path);
        p9_walk(p9, from, FILE_FID, joined(way, path, ""));
        result(p9, p9_open(p9, FILE_FID, flags | 01000), "truncating open", way, path);
        p9_walk(p9, from, FILE_FID, joined(way, path, ""));
        result(p9, p9_open(p9, FILE_FID, flags | 02000), "appending open", way, path);
    }
    p9_walk(p9, from, FILE_FID, joined(way, path, ""));
    result(p9, p9_setattr(p9, FILE_FID, 1, 0777, 0), "chmod", way, path);
    result(p9, p9_setattr(p9, FILE_FID, 6, 0, 0), "chown", way, path);
    result(p9, p9_setattr(p9, FILE_FID, 8, 0, 3), "truncate", way, path);
    result(p9, p9_setattr(p9, FILE_FID, 0x1a0, 0, 0), "utime", way, path);
    result(p9, p9_link(p9, ROOT, FILE_FID, "grabbed"), "link into the share", way, path);
    result(p9, p9_rename(p9, FILE_FID, ROOT, "taken"), "rename into the share", way, path);
}

/* A directory in which nothing may be made or removed. */
static void litter(struct p9 *p9, uint32_t from, const char *way, const char *path)
{
    if (p9_walk(p9, from, PLACE_FID, joined(way, path, "")))
        return;
    result(p9, p9_mkdir(p9, PLACE_FID, "nofear-hostile.d"), "mkdir", way, path);
    result(p9, p9_symlink(p9, PLACE_FID, "nofear-hostile.l", "/etc/passwd"), "symlink", way, path);
    result(p9, p9_mknod(p9, PLACE_FID, "nofear-hostile.f", 0010666, 0, 0), "mkfifo", way, path);
    result(p9, p9_mknod(p9, PLACE_FID, "nofear-hostile.s", 0140666, 0, 0), "socket", way, path);
    result(p9, p9_mknod(p9, PLACE_FID, "nofear-hostile.r", 0100666, 0, 0), "mknod", way, path);
    result(p9, p9_mknod(p9, PLACE_FID, "nofear-hostile.c", 0020666, 1, 3), "device", way, path);
    result(p9, p9_setattr(p9, PLACE_FID, 1, 0777, 0), "chmod", way, path);
    result(p9, p9_setattr(p9, PLACE_FID, 0x1a0, 0, 0), "utime", way, path);
    result(p9, p9_unlinkat(p9, PLACE_FID, "inside", 0), "unlink", way, path);
    result(p9, p9_renameat(p9, PLACE_FID, "inside", ROOT, "taken-too"), "renameat into the share", way, path);
    result(p9, p9_renameat(p9, ROOT, "mine", PLACE_FID, "nofear-hostile.m"), "renameat out of the share", way, path);
    if (p9_walk(p9, ROOT, FILE_FID, "mine") == 0)
        result(p9, p9_link(p9, PLACE_FID, FILE_FID, "nofear-hostile.h"), "link out of the share", way, path);
    result(p9, p9_create(p9, PLACE_FID, "nofear-hostile"), "create", way, path);
}

static void out_by(struct p9 *p9, uint32_t from, const char *way)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        read_it(p9, from, way, files[i]);
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        for (uint32_t flags = 0; flags <= 2; flags++)
            if (p9_walk(p9, from, FILE_FID, joined(way, nodes[i], "")) == 0)
                result(p9, p9_open(p9, FILE_FID, flags), "device's open", way, nodes[i]);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char file[128], directory[128];
        copy(directory, sizeof directory, joined(places[i], "|nofear-canary.d", ""));
        copy(file, sizeof file, joined(places[i], "|nofear-canary", ""));
        read_it(p9, from, way, directory);
        read_it(p9, from, way, file);
        litter(p9, from, way, directory);
        spoil(p9, from, way, file);
    }
}

static bool writable(struct p9 *p9)
{
    return p9_walk(p9, ROOT, FILE_FID, "writable-share") == 0;
}

static void attack(struct p9 *p9)
{
    say("hostile: share ");
    say(p9->device->tag);
    say(writable(p9) ? ", writable\n" : "\n");
    bool may = writable(p9);
    if (may) {
        p9_symlink(p9, ROOT, "link", "/");
        p9_walk(p9, ROOT, FILE_FID, "");
        p9_create(p9, FILE_FID, "mine");
        /* Its number is of a directory, and its name then is a link's. */
        p9_mkdir(p9, ROOT, "moved");
        p9_walk(p9, ROOT, MOVED_FID, "moved");
        p9_renameat(p9, ROOT, "moved", ROOT, "moved-away");
        p9_symlink(p9, ROOT, "moved", "/");
        result(p9, p9_mknod(p9, ROOT, "device", 0020666, 1, 3), "device", "", "device");
        static const char *const links[] = {"/etc/passwd", "/etc/nofear-canary", "/proc/self/environ", "/dev/null", "/home/nofear-test/nofear-canary"};
        for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
            const char name[] = {'f', (char)('0' + i), 0};
            const uint8_t *bytes;
            uint32_t count;
            p9_symlink(p9, ROOT, name, links[i]);
            p9_walk(p9, ROOT, FILE_FID, name);
            if (p9_open(p9, FILE_FID, 0) == 0 && p9_read(p9, FILE_FID, 4000, &bytes, &count) == 0)
                show(p9, 0, "content", "a link to ", links[i], bytes, count);
            p9_walk(p9, ROOT, FILE_FID, name);
            if (p9_open(p9, FILE_FID, 2) == 0)
                result(p9, p9_write(p9, FILE_FID, "spoiled"), "write", "a link to ", links[i]);
            p9_walk(p9, ROOT, FILE_FID, name);
            result(p9, p9_setattr(p9, FILE_FID, 1, 0777, 0) || same(links[i], "/dev/null"), "chmod", "a link to ", links[i]);
            result(p9, p9_setattr(p9, FILE_FID, 8, 0, 3), "truncate", "a link to ", links[i]);
        }
    } else {
        spoil(p9, ROOT, "", "read-only-share");
        spoil(p9, ROOT, "", "bin|true");
        litter(p9, ROOT, "", "inner");
        litter(p9, ROOT, "", "");
    }
    for (size_t i = 1; i < sizeof ways / sizeof *ways; i++)
        out_by(p9, ROOT, ways[i]);
    if (may)
        out_by(p9, MOVED_FID, "");
}

/* What is no proper request. It may end the VMM, and must get nothing. */
static void nonsense(struct p9 *p9)
{
    static uint8_t body[2048];
    const uint8_t *bytes;
    uint32_t count, number = 12345;
    for (uint32_t fid = 0; fid < 40; fid++)
        show(p9, p9_read(p9, fid * 0x1010101 + 77, ~0U, &bytes, &count), "content", "", "a fid that is none", bytes, count);
    if (p9_walk(p9, ROOT, FILE_FID, "") == 0) {
        p9_open(p9, FILE_FID, 0);
        p9_read(p9, FILE_FID, ~0U, &bytes, &count);
        p9_readdir(p9, FILE_FID, &bytes, &count);
    }
    for (unsigned round = 0; round < 600; round++) {
        for (size_t i = 0; i < sizeof body; i++)
            body[i] = (uint8_t)((number = number * 1103515245 + 12345) >> 16);
        body[1] = body[2] = body[3] = 0;
        body[0] = ROOT;
        p9_raw(p9, (uint8_t)(round % 128 * 2), body, number % sizeof body);
    }
}

static void begin(struct device *device)
{
    if (server_count == COUNT_OF_DEVICES)
        return;
    known[server_count] = *device;
    if (p9_begin(&servers[server_count], &known[server_count]) == 0)
        server_count++;
}

void hostile(void)
{
    say("\nhostile: here\n");
    devices(begin);
    for (unsigned i = 0; i < server_count; i++)
        attack(&servers[i]);
    say("hostile: ");
    say_number(tried);
    say(" attempts on ");
    say_number(server_count);
    say(" shares\n");
    for (unsigned i = 0; i < server_count; i++)
        nonsense(&servers[i]);
    say("hostile: done\n");
}
