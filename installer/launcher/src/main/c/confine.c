/*
 * confine.c - Landlock around the VMM: the last act before its exec.
 *
 * lkvm's 9p server follows links on the host and has no read-only mode, so what the guest can reach through it must be bounded
 * from outside: the plan lists what is readable, writable and executable, and nothing else of the file system is. System calls
 * are made directly, with constants of our own, since the headers of many build machines are older than the kernel it will run
 * on. Each ABI adds rights; all that the running kernel knows are taken away. A kernel without Landlock confines nothing, which
 * `nofear-setup doctor` reports. no_new_privs comes with it, so lkvm's file capability never takes effect.
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
#define TRUNCATE (1ULL << 14)
#define DEVICE_CONTROL (1ULL << 15)
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL)

/* Rights on files that an ABI knows: 13 at first, then rename across directories, truncation, ioctls of devices. */
static uint64_t known(long abi)
{
    unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    return (1ULL << bits) - 1;
}

static bool allow(int rules, const char *path, uint64_t rights)
{
    struct path_rule rule = {rights, open(path, O_PATH | O_CLOEXEC)};
    struct stat status;
    if (rule.parent < 0)
        return true; /* what is not there needs no rule */
    if (fstat(rule.parent, &status) == 0 && !S_ISDIR(status.st_mode))
        rule.allowed &= OF_FILES;
    bool ok = syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0U) == 0;
    close(rule.parent);
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

bool confine(const struct plan *plan, const struct places *places)
{
    if (!plan_is(plan, "landlock", "1"))
        return true;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return false;
    long abi = syscall(CREATE_RULESET, NULL, (size_t)0, VERSION_FLAG);
    if (abi < 1)
        return true;
    uint64_t all = known(abi), read = (READ_FILE | READ_DIRECTORY | DEVICE_CONTROL) & all;
    struct ruleset ruleset = {.files = all};
    /* TCP: only QEMU's user network has business with it. From ABI 6 on no signals and abstract sockets to the outside. */
    if (abi >= 4 && !plan_is(plan, "net.mode", "user"))
        ruleset.network = 3;
    if (abi >= 6)
        ruleset.scope = 3;
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int rules = (int)syscall(CREATE_RULESET, &ruleset, size, 0U);
    if (rules < 0)
        return false;
    bool ok = allow_all(rules, plan, places, "confine.read", read) &&
              allow_all(rules, plan, places, "confine.execute", read | EXECUTE) &&
              allow_all(rules, plan, places, "confine.write", all & ~EXECUTE) && allow(rules, places->run, all & ~EXECUTE) &&
              syscall(RESTRICT_SELF, rules, 0U) == 0;
    close(rules);
    return ok;
}
