/*
 * request.c - the frames that open a session: HELLO to the monitor, then EXEC for the agent: the command, its environment, and
 * what its streams are. The pairs are described in session.c, command.c, limits.c, terminfo.c and terminal.c
 * of the agent.
 */
#include "nofear.h"

#include "caller.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool passes(const struct plan *plan, const char *entry, size_t name)
{
    struct nf_pairs at = plan->pairs;
    for (const char *pass; (pass = plan_next(&at, "env.pass"));) {
        size_t length = strlen(pass);
        if (length > 0 && pass[length - 1] == '*' ? name >= length - 1 && strncmp(entry, pass, length - 1) == 0
                                                  : name == length && strncmp(entry, pass, length) == 0)
            return true;
    }
    return false;
}

/* env.word=BACK:SKIP is the word BACK words before the command, less its first SKIP bytes: text that is no UTF-8, which Java
 * can't hold. */
static const char *word_of(const struct plan *plan, char **command, const char *place)
{
    char back[24];
    uint64_t words, skip;
    const char *colon = strchr(place, ':');
    snprintf(back, sizeof back, "%.*s", colon ? (int)(colon - place) : 0, place);
    if (!colon || !nf_number(back, plan_number(plan, "command.index", 0, 1U << 20), &words) ||
        !nf_number(colon + 1, 1U << 20, &skip) || strlen(command[-(long)words]) < skip)
        die("the launch plan can't be read: install again");
    return command[-(long)words] + skip;
}

/* The next NAME=VALUE that was asked for; NULL at the end. */
static const char *set_next(struct nf_pairs *at, const struct plan *plan, char **command)
{
    const char *key, *value;
    while (nf_pairs_next(at, &key, &value)) {
        if (strcmp(key, "env.set") == 0)
            return value;
        if (strcmp(key, "env.word") == 0)
            return word_of(plan, command, value);
    }
    return NULL;
}

static bool is_set(const struct plan *plan, char **command, const char *entry, size_t name)
{
    struct nf_pairs at = plan->pairs;
    for (const char *set; (set = set_next(&at, plan, command));)
        if (strncmp(set, entry, name) == 0 && set[name] == '=')
            return true;
    return false;
}

static int environment(struct nf_buffer *request, const struct plan *plan, char **command)
{
    int result = 0;
    for (char **entry = environ; *entry; entry++) {
        size_t name = strcspn(*entry, "=");
        if ((*entry)[name] == '=' && passes(plan, *entry, name) && !is_set(plan, command, *entry, name))
            result |= nf_pair_add(request, "env", *entry);
    }
    struct nf_pairs at = plan->pairs;
    for (const char *set; (set = set_next(&at, plan, command));)
        result |= nf_pair_add(request, "env", set);
    at = plan->pairs;
    for (const char *set; plan->windows && (set = plan_next(&at, "gui.env.set"));)
        result |= nf_pair_add(request, "env", set);
    return result;
}

static void letters(struct nf_buffer *request, const char *key, const bool flags[3])
{
    char text[4];
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        if (flags[i])
            text[n++] = "ioe"[i];
    text[n] = 0;
    if (n > 0)
        nf_pair_add(request, key, text);
}

/* Where a path of the host is in the guest; false when the guest need not know of it. The plan's place.host and place.guest are
 * directories that both have, the deepest counts; place.both are single ones. */
static bool place_in_guest(const struct plan *plan, const char *path, char *to, size_t size)
{
    struct nf_pairs at = plan->pairs;
    const char *key, *value, *host = NULL;
    size_t longest = 0;
    bool found = false;
    while (nf_pairs_next(&at, &key, &value)) {
        size_t length = strlen(value);
        if (strcmp(key, "place.host") == 0) {
            bool within = strncmp(path, value, length) == 0 && (path[length] == 0 || path[length] == '/');
            host = within && length > longest ? path + length : NULL;
            longest = host ? length : longest;
        } else if (strcmp(key, "place.guest") == 0 && host) {
            found = snprintf(to, size, "%s%s", value, host) < (int)size;
            host = NULL;
        } else if (strcmp(key, "place.both") == 0 && longest == 0 && strcmp(path, value) == 0) {
            found = snprintf(to, size, "%s", path) < (int)size;
        }
    }
    return found;
}

