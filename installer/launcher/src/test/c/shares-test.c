/* shares.c: a folder is opened without links, and is the one that was planned. */
#include "../../main/c/shares.c"

#include "check.h"

static char base[] = "/tmp/nofear-shares.XXXXXX";

static const char *at(const char *name)
{
    static char paths[4][128];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[next], "%s/%s", base, name);
    return paths[next];
}

static void directory(const char *name)
{
    if (mkdir(at(name), 0700) < 0)
        exit(2);
}

static struct stat status_of(int fd)
{
    struct stat status = {0};
    if (fd >= 0 && fstat(fd, &status) < 0)
        exit(2);
    return status;
}

static bool same(int fd, const char *name)
{
    struct stat wanted, found = status_of(fd);
    bool result = fd >= 0 && lstat(at(name), &wanted) == 0 && found.st_ino == wanted.st_ino && found.st_dev == wanted.st_dev;
    if (fd >= 0)
        close(fd);
    return result;
}

static void opening(const char *how, int (*open_it)(const char *))
{
    printf("# %s\n", how);
    CHECK("a directory is opened", same(open_it(at("a/c/b")), "a/c/b") && same(open_it(at("/a//c/b/")), "a/c/b"));
    CHECK("the root is one", open_it("/") >= 0);
    CHECK("a link is not followed", open_it(at("link")) < 0 && (errno == ELOOP || errno == ENOTDIR));
    CHECK("nor one on the way", open_it(at("link/c/b")) < 0 && (errno == ELOOP || errno == ENOTDIR));
    CHECK("a file is no directory", open_it(at("file")) < 0 && errno == ENOTDIR);
    CHECK("what is not there is not there", open_it(at("a/none")) < 0 && errno == ENOENT);
}

static void beneath(void)
{
    int fd = open_without_links(at("a"));
    CHECK("what is below is opened", same(open_beneath(fd, "c/b"), "a/c/b"));
    CHECK("a link is itself", same(open_beneath(fd, "up"), "a/up"));
    CHECK("and not followed", open_beneath(fd, "up/file") < 0 && errno == ELOOP);
    CHECK("there is no way up", open_beneath(fd, "../file") < 0 && open_beneath(fd, "c/../../file") < 0 && open_beneath(fd, "/etc") < 0);
    close(fd);
}

static struct plan plan_for(struct nf_buffer *pairs, const char *name, const char *id, const char *mode, int times)
{
    char own[48];
    struct stat status = {0};
    if (stat(at(name), &status) < 0)
        status.st_ino = 1;
    snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)status.st_dev, (unsigned long long)status.st_ino);
    nf_buffer_init(pairs, 1 << 20);
    for (int i = 0; i < times; i++) {
        nf_pair_add(pairs, "share.path", at(name));
        if (id)
            nf_pair_add(pairs, "share.id", *id ? id : own);
        nf_pair_add(pairs, "share.mode", mode);
    }
    return (struct plan){.pairs = nf_pairs_of(pairs->data, nf_buffer_size(pairs))};
}

static void planned(void)
{
    char error[4400] = "";
    struct nf_buffer pairs;
    struct plan plan = plan_for(&pairs, "a/c/b", "", "rw", 2);
    CHECK("planned folders are opened", shares_open(&plan, error, sizeof error) && plan.shares->count == 2 && plan.shares->share[1].writable);
    CHECK("they have descriptors", shares_have(&plan, plan.shares->share[0].fd) && !shares_have(&plan, -1) && !shares_have(&plan, 0));
    shares_close(&plan);
    CHECK("which are closed", !plan.shares);
    nf_buffer_free(&pairs);
    plan = plan_for(&pairs, "a", "", "ro", SHARES_MAX);
    CHECK("as many as there may be", shares_open(&plan, error, sizeof error) && !plan.shares->share[0].writable);
    shares_close(&plan);
    nf_buffer_free(&pairs);
    static const struct {
        const char *name, *id, *says;
        int times;
    } bad[] = {{"a/c/b", "1:2", "another one", 1},  {"link/c/b", "", "link", 1}, {"link", "", "link", 1},
               {"none", "", "No such file", 1},     {"file", "", "no directory", 1}, {"a", NULL, "plan", 1},
               {"a", "", "plan", SHARES_MAX + 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int before = dup(0);
        plan = plan_for(&pairs, bad[i].name, bad[i].id, "rw", bad[i].times);
        CHECK("what is not as planned is refused, with a line", !shares_open(&plan, error, sizeof error) && strstr(error, bad[i].says) && !plan.shares);
        int after = dup(0);
        CHECK("and nothing stays open", after == before + 1);
        close(before);
        close(after);
        nf_buffer_free(&pairs);
    }
}

int main(void)
{
    if (!mkdtemp(base))
        return 2;
    directory("a");
    directory("a/c");
    directory("a/c/b");
    int fd = open(at("file"), O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || close(fd) < 0 || symlink("a", at("link")) < 0 || symlink("..", at("a/up")) < 0)
        return 2;
    opening("openat2", open_without_links);
    opening("step by step", open_by_steps);
    CHECK("a relative path is none", open_without_links("tmp") < 0 && errno == EINVAL);
    beneath();
    planned();
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", base);
    if (system(command) != 0)
        return 2;
    CHECK_END();
}
