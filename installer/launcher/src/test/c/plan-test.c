/* plan.c, places.c and the stamps of cache.c: what Java wrote is read as it was meant, and nothing else is taken for it. */
#include "../../main/c/cache.c"

#include "check.h"

static struct plan plan_of(const char *bytes, size_t length, bool *ok)
{
    struct plan plan;
    FILE *file = tmpfile();
    if (!file || fwrite(bytes, 1, length, file) != length || fflush(file) != 0)
        exit(2);
    lseek(fileno(file), 0, SEEK_SET);
    *ok = plan_read(&plan, fileno(file));
    fclose(file);
    return plan;
}

#define PLAN(text, ok) plan_of(text, sizeof text - 1, ok)
#define FORMAT "format\0nofear-plan-2\0"
#define FORMAT_PARTS "format%cnofear-plan-2%c"

static void reading(void)
{
    bool ok;
    struct plan plan = PLAN(FORMAT "a\0" "1\0b\0\0a\0" "2\0n\0" "12\0", &ok);
    CHECK("a plan is read", ok);
    CHECK("the first value of a key is its value", plan_is(&plan, "a", "1") && plan_is(&plan, "b", "") && !plan_get(&plan, "c"));
    struct nf_pairs at = plan.pairs;
    const char *first = plan_next(&at, "a"), *second = plan_next(&at, "a");
    CHECK("all values of a key come in order", first[0] == '1' && second[0] == '2' && !plan_next(&at, "a"));
    CHECK("numbers have a most", plan_number(&plan, "n", 5, 12) == 12 && plan_number(&plan, "n", 5, 11) == 5 && plan_number(&plan, "c", 5, 9) == 5);
    plan_free(&plan);
    static const struct {
        const char *bytes;
        size_t length;
    } bad[] = {{"", 0}, {"format\0nofear-plan-1\0", 21}, {"a\0b\0" FORMAT, 25}, {FORMAT "a", 22}, {FORMAT "a\0", 23}, {"format\0nofear-plan-2", 20}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        plan = plan_of(bad[i].bytes, bad[i].length, &ok);
        CHECK("what is no plan, or not a whole one, is refused", !ok && !plan.data);
    }
    static char large[(1 << 20) + 64];
    memset(large, 'x', sizeof large);
    memcpy(large, FORMAT "a", 22);
    large[22] = 0;
    large[sizeof large - 1] = 0;
    plan = plan_of(large, sizeof large, &ok);
    CHECK("a plan has a limit", !ok);
}

static void machines(void)
{
    bool ok;
    struct plan a = PLAN(FORMAT "vmm.arg\0x\0env.set\0A=1\0", &ok), b = PLAN(FORMAT "env.set\0A=2\0vmm.arg\0x\0timing\0" "1\0", &ok),
                c = PLAN(FORMAT "vmm.arg\0y\0", &ok), d = PLAN(FORMAT "vmm.arg\0x\0boot.share.tag\0usr\0", &ok);
    CHECK("what belongs to a call makes no other machine", plan_machine(&a) == plan_machine(&b));
    CHECK("what belongs to the machine does", plan_machine(&a) != plan_machine(&c) && plan_machine(&a) != plan_machine(&d));
    struct plan e = PLAN(FORMAT "seed\0/s1\0vmm.arg\0-i\0vmm.arg\0/s1\0confine.read\0/s1\0", &ok),
                f = PLAN(FORMAT "seed\0/s2\0vmm.arg\0-i\0vmm.arg\0/s2\0confine.read\0/s2\0", &ok);
    CHECK("another seed makes no other machine", plan_machine(&e) == plan_machine(&f));
    plan_free(&e);
    plan_free(&f);
    plan_free(&a);
    plan_free(&b);
    plan_free(&c);
    plan_free(&d);
}

static bool filled(const char *text, const char *expected)
{
    static const struct places places = {.run = "/run/@HOST_IP@", .channel_fd = "3", .host_ip = "42", .guest_ip = "192.0.2.2"};
    char *result = places_fill(&places, text);
    bool same = strcmp(result, expected) == 0;
    free(result);
    return same;
}

static void placeholders(void)
{
    CHECK("a placeholder is filled in", filled("fd=@CHANNEL_FD@,x", "fd=3,x") && filled("@HOST_IP@@GUEST_IP@", "42192.0.2.2"));
    CHECK("an empty value is one", filled("a@PREFIX@b", "ab"));
    CHECK("a value is not looked at again", filled("@RUN@/x", "/run/@HOST_IP@/x"));
    CHECK("what is none stays", filled("@", "@") && filled("a@b.c", "a@b.c") && filled("@UNKNOWN@", "@UNKNOWN@") && filled("", ""));
    CHECK("one may begin where another ended not", filled("@x@HOST_IP@", "@x42") && filled("@@HOST_IP@@", "@42@"));
}