/* A directory that only the host has would tell the guest the caller's name, or more. */
static int directory(struct nf_buffer *request, const struct plan *plan)
{
    char path[PATH_MAX], there[2 * PATH_MAX];
    const char *wanted = plan_get(plan, "workdir");
    if (wanted)
        return nf_pair_add(request, "cwd", wanted) | nf_pair_add(request, "cwd.must", "1");
    const char *home = getenv("HOME");
    if (!getcwd(path, sizeof path) || path[0] != '/')
        return 0;
    if (place_in_guest(plan, path, there, sizeof there))
        return nf_pair_add(request, "cwd", there);
    if (!home || strcmp(path, home) != 0) /* the guest's home is the place of the caller's */
        say("%s is not in the VM: the command starts in the guest's home", path);
    return 0;
}

/* The caller's shell, if it is a program that the guest has. */
static int shell(struct nf_buffer *request, const struct plan *plan)
{
    char there[2 * PATH_MAX];
    const char *path = getenv("SHELL");
    return path && place_in_guest(plan, path, there, sizeof there) ? nf_pair_add(request, "shell", there) : 0;
}

static void streams(struct nf_buffer *request, const struct standard *standard)
{
    letters(request, "tty", standard->terminal);
    letters(request, "closed", standard->closed);
    if (standard->same && !standard->terminal[1])
        nf_pair_add(request, "same", "oe");
    if (standard->seekable)
        nf_pair_add(request, "seekable", "1");
    handed_describe(&standard->handed, request);
    if (standard->tty >= 0) {
        if (!standard->terminal[0] || !standard->terminal[1])
            nf_pair_add(request, "lazy", "1");
        terminal_describe(request);
    }
}

/* What the agent needs for the session's display, see xserver.c there. */
static int display(struct nf_buffer *request, const struct plan *plan)
{
    static const char *const keys[][2] = {{"gui.guest.xvfb", "gui.xvfb"}, {"gui.guest.server", "gui.server"},
                                          {"gui.guest.sound", "gui.sound"}, {"gui.guest.env", "gui.env"},
                                          {"gui.guest.conf", "gui.conf"}};
    int result = plan->windows ? nf_pair_add(request, "gui", "1") : 0;
    for (size_t i = 0; plan->windows && i < sizeof keys / sizeof keys[0]; i++) {
        struct nf_pairs at = plan->pairs;
        for (const char *value; (value = plan_next(&at, keys[i][0]));)
            result |= nf_pair_add(request, keys[i][1], value);
    }
    return result;
}

/* How long the VM stays, in seconds; NULL where it is for what the command leaves running. What has windows loses them with the
 * command, so what is left of that is of no use. */
static const char *linger(const struct plan *plan)
{
    const char *asked = plan_get(plan, "linger");
    return !asked && plan->windows ? "0" : asked;
}

void request_send(struct nf_buffer *out, const struct plan *plan, const struct standard *standard, char **command)
{
    struct nf_buffer pairs;
    char machine[24];
    nf_buffer_init(&pairs, NF_EXEC_MAX);
    snprintf(machine, sizeof machine, "%016llx", (unsigned long long)plan_machine(plan));
    nf_pair_add(&pairs, "version", NF_VERSION);
    nf_pair_add(&pairs, "machine", machine);
    if (linger(plan))
        nf_pair_add(&pairs, "linger", linger(plan));
    int result = nf_put(out, NF_HELLO, 0, pairs.data, nf_buffer_size(&pairs));
    nf_buffer_free(&pairs);

    streams(&pairs, standard);
    signals_describe(&pairs);
    limits_describe(&pairs);
    nf_pair_add_number(&pairs, "umask", caller_umask());
    nf_pair_add(&pairs, "user", plan_is(plan, "user", "root") ? "root" : "guest");
    if (!plan->windows && (!linger(plan) || strcmp(linger(plan), "0") != 0))
        nf_pair_add(&pairs, "stay", "1");
    terminfo_describe(&pairs);
    result |= shell(&pairs, plan);
    result |= directory(&pairs, plan);
    result |= environment(&pairs, plan, command);
    result |= display(&pairs, plan);
    for (; *command; command++)
        result |= nf_pair_add(&pairs, "arg", *command);
    if (result != 0) {
        say("the arguments and the environment are too long");
        exit(126); /* as env(1) when execve says E2BIG */
    }
    while (nf_buffer_size(&pairs) > 0) {
        size_t part = nf_buffer_size(&pairs) < NF_PAYLOAD_MAX ? nf_buffer_size(&pairs) : NF_PAYLOAD_MAX;
        unsigned type = part == nf_buffer_size(&pairs) ? NF_EXEC_END : NF_EXEC_PART;
        nf_put(out, type, 0, pairs.data + pairs.start, part);
        nf_buffer_drop(&pairs, part);
    }
    nf_buffer_free(&pairs);
}
