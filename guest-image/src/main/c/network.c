/*
 * network.c - lo, and the one network card with the address that the host chose; no DHCP, no IPv6.
 *
 * BOOT's pairs: net.address, net.prefix, net.gateway (dotted), net.gateway.mac (with colons), net.dns (repeated). Without an address there
 * is only lo. IPv6 is off by the kernel's command line, but for lo. Where the gateway's MAC address is given nobody answers ARP: it is a
 * neighbour for good.
 */
#include "agent.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr *internet(struct sockaddr *to, in_addr_t address)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = address};
    memcpy(to, &in, sizeof in);
    return to;
}

static void up(int fd, const char *name)
{
    struct ifreq request = {.ifr_flags = 0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags |= IFF_UP;
        ioctl(fd, SIOCSIFFLAGS, &request);
    }
}

/* The first card that is not lo. */
static bool card(char *name)
{
    struct if_nameindex *cards = if_nameindex();
    bool found = false;
    for (size_t i = 0; cards && cards[i].if_index; i++)
        if (!found && strncmp(cards[i].if_name, "eth", 3) == 0) {
            snprintf(name, IFNAMSIZ, "%s", cards[i].if_name);
            found = true;
        }
    if (cards)
        if_freenameindex(cards);
    return found;
}

/* Where the gateway is, for good. */
static int neighbour(int fd, const char *card_name, struct in_addr gateway, const char *mac)
{
    struct arpreq request = {.arp_flags = ATF_PERM | ATF_COM, .arp_ha.sa_family = ARPHRD_ETHER};
    unsigned bytes[6];
    char rest;
    if (sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4], &bytes[5], &rest) != 6)
        return -1;
    for (size_t i = 0; i < 6; i++)
        request.arp_ha.sa_data[i] = (char)bytes[i];
    internet(&request.arp_pa, gateway.s_addr);
    snprintf(request.arp_dev, sizeof request.arp_dev, "%s", card_name);
    return ioctl(fd, SIOCSARP, &request);
}

static void configure(struct agent *agent, int fd, struct nf_pairs boot, const char *address)
{
    struct ifreq request = {.ifr_flags = 0};
    uint64_t prefix = 30;
    struct in_addr own, gateway;
    const char *way = nf_pairs_get(boot, "net.gateway"), *mac = nf_pairs_get(boot, "net.gateway.mac");
    nf_number(nf_pairs_get(boot, "net.prefix"), 32, &prefix);
    if (inet_pton(AF_INET, address, &own) != 1 || !card(request.ifr_name)) {
        agent_note(agent, "no network: the guest has no network card, or its address is bad: %s", address);
        return;
    }
    internet(&request.ifr_addr, own.s_addr);
    int failed = ioctl(fd, SIOCSIFADDR, &request);
    internet(&request.ifr_netmask, prefix ? htonl(UINT32_MAX << (32 - prefix)) : 0);
    failed |= ioctl(fd, SIOCSIFNETMASK, &request);
    up(fd, request.ifr_name);
    if (way && inet_pton(AF_INET, way, &gateway) == 1) {
        struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
        internet(&route.rt_dst, INADDR_ANY);
        internet(&route.rt_genmask, INADDR_ANY);
        internet(&route.rt_gateway, gateway.s_addr);
        failed |= ioctl(fd, SIOCADDRT, &route);
        failed |= mac ? neighbour(fd, request.ifr_name, gateway, mac) : 0;
    }
    if (failed)
        agent_note(agent, "the guest's network card did not take its address %s", address);
}

void network_set(struct agent *agent, struct nf_pairs boot)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        /* ::1, which /etc/hosts names. */
        write_file("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "0");
        up(fd, "lo");
        const char *address = nf_pairs_get(boot, "net.address");
        if (address)
            configure(agent, fd, boot, address);
        close(fd);
    }
}

void network_files(struct nf_pairs boot)
{
    char text[2048] = "# written by the NoFear guest at its start\n";
    size_t used = strlen(text);
    const char *key, *value;
    while (nf_pairs_next(&boot, &key, &value)) {
        struct in_addr address;
        if (strcmp(key, "net.dns") == 0 && used < sizeof text - 64 && inet_pton(AF_INET, value, &address) == 1)
            used += (size_t)snprintf(text + used, sizeof text - used, "nameserver %s\n", value);
    }
    write_file("/run/nofear/resolv.conf", text);
}
