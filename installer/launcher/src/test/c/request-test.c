/* request.c: a guest is told no directory and no shell that it has not. */
#include "nofear.h"

#include "check.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLAN(home) "format\0nofear-plan-1\0place.both\0/\0place.both\0/tmp\0place.host\0/usr\0place.guest\0/usr\0" home

/* The value of a key of the command's request, or "-". */
static const char *sent(const struct plan *plan, const char *key)
{
    static char value[PATH_MAX];
    char *command[] = {(char *)"true", NULL};
    struct standard standard = {.tty = -1};
    struct nf_buffer out, pairs;
    struct nf_frame frame;
    nf_buffer_init(&out, 2 * NF_EXEC_MAX);
    nf_buffer_init(&pairs, NF_EXEC_MAX);
    request_send(&out, plan, &standard, command);
    while (nf_frame_next(&out, &frame) > 0) {
        if (frame.type != NF_HELLO)
            nf_buffer_add(&pairs, frame.payload, frame.length);
        nf_frame_done(&out, &frame);
    }
    const char *found = nf_pairs_get(nf_pairs_of(pairs.data, nf_buffer_size(&pairs)), key);
    snprintf(value, sizeof value, "%s", found ? found : "-");
    nf_buffer_free(&out);
    nf_buffer_free(&pairs);
    return value;
}

static bool told(const struct plan *plan, const char *directory, const char *as)
{
    return chdir(directory) == 0 && strcmp(sent(plan, "cwd"), as) == 0;
}

int main(void)
{
    char top[] = "/tmp/nofear-request.XXXXXX", path[200], text[400];
    struct nf_buffer bytes;
    struct plan plan = {.data = NULL};
    if (!mkdtemp(top))
        return 2;
    nf_buffer_init(&bytes, 4096);
    nf_buffer_add(&bytes, PLAN(""), sizeof PLAN("") - 1);
    const char *const made[] = {"folder", "folder/in", "folder-beside", "home"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", top, made[i]);
        if (mkdir(path, 0700) < 0)
            return 2;
    }
    snprintf(path, sizeof path, "%s/folder", top);
    nf_pair_add(&bytes, "place.host", path);
    nf_pair_add(&bytes, "place.guest", "/data");
    plan.pairs = nf_pairs_of(bytes.data, nf_buffer_size(&bytes));
    snprintf(text, sizeof text, "%s/home", top);
    setenv("HOME", text, 1);

    CHECK("a directory that only the host has is not told", told(&plan, top, "-"));
    CHECK("nor the caller's home", told(&plan, text, "-"));
    CHECK("a shared one is, by its name in the guest", told(&plan, path, "/data"));
    snprintf(text, sizeof text, "%s/in", path);
    CHECK("so is one below it", told(&plan, text, "/data/in"));
    snprintf(text, sizeof text, "%s-beside", path);
    CHECK("but not one whose name begins like it", told(&plan, text, "-"));
    CHECK("the host's own directories are, that the guest has", told(&plan, "/usr/bin", "/usr/bin"));
    CHECK("and those that both have", told(&plan, "/tmp", "/tmp") && told(&plan, "/", "/"));
    CHECK("but not what is below these", told(&plan, "/proc/self", "-") && told(&plan, "/dev", "-"));
    setenv("SHELL", "/usr/bin/env", 1);
    CHECK("a shell of the guest's is told", strcmp(sent(&plan, "shell"), "/usr/bin/env") == 0);
    setenv("SHELL", "/home/alice/bin/zsh", 1);
    CHECK("one in a home is not", strcmp(sent(&plan, "shell"), "-") == 0);
    for (size_t i = 4; i-- > 0;) {
        snprintf(path, sizeof path, "%s/%s", top, made[i]);
        rmdir(path);
    }
    rmdir(top);
    nf_buffer_free(&bytes);
    CHECK_END();
}
