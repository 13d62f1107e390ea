/*
 * tap.c - the VM's tap where none was made beforehand (net.mode capability): nofear-tap, which has cap_net_admin, makes it and
 * hands it over on a socket. The VMM gets a descriptor and needs no capability, so that Landlock and the filter can hold it; the
 * tap is gone with the last who holds it.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void maker_run(const char *maker, char *tap, int socket, int said)
{
    char *arguments[] = {(char *)maker, tap, NULL}, *environment[] = {NULL};
    signals_default();
    dup2(socket, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    execve(maker, arguments, environment);
    dprintf(STDERR_FILENO, "%s can't be started: %s%s\n", maker, strerror(errno),
            errno == EACCES ? " (the user must be in the group nofear, and logged in anew)" : "");
    _exit(127);
}

/* What it said, without the end of the line; what it was, if it said nothing. */
static void reason(int said, char *error, size_t size)
{
    ssize_t n = read(said, error, size - 1);
    error[n > 0 ? n : 0] = 0;
    error[strcspn(error, "\n")] = 0;
    if (!*error)
        snprintf(error, size, "nofear-tap ended without a tap");
}

int tap_make(const struct plan *plan, const struct places *places, char *error, size_t size)
{
    const char *maker = plan_get(plan, "net.tap.maker");
    char tap[sizeof places->tap];
    int pair[2], said[2], fd = -1;
    snprintf(tap, sizeof tap, "%s", places->tap);
    if (!maker || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(said, O_CLOEXEC) < 0) {
        snprintf(error, size, "no tap can be made: %s", maker ? strerror(errno) : "the launch plan names no maker: install again");
        return -1;
    }
    pid_t child = fork();
    if (child == 0)
        maker_run(maker, tap, pair[1], said[1]);
    close(pair[1]);
    close(said[1]);
    if (child > 0) {
        fd = descriptor_take(pair[0]);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (fd < 0)
        reason(said[0], error, size);
    close(pair[0]);
    close(said[0]);
    return fd;
}
