/*
 * slot.c - a subnet of the VM's own, so that VMs run side by side: the N-th /30 of net.subnet, on the tap net.tap.prefix + N,
 * which root made for the users' group (tap-pool) or nofear-tap makes (capability, see tap.c).
 *
 * The host's firewall goes by the slot: what is in the lower half of net.subnet reaches what the host reaches, what is in the
 * upper half the Internet alone (net.reach). It knows the first SLOTS of each half.
 *
 * A slot is kept by an abstract UNIX socket named after it: these belong to the network namespace, as taps do, hold across
 * users and vanish with the process. Slots are the host's: first free, first taken.
 */
#include "nofear.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SLOTS = 32, TAP = 0x0002, NO_PACKET_INFO = 0x1000, VNET_HEADER = 0x4000 };
/* linux/if_tun.h */
#define SET_INTERFACE _IOW('T', 202, int)

static int keep(uint32_t address)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "nofear-slot-%08x", address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool tap_exists(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/sys/class/net/%.20s", name);
    return access(path, F_OK) == 0;
}

/* Can we attach to it, as the VMM will? Errno tells why not: EPERM for a tap of others, EACCES for a device that is closed to us. */
static bool tap_usable(const char *name)
{
    struct {
        char name[16];
        short flags;
        char rest[22];
    } request = {.flags = TAP | NO_PACKET_INFO | VNET_HEADER};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    strncpy(request.name, name, sizeof request.name - 1);
    bool ok = ioctl(fd, SET_INTERFACE, &request) == 0;
    int error = errno;
    close(fd);
    errno = error;
    return ok;
}

static void addresses(struct places *places, uint32_t base)
{
    struct in_addr host = {htonl(base + 1)}, guest = {htonl(base + 2)};
    inet_ntop(AF_INET, &host, places->host_ip, sizeof places->host_ip);
    inet_ntop(AF_INET, &guest, places->guest_ip, sizeof places->guest_ip);
    snprintf(places->prefix, sizeof places->prefix, "30");
}

int slot_take(const struct plan *plan, struct places *places, char *error, size_t size)
{
    const char *subnet = plan_get(plan, "net.subnet"), *prefix = plan_get(plan, "net.tap.prefix");
    bool pool = plan_is(plan, "net.mode", "tap-pool");
    char network[32] = "";
    uint64_t bits = 0;
    struct in_addr first;
    const char *slash = subnet ? strchr(subnet, '/') : NULL;
    if (slash)
        snprintf(network, sizeof network, "%.*s", (int)(slash - subnet), subnet);
    if (!slash || inet_pton(AF_INET, network, &first) != 1 || !nf_number(slash + 1, 29, &bits) || bits < 8) {
        snprintf(error, size, "the plan's subnet %s is none", subnet ? subnet : "(missing)");
        return -1;
    }
    uint32_t half = ((uint32_t)1 << (30 - bits)) / 2, start = plan_is(plan, "net.reach", "internet") ? half : 0;
    int refused = 0;
    for (uint32_t n = start; n < start + half && n < start + SLOTS; n++) {
        uint32_t base = ntohl(first.s_addr) + 4 * n;
        snprintf(places->tap, sizeof places->tap, "%.9s%u", prefix ? prefix : "nofear", n);
        if (pool && !tap_exists(places->tap))
            break;
        int fd = keep(base);
        if (fd < 0)
            continue;
        if (pool && !tap_usable(places->tap)) {
            refused = errno;
            close(fd);
            continue;
        }
        addresses(places, base);
        return fd;
    }
    if (refused == EACCES || refused == ENOENT)
        snprintf(error, size, "/dev/net/tun: %s (nofear-setup doctor tells what to do)", strerror(refused));
    else if (refused == EPERM)
        snprintf(error, size, "no permission for NoFear's network interfaces: the user must be in the group nofear, and logged in anew");
    else
        snprintf(error, size, "no network interface is free for another VM (--network none does without)");
    return -1;
}
