/*
 * command.c - the last steps before a command runs: its user, directory, umask, environment and arguments.
 *
 * EXEC's pairs: arg (repeated; none: shell is started as a login shell), env (repeated), cwd, cwd.must=1 (asked for by name: no
 * other directory will do), umask (decimal), user=guest or root, ignore (repeated: signals that the caller ignores, as under
 * nohup). All of it is bytes; the search along PATH and the statuses 126 and 127 are those of env(1).
 */
#include "agent.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

char **command_words(struct nf_pairs request, const char *wanted, size_t more)
{
    const char *key, *value;
    size_t n = 0;
    for (struct nf_pairs pairs = request; nf_pairs_next(&pairs, &key, &value);)
        n += strcmp(key, wanted) == 0;
    char **words = calloc(n + more + 1, sizeof *words);
    if (!words)
        return NULL;
    n = 0;
    for (struct nf_pairs pairs = request; nf_pairs_next(&pairs, &key, &value);)
        if (strcmp(key, wanted) == 0)
            words[n++] = (char *)value;
    return words;
}

static bool has(char **environment, const char *name)
{
    size_t length = strlen(name);
    for (; *environment; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return true;
    return false;
}

static void add(char **environment, const char *name, const char *value)
{
    char *text;
    if (has(environment, name) || asprintf(&text, "%s=%s", name, value) < 0)
        return;
    while (*environment)
        environment++;
    *environment = text;
}

static const char *login_shell(struct nf_pairs request)
{
    const char *shell = nf_pairs_get(request, "shell");
    return shell && shell[0] == '/' && access(shell, X_OK) == 0 ? shell : "/bin/sh";
}

static void environment_set(const struct agent *agent, struct nf_pairs request, bool root, char **environment)
{
    char runtime[64], bus[160];
    snprintf(runtime, sizeof runtime, "/run/user/%u", (unsigned)agent->user.uid);
    add(environment, "HOME", root ? "/root" : agent->user.home);
    add(environment, "USER", root ? "root" : agent->user.name);
    add(environment, "LOGNAME", root ? "root" : agent->user.name);
    add(environment, "SHELL", login_shell(request));
    add(environment, "PATH", DEFAULT_PATH);
    if (!root)
        add(environment, "XDG_RUNTIME_DIR", runtime);
    if (!root && bus_address(agent, bus, sizeof bus))
        add(environment, "DBUS_SESSION_BUS_ADDRESS", bus);
    environ = environment;
}

void service_environment(const struct agent *agent)
{
    char runtime[64];
    snprintf(runtime, sizeof runtime, "/run/user/%u", (unsigned)agent->user.uid);
    clearenv();
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", 1);
    setenv("HOME", agent->user.home, 1);
    setenv("USER", agent->user.name, 1);
    setenv("LOGNAME", agent->user.name, 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("XDG_RUNTIME_DIR", runtime, 1);
}

bool command_user(const struct agent *agent, bool root)
{
    gid_t groups[64 + NF_GROUPS_MAX], gid = root ? 0 : agent->user.gid;
    uid_t uid = root ? 0 : agent->user.uid;
    int n = user_groups(&agent->user, root, gid, groups, (int)(sizeof groups / sizeof *groups));
    return setgroups((size_t)n, groups) == 0 && setgid(gid) == 0 && setuid(uid) == 0;
}

static void fail(struct leader_message *message, uint32_t status, const char *what, const char *why)
{
    message->event = LEADER_FAILED;
    message->value = status;
    snprintf(message->text, sizeof message->text, "%.700s: %s", what, why);
}

static bool directory_set(struct nf_pairs request, int report, struct leader_message *message)
{
    const char *wanted = nf_pairs_get(request, "cwd");
    if (wanted && chdir(wanted) == 0)
        return true;
    int error = errno;
    if (wanted && nf_pairs_get(request, "cwd.must")) {
        fail(message, 125, wanted, error == ENOENT ? "no such directory in the VM" : strerror(error));
        return false;
    }
    const char *home = getenv("HOME");
    if (!home || chdir(home) < 0) {
        home = "/";
        if (chdir(home) < 0)
            return false;
    }
    if (wanted) {
        struct leader_message note = {.event = LEADER_NOTE};
        snprintf(note.text, sizeof note.text, "%.700s is not in the VM: the command starts in %.200s", wanted, home);
        send(report, &note, sizeof note, MSG_NOSIGNAL);
    }
    return true;
}

static void signals_ignored(struct nf_pairs request)
{
    const char *key, *value;
    uint64_t number;
    while (nf_pairs_next(&request, &key, &value))
        if (strcmp(key, "ignore") == 0 && nf_number(value, NSIG - 1, &number))
            signal((int)number, SIG_IGN);
}

void command_run(const struct agent *agent, struct nf_pairs request, int report, struct leader_message *message)
{
    const char *user = nf_pairs_get(request, "user");
    bool root = user && strcmp(user, "root") == 0;
    char **arguments = command_words(request, "arg", 1), **environment = command_words(request, "env", 8);
    uint64_t mask = 022;
    if (!arguments || !environment) {
        fail(message, 125, "the command", "no memory in the VM");
        return;
    }
    limits_take(request); /* root may raise them, the guest user may not */
    if (!command_user(agent, root)) {
        fail(message, 125, "the guest user", strerror(errno));
        return;
    }
    environment_set(agent, request, root, environment);
    terminfo_take(request);
    if (!directory_set(request, report, message))
        return;
    nf_number(nf_pairs_get(request, "umask"), 0777, &mask);
    umask((mode_t)mask);
    signals_ignored(request);
    if (arguments[0]) {
        execvp(arguments[0], arguments);
    } else {
        const char *shell = login_shell(request), *slash = strrchr(shell, '/');
        if (asprintf(&arguments[0], "-%s", slash + 1) < 0)
            return;
        execv(shell, arguments);
        arguments[0] = (char *)shell;
    }
    if (errno == ENOENT || errno == ENOTDIR)
        fail(message, 127, arguments[0], "not found");
    else
        fail(message, 126, arguments[0], errno == EACCES ? "permission denied" : strerror(errno));
}
