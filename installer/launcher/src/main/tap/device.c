/*
 * device.c - see device.h. A slot is taken by making its interface: the name can be there once, and vanishes with the tap's last holder,
 * so nobody can keep a slot without a VM in it, and nothing that was left in a tap comes to the next VM.
 */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* linux/if_tun.h: a short that is negative. */
#define FRESH ((short)IFF_TUN_EXCL)

/* With the header of offloads, as both VMMs want it. */
static int attach(const char *name, short fresh)
{
    struct ifreq request = {.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | fresh)};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
    if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
        return fd;
    int error = fd < 0 && (errno == ENOENT || errno == ENXIO) ? ENODEV : errno;
    if (fd >= 0)
        close(fd);
    return -error;
}

/* What is there by this name is gone, if it is a tap that nobody has: one that was to last, of an older installation or by the doing of
 * somebody who had it. */
static bool take_apart(const char *name)
{
    int fd = attach(name, 0);
    if (fd < 0)
        return false;
    bool ok = ioctl(fd, TUNSETPERSIST, 0) == 0;
    close(fd);
    return ok;
}

static int fresh_of(const char *name)
{
    int fd = attach(name, FRESH);
    return (fd == -EBUSY || fd == -EINVAL) && take_apart(name) ? attach(name, FRESH) : fd;
}

int device_make(struct device *device, const struct slots *slots)
{
    int result = -EBUSY;
    for (uint32_t n = slots->first; slot_at(slots, n, &device->slot); n++) {
        slot_name(n, device->name, sizeof device->name);
        device->fd = fresh_of(device->name);
        if (device->fd >= 0) {
            device->index = if_nametoindex(device->name);
            /* Root's: nobody else may attach to it, were it ever let go of. */
            if (device->index != 0 && ioctl(device->fd, TUNSETOWNER, 0) == 0)
                return 0;
            result = -errno;
            close(device->fd);
            return result;
        }
        if (device->fd != -EBUSY && device->fd != -EEXIST && device->fd != -EINVAL && device->fd != -EPERM)
            return device->fd;
        result = device->fd == -EPERM ? -EPERM : result;
    }
    return result;
}

static int setting(const char *family, const char *interface, const char *name, const char *value)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/%s/conf/%.15s/%s", family, interface, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : -errno; /* a kernel without it */
    int result = write(fd, value, strlen(value)) == (ssize_t)strlen(value) ? 0 : -errno;
    close(fd);
    return result;
}

/* Without IPv6 the host has no address on it that no rule was made for. The rest is what a host may have set for all its
 * interfaces, and what must not hold for one whose other end is hostile. */
int device_silence(const struct device *device)
{
    static const struct {
        const char *family, *name, *value;
    } settings[] = {{"ipv6", "disable_ipv6", "1"},
                    {"ipv4", "rp_filter", "1"},
                    {"ipv4", "accept_redirects", "0"},
                    {"ipv4", "send_redirects", "0"},
                    {"ipv4", "accept_source_route", "0"},
                    {"ipv4", "route_localnet", "0"},
                    {"ipv4", "accept_local", "0"},
                    {"ipv4", "bc_forwarding", "0"},
                    {"ipv4", "proxy_arp", "0"},
                    {"ipv4", "arp_ignore", "8"}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        int result = setting(settings[i].family, device->name, settings[i].name, settings[i].value);
        if (result < 0)
            return result;
    }
    return 0;
}
