/*
 * tap.c - the VM's tap: nofear-tap, which has cap_net_admin, makes it and hands it over on a socket, with its name, which is that of a
 * slot (slot.c). The VMM gets a descriptor and needs no capability, so that Landlock and the filter can hold it.
 *
 * nofear-tap stays as long as the socket is open, and it is open here alone: its end is the monitor's, so the tap, its gate and its slot
 * never outlive the VM. Should nofear-tap be gone before (somebody killed it), the VM goes on with what it has: all that bounds it is
 * the kernel's by then, and bound to the tap. It only learns of no new route to the world any more.
 */
#include "nofear.h"

#include "slot.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void maker_run(const char *maker, const char *reach, int socket, int said)
{
    char *arguments[] = {(char *)maker, (char *)reach, NULL}, *environment[] = {NULL};
    signals_default();
    dup2(socket, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    execve(maker, arguments, environment);
    dprintf(STDERR_FILENO, "%s can't be started: %s%s\n", maker, strerror(errno),
            errno == EACCES ? " (the user must be in the group nofear, and logged in anew)" : "");
    _exit(127);
}

/* Whether there is something to read, in time. */
static bool waited(int fd, uint64_t until)
{
    struct pollfd polls = {fd, POLLIN, 0};
    for (;;) {
        uint64_t now = now_ns();
        int ready = poll(&polls, 1, now >= until ? 0 : (int)((until - now) / 1000000U) + 1);
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

/* What it said, without the end of the line; what it was, if it said nothing. */
static void reason(int said, uint64_t until, unsigned seconds, char *error, size_t size)
{
    ssize_t n = waited(said, until) ? read(said, error, size - 1) : -1;
    error[n > 0 ? n : 0] = 0;
    error[strcspn(error, "\n")] = 0;
    if (!*error)
        snprintf(error, size, n == 0 ? "nofear-tap ended without a tap" : "nofear-tap made no tap within %u s", seconds);
}

static void write_address(uint32_t address, char *text, size_t size)
{
    const struct in_addr in = {htonl(address)};
    inet_ntop(AF_INET, &in, text, (socklen_t)size);
}

/* The numbers of the slot that the name stands for. */
static bool place(const struct plan *plan, const char *name, struct places *places)
{
    const char *subnet = plan_get(plan, "net.subnet");
    struct slots slots;
    struct slot slot;
    uint32_t number;
    if (!subnet || !slots_of(subnet, plan_is(plan, "net.reach", "internet"), &slots) || !slot_number(name, &number) ||
        !slot_at(&slots, number, &slot))
        return false;
    write_address(slot.host, places->host_ip, sizeof places->host_ip);
    write_address(slot.guest, places->guest_ip, sizeof places->guest_ip);
    snprintf(places->prefix, sizeof places->prefix, "%d", SLOT_BITS);
    return true;
}

static int take(struct tap *tap, const struct plan *plan, struct places *places, int said, unsigned seconds, char *error, size_t size)
{
    char name[32] = "";
    uint64_t until = now_ns() + seconds * 1000000000ULL;
    int fd = waited(tap->keeper, until) ? descriptor_take_named(tap->keeper, name, sizeof name) : -1;
    if (fd >= 0 && place(plan, name, places))
        return fd;
    if (fd < 0)
        reason(said, until, seconds, error, size);
    else
        snprintf(error, size, "the interface %s is none of the plan's subnet: run nofear-setup install", name);
    if (fd >= 0)
        close(fd);
    return -1;
}

bool tap_make(struct tap *tap, const struct plan *plan, struct places *places, unsigned seconds, char *error, size_t size)
{
    const char *maker = plan_get(plan, "net.tap.maker");
    const char *reach = plan_is(plan, "net.reach", "internet") ? "internet" : "lan";
    int pair[2], said[2];
    if (!maker || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(said, O_CLOEXEC) < 0) {
        snprintf(error, size, "no tap can be made: %s", maker ? strerror(errno) : "the launch plan names no maker: install again");
        return false;
    }
    pid_t child = fork();
    if (child == 0)
        maker_run(maker, reach, pair[1], said[1]);
    close(pair[1]);
    close(said[1]);
    tap->keeper = pair[0];
    if (child > 0)
        tap->fd = take(tap, plan, places, said[0], seconds, error, size);
    else
        snprintf(error, size, "no process can be made: %s", strerror(errno));
    close(said[0]);
    if (tap->fd >= 0)
        return true;
    close(tap->keeper);
    tap->keeper = -1;
    if (child > 0)
        kill(child, SIGKILL);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return false;
}
