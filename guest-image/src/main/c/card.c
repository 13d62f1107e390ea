/*
 * card.c - the network card that is the channel under lkvm (packets.h): out of sight of all that runs in the guest, in a network
 * namespace of its own, which the packet socket on it keeps alive.
 */
#include "agent.h"
#include "packets.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MTU = NF_PACKET_HEADER + NF_PACKET_BYTES,
    /* A window, however the card's driver lays packets out in memory: some 4 KiB for 1500 bytes at worst. */
    RECEIVED = NF_PACKET_WINDOW * NF_PACKET_BYTES * 4,
    CARDS = 16
};

/* The number of the card with our address, with its name in the request; 0: it is not there (yet). */
static int find(int fd, struct ifreq *request, const uint8_t own[6])
{
    for (int i = 1; i <= CARDS; i++) {
        memset(request, 0, sizeof *request);
        request->ifr_ifindex = i;
        if (ioctl(fd, SIOCGIFNAME, request) == 0 && ioctl(fd, SIOCGIFHWADDR, request) == 0 &&
            memcmp(request->ifr_hwaddr.sa_data, own, 6) == 0)
            return i;
    }
    return 0;
}

static int namespace_open(void)
{
    return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* Into another namespace, by a message of rtnetlink: no ioctl does it. */
static bool move(int card, int to)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr attribute;
        int to;
    } order = {
        .header = {.nlmsg_len = sizeof order, .nlmsg_type = RTM_SETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .link = {.ifi_family = AF_UNSPEC, .ifi_index = card},
        .attribute = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = IFLA_NET_NS_FD},
        .to = to,
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[sizeof order];
    } answer = {.error.error = -EIO};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    bool moved = fd >= 0 && send(fd, &order, sizeof order, 0) == (ssize_t)sizeof order &&
                 recv(fd, &answer, sizeof answer, 0) >= (ssize_t)sizeof answer.header + (ssize_t)sizeof answer.error.error &&
                 answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error == 0;
    if (fd >= 0)
        close(fd);
    return moved;
}

static bool up(int fd, struct ifreq *request)
{
    request->ifr_mtu = MTU;
    if (ioctl(fd, SIOCSIFMTU, request) < 0)
        return false;
    request->ifr_flags = IFF_UP | IFF_NOARP;
    return ioctl(fd, SIOCSIFFLAGS, request) == 0;
}

/* In the card's namespace. */
static int packets_open(const uint8_t own[6])
{
    int size = RECEIVED, fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    struct ifreq request;
    int card = fd < 0 ? 0 : find(fd, &request, own);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = (uint16_t)((NF_PACKET_TYPE & 0xff) << 8 | NF_PACKET_TYPE >> 8), /* in the network's order */
        .sll_ifindex = card,
    };
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    if (card && up(fd, &request) && bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int card_open(struct nf_packets *packets, const uint8_t own[6], const uint8_t peer[6])
{
    struct ifreq request;
    int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), card = find(probe, &request, own), fd = -1;
    close(probe);
    if (!card)
        return -1;
    int first = namespace_open();
    if (first >= 0 && unshare(CLONE_NEWNET) == 0) {
        int second = namespace_open();
        bool moved = setns(first, CLONE_NEWNET) == 0 && move(card, second);
        if (moved && setns(second, CLONE_NEWNET) == 0)
            fd = packets_open(own);
        close(second);
        if (setns(first, CLONE_NEWNET) < 0)
            machine_restart();
    }
    close(first);
    if (fd >= 0)
        nf_packets_init(packets, fd, 0, own, peer);
    return fd;
}