static void stamps(void)
{
    char path[] = "/tmp/nofear test XXXXXX", stamp[512];
    int fd = mkstemp(path);
    struct stat status;
    const struct timespec times[2] = {{1, 5}, {1234567890, 7}};
    if (fd < 0 || write(fd, "12345", 5) != 5 || futimens(fd, times) < 0 || fstat(fd, &status) < 0)
        exit(2);
    snprintf(stamp, sizeof stamp, "1234567890.000000007 5 %llu %s", (unsigned long long)status.st_ino, path);
    CHECK("the stamp of an unchanged file holds", stamp_holds(stamp));
    snprintf(stamp, sizeof stamp, "1234567890.000000008 5 %llu %s", (unsigned long long)status.st_ino, path);
    CHECK("another time does not", !stamp_holds(stamp));
    snprintf(stamp, sizeof stamp, "1234567890.000000007 6 %llu %s", (unsigned long long)status.st_ino, path);
    CHECK("nor another size", !stamp_holds(stamp));
    snprintf(stamp, sizeof stamp, "1234567890.000000007 5 %llu %s", (unsigned long long)status.st_ino + 1, path);
    CHECK("nor another inode", !stamp_holds(stamp));
    snprintf(stamp, sizeof stamp, "- - - %s", path);
    CHECK("nor that it was not there", !stamp_holds(stamp));
    char link[300];
    snprintf(link, sizeof link, "%s.link", path);
    if (symlink(path, link) < 0 || lstat(link, &status) < 0)
        exit(2);
    snprintf(stamp, sizeof stamp, "%lld.%09ld %lld %llu %s", (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
             (long long)status.st_size, (unsigned long long)status.st_ino, link);
    CHECK("a link's stamp is the link's own", stamp_holds(stamp));
    unlink(link);
    snprintf(stamp, sizeof stamp, "- - - %s", path);
    unlink(path);
    CHECK("until it isn't", stamp_holds(stamp));
    snprintf(stamp, sizeof stamp, "1234567890.000000007 5 1 %s", path);
    CHECK("a file that is gone has changed", !stamp_holds(stamp));
    CHECK("what is no stamp never holds", !stamp_holds("") && !stamp_holds("1 2") && !stamp_holds("1 2 3") && !stamp_holds("- - -"));
    close(fd);
}

static bool holds(const char *bytes, size_t length)
{
    bool ok;
    struct plan plan = plan_of(bytes, length, &ok);
    bool result = ok && fresh(&plan);
    plan_free(&plan);
    return result;
}

static void folders(void)
{
    char path[] = "/tmp/nofear-folders.XXXXXX", here[300], text[700], link[64];
    if (!mkdtemp(path) || chdir(path) < 0 || !getcwd(here, sizeof here))
        exit(2);
    int n = snprintf(text, sizeof text, FORMAT_PARTS "option.directory%c%s%cdirectory%c%s", 0, 0, 0, here, 0, 0, path) + 1;
    CHECK("a plan holds in the directory that it was made in", holds(text, (size_t)n));
    if (chdir("/") < 0)
        exit(2);
    CHECK("and in no other, where its words may mean another folder", !holds(text, (size_t)n));
    snprintf(link, sizeof link, "%s.link", path);
    if (symlink(path, link) < 0)
        exit(2);
    n = snprintf(text, sizeof text, FORMAT_PARTS "directory%c%s", 0, 0, 0, link) + 1;
    CHECK("nor when a directory has become a link", !holds(text, (size_t)n));
    n = snprintf(text, sizeof text, FORMAT_PARTS "option.writable%c%s", 0, 0, 0, link) + 1;
    CHECK("what says where a guest could write is there", holds(text, (size_t)n));
    unlink(link);
    CHECK("or the plan does not hold", !holds(text, (size_t)n));
    rmdir(path);
}

static int index_of(const char *plan_bytes, size_t length, int argc, const char *const *words)
{
    bool ok;
    struct plan plan = plan_of(plan_bytes, length, &ok);
    int index = ok ? matches(&plan, argc, (char **)words) : -1;
    plan_free(&plan);
    return index;
}

static void words(void)
{
    static const char plain[] = FORMAT "command.index\0" "4\0option\0run\0option\0-p\0option\0x\0",
                      dashes[] = FORMAT "command.index\0" "3\0option\0run\0option\0--\0";
    static const char *const command[] = {"nofear", "run", "-p", "x", "ls", "-l"}, *const more[] = {"nofear", "run", "-p", "x", "-t", "ls"},
                      *const other[] = {"nofear", "run", "-p", "y", "ls"}, *const dash[] = {"nofear", "run", "--", "-odd"};
    CHECK("a plan is for its own words", index_of(plain, sizeof plain - 1, 6, command) == 4);
    CHECK("a command may be missing", index_of(plain, sizeof plain - 1, 4, command) == 4);
    CHECK("but no word of the options", index_of(plain, sizeof plain - 1, 3, command) == 0);
    CHECK("more options need another plan", index_of(plain, sizeof plain - 1, 6, more) == 0);
    CHECK("so do others", index_of(plain, sizeof plain - 1, 5, other) == 0);
    CHECK("after -- all is the command", index_of(dashes, sizeof dashes - 1, 4, dash) == 3);
}

int main(void)
{
    reading();
    machines();
    placeholders();
    stamps();
    folders();
    words();
    CHECK_END();
}
