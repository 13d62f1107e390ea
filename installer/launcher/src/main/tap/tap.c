/*
 * tap.c - the program `nofear-tap NAME`: makes a tap for one VM, gives it its address, and hands it over on standard output, a
 * UNIX socket. It has cap_net_admin, and can do nothing else with it.
 *
 * So the VMM needs no capability: no_new_privs, Landlock and a seccomp filter can hold it. The tap is called nofearN, not tapN as
 * others call theirs, since the host's firewall goes by the name: N is the slot whose addresses launch.conf, a file of root's
 * beside this program, gives to it. It does not outlive who holds it; one that is in use is not given away.
 *
 * IPv6 goes off before the interface goes up, so that the host has no address on it that no rule was made for; multicast as
 * well, so that avahi and others who announce the host on every interface leave it alone.
 */
#include "descriptor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char PREFIX[] = "nofear";

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "nofear-tap: %s: %s\n", what, why);
    exit(1);
}

/* "nofear12" is 12: no sign, no leading zero, so that each name has one number and each number one name. */
static bool slot_of(const char *name, uint32_t *slot)
{
    const char *digits = name + sizeof PREFIX - 1;
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || *digits == 0 || strlen(digits) > 6 || (digits[0] == '0' && digits[1]))
        return false;
    *slot = 0;
    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9')
            return false;
        *slot = *slot * 10 + (uint32_t)(*digits - '0');
    }
    return true;
}

/* The value of "key = value" in launch.conf, beside this program. */
static bool setting(const char *key, char *value, size_t size)
{
    char path[4096], line[4096], *slash;
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);
    if (n <= 0)
        return false;
    path[n] = 0;
    if (!(slash = strrchr(path, '/')))
        return false;
    strcpy(slash, "/launch.conf");
    FILE *file = fopen(path, "re");
    bool found = false;
    size_t length = strlen(key);
    while (file && !found && fgets(line, sizeof line, file))
        if (strncmp(line, key, length) == 0 && strncmp(line + length, " = ", 3) == 0) {
            line[strcspn(line, "\n")] = 0;
            found = snprintf(value, size, "%s", line + length + 3) < (int)size;
        }
    if (file)
        fclose(file);
    return found;
}

/* The host's address in the slot's four. */
static bool address_of(uint32_t slot, struct in_addr *address)
{
    char subnet[32], *slash, *end;
    struct in_addr first;
    if (!setting("subnet", subnet, sizeof subnet) || !(slash = strchr(subnet, '/')))
        return false;
    *slash = 0;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (*end || bits < 8 || bits > 30 || inet_pton(AF_INET, subnet, &first) != 1 || slot >= (uint32_t)1 << (30 - bits))
        return false;
    address->s_addr = htonl(ntohl(first.s_addr) + 4 * slot + 1);
    return true;
}

static void silence(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%.15s/disable_ipv6", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return; /* a kernel without IPv6 */
    if (fd < 0 || write(fd, "1", 1) != 1)
        fail("IPv6 cannot be switched off", strerror(errno));
    close(fd);
}

static struct sockaddr internet(struct in_addr address)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = address};
    struct sockaddr general;
    memcpy(&general, &in, sizeof general);
    return general;
}

static int make(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (fd < 0)
        fail("/dev/net/tun", strerror(errno));
    if (ioctl(fd, TUNSETIFF, &request) < 0)
        fail(name, errno == EBUSY ? "another VM has it" : strerror(errno));
    return fd;
}

static void bring_up(const char *name, struct in_addr address)
{
    struct in_addr mask = {htonl(UINT32_MAX << 2)};
    struct ifreq request = {.ifr_flags = 0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_addr = internet(address);
    if (fd < 0 || ioctl(fd, SIOCSIFADDR, &request) < 0)
        fail("the address cannot be set", strerror(errno));
    request.ifr_netmask = internet(mask);
    if (ioctl(fd, SIOCSIFNETMASK, &request) < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        fail("the netmask cannot be set", strerror(errno));
    request.ifr_flags = (short)((request.ifr_flags | IFF_UP | IFF_RUNNING) & ~IFF_MULTICAST);
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        fail("the interface cannot be brought up", strerror(errno));
    close(fd);
}

int main(int argc, char **argv)
{
    uint32_t slot;
    char mode[32];
    struct in_addr address;
    if (argc != 2 || !slot_of(argv[1], &slot))
        fail("usage", "nofear-tap nofearN");
    if (!setting("network", mode, sizeof mode) || strcmp(mode, "capability") != 0 || !address_of(slot, &address))
        fail(argv[1], "not one of the interfaces that launch.conf speaks of");
    int tap = make(argv[1]);
    silence(argv[1]);
    bring_up(argv[1], address);
    if (!descriptor_give(STDOUT_FILENO, tap))
        fail("standard output", "not a socket that takes the tap");
    return 0;
}
