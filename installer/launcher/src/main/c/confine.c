/*
 * confine.c - Landlock around the VMM: the last act before its exec.
 *
 * lkvm's 9p server follows links on the host and has no read-only mode, so what the guest can reach through it must be bounded
 * from outside: the plan lists what is readable, writable and executable, and nothing else of the file system is. System calls
 * are made directly, with constants of our own, since the headers of many build machines are older than the kernel it will run
 * on. Each ABI adds rights; all that the running kernel knows are taken away. A kernel without Landlock confines nothing, which
 * `nofear-setup doctor` reports. no_new_privs comes with it, so lkvm's file capability never takes effect.
 *
 * The caller's own folders are not the VMM's: the file server (files.h) has rules for them, made of their descriptors, and for nothing
 * else. Reading alone inside a folder for writing can't be had (rights add up from below to above): SharedFolders.java refuses it.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, VERSION_FLAG = 1, PATH_BENEATH = 1 };

struct ruleset {
    uint64_t files, network, scope;
};
struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t parent;
};

#define EXECUTE (1ULL << 0)
#define WRITE_FILE (1ULL << 1)
#define READ_FILE (1ULL << 2)
#define READ_DIRECTORY (1ULL << 3)
#define MAKE_CHARACTER (1ULL << 6)
#define MAKE_BLOCK (1ULL << 11)
#define TRUNCATE (1ULL << 14)
#define DEVICE_CONTROL (1ULL << 15)
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL)

/* Rights on files that an ABI knows: 13 at first, then rename across directories, truncation, ioctls of devices. */
static uint64_t known(long abi)
{
    unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    return (1ULL << bits) - 1;
}

static bool allow_open(int rules, int fd, uint64_t rights)
{
    struct path_rule rule = {rights, fd};
    struct stat status;
    if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
        rule.allowed &= OF_FILES;
    return syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0U) == 0;
}

static bool allow(int rules, const char *path, uint64_t rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return true; /* what is not there needs no rule */
    bool ok = allow_open(rules, fd, rights);
    close(fd);
    return ok;
}

static bool allow_shares(int rules, const struct plan *plan, uint64_t read, uint64_t write)
{
    bool ok = true;
    for (size_t i = 0; ok && plan->shares && i < plan->shares->count; i++)
        ok = allow_open(rules, plan->shares->share[i].fd, plan->shares->share[i].writable ? write : read);
    return ok;
}

static bool allow_all(int rules, const struct plan *plan, const struct places *places, const char *key, uint64_t rights)
{
    struct nf_pairs at = plan->pairs;
    bool ok = true;
    for (const char *path; ok && (path = plan_next(&at, key));) {
        char *filled = places_fill(places, path);
        ok = allow(rules, filled, rights);
        free(filled);
    }
    return ok;
}

static int rules_make(long abi, bool network)
{
    struct ruleset ruleset = {.files = known(abi)};
    /* TCP: only QEMU's user network has business with it. From ABI 6 on no signals and abstract sockets to the outside. */
    if (abi >= 4 && !network)
        ruleset.network = 3;
    if (abi >= 6)
        ruleset.scope = 3;
    return (int)syscall(CREATE_RULESET, &ruleset, (size_t)(abi >= 6 ? 24 : abi >= 4 ? 16 : 8), 0U);
}

static uint64_t reading(long abi)
{
    return (READ_FILE | READ_DIRECTORY | DEVICE_CONTROL) & known(abi);
}

static uint64_t writing(long abi)
{
    return known(abi) & ~(EXECUTE | MAKE_CHARACTER | MAKE_BLOCK);
}

/* The ABI that the kernel has; 0: none, or it is not to be used; -1 with errno. */
static long begin(const struct plan *plan)
{
    if (!plan_is(plan, "landlock", "1"))
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    long abi = syscall(CREATE_RULESET, NULL, (size_t)0, VERSION_FLAG);
    return abi < 1 ? 0 : abi;
}

bool confine(const struct plan *plan, const struct places *places)
{
    long abi = begin(plan);
    if (abi < 1)
        return abi == 0;
    uint64_t write = writing(abi), read = reading(abi);
    int rules = rules_make(abi, plan_is(plan, "net.mode", "user"));
    if (rules < 0)
        return false;
    bool ok = allow_all(rules, plan, places, "confine.read", read) &&
              allow_all(rules, plan, places, "confine.execute", read | EXECUTE) &&
              allow_all(rules, plan, places, "confine.write", write) && allow(rules, places->run, write) &&
              syscall(RESTRICT_SELF, rules, 0U) == 0;
    close(rules);
    return ok;
}

bool confine_shares(const struct plan *plan)
{
    long abi = begin(plan);
    if (abi < 1)
        return abi == 0;
    int rules = rules_make(abi, false);
    if (rules < 0)
        return false;
    bool ok = allow_shares(rules, plan, reading(abi), writing(abi)) && syscall(RESTRICT_SELF, rules, 0U) == 0;
    close(rules);
    return ok;
}
