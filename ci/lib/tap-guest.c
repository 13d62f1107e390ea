/*
 * tap-guest MAKER lan|internet - a guest without a VM: has nofear-tap (MAKER) make a tap, prints "tap NAME ADDRESS" and a line ".", and
 * then does what standard input says, a line at a time; each answer ends with a line ".".
 *
 *   from MAC, to MAC      of the frames to come
 *   source ADDRESS        the same; at first the slot's
 *   arp COUNT             requests, each from another address and for another
 *   who ADDRESS           one request
 *   ping ADDRESS          an echo request
 *   udp ADDRESS PORT      a packet with the text "hello"
 *   syn ADDRESS PORT      the first packet of a connection
 *   connect ADDRESS PORT  a whole connection, kept; prints "connected"
 *   six, tag, short       an IPv6 frame; a ping to the gateway with a VLAN tag; one that is too short
 *   got MILLISECONDS      what has come since, a line a frame
 *   misuse                what a VMM must not do with a tap, under the launcher's filter, by error number
 *   end                   it ends
 *   last                  makes the tap last, as an old VMM could
 */
#include "nofear.h"

#include "slot.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { VNET = 10, ETHERNET = 14, FRAME = 2048 };

uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static int tap;
static uint32_t source, acknowledged;
static unsigned own_port; /* a process's own */
static unsigned char from_mac[6] = {0x02, 0x15, 0x15, 0x15, 0x15, 0x15}, to_mac[6] = {0x02, 0x15, 0x15, 0x15, 0x15, 0x01};

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static void put32(unsigned char *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static unsigned get16(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t get32(const unsigned char *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static uint32_t sum(const unsigned char *at, size_t size, uint32_t total)
{
    for (size_t i = 0; i < size; i++)
        total += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    return total;
}

static unsigned folded(uint32_t total)
{
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return ~total & 0xffff;
}

/* The header of offloads is all zero: none. */
static void send_frame(const unsigned char *to, const unsigned char *from, unsigned type, const unsigned char *payload, size_t size)
{
    unsigned char frame[VNET + FRAME] = {0};
    memcpy(frame + VNET, to, 6);
    memcpy(frame + VNET + 6, from, 6);
    put16(frame + VNET + 12, type);
    memcpy(frame + VNET + ETHERNET, payload, size);
    size_t length = VNET + ETHERNET + size;
    if (write(tap, frame, length) != (ssize_t)length)
        printf("not sent: %s\n", strerror(errno));
}

/* IPv4's header in front of size bytes at packet + 20; the checksum of what is there is set at its offset. */
static size_t packet_of(unsigned char *packet, unsigned protocol, uint32_t to, size_t size, size_t checksum)
{
    unsigned char pseudo[12] = {0};
    memset(packet, 0, 20);
    packet[0] = 0x45;
    put16(packet + 2, (unsigned)(20 + size));
    packet[8] = 64;
    packet[9] = (unsigned char)protocol;
    put32(packet + 12, source);
    put32(packet + 16, to);
    put16(packet + 10, folded(sum(packet, 20, 0)));
    put32(pseudo, source);
    put32(pseudo + 4, to);
    pseudo[9] = (unsigned char)protocol;
    put16(pseudo + 10, (unsigned)size);
    put16(packet + 20 + checksum, folded(sum(packet + 20, size, protocol == 1 ? 0 : sum(pseudo, 12, 0))));
    return 20 + size;
}

static size_t ping_of(unsigned char *packet, uint32_t to)
{
    memset(packet + 20, 0, 16);
    packet[20] = 8;
    return packet_of(packet, 1, to, 16, 2);
}

static void send_segment(uint32_t to, unsigned port, uint32_t sequence, uint32_t acknowledge, unsigned flags)
{
    unsigned char packet[64] = {0};
    put16(packet + 20, own_port);
    put16(packet + 22, port);
    put32(packet + 24, sequence);
    put32(packet + 28, acknowledge);
    packet[32] = 5 << 4;
    packet[33] = (unsigned char)flags;
    put16(packet + 34, 8192);
    send_frame(to_mac, from_mac, 0x0800, packet, packet_of(packet, 6, to, 20, 16));
}

static void send_datagram(uint32_t to, unsigned port)
{
    unsigned char packet[64] = {0};
    put16(packet + 20, own_port);
    put16(packet + 22, port);
    put16(packet + 24, 8 + 5);
    memcpy(packet + 28, "hello", 5);
    send_frame(to_mac, from_mac, 0x0800, packet, packet_of(packet, 17, to, 8 + 5, 6));
}

static void send_arp(uint32_t about, uint32_t sender, const unsigned char *mac)
{
    static const unsigned char all[6] = {255, 255, 255, 255, 255, 255};
    unsigned char request[46] = {0, 1, 8, 0, 6, 4, 0, 1};
    memcpy(request + 8, mac, 6);
    put32(request + 14, sender);
    put32(request + 24, about);
    send_frame(all, mac, 0x0806, request, sizeof request);
}

static void flood(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const unsigned char mac[6] = {0x02, 0x16, (unsigned char)(i >> 24), (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i};
        send_arp((source & ~3U) + 1, 0x0a000000U + i, i % 2 ? mac : from_mac);
    }
}

static void show(const unsigned char *frame, size_t size)
{
    const unsigned char *packet = frame + ETHERNET;
    char sender[INET_ADDRSTRLEN] = "";
    unsigned type = get16(frame + 12);
    if (type != 0x0800 || size < ETHERNET + 28 || (packet[9] == 6 && size < ETHERNET + 40)) {
        printf("type %04x\n", type);
        return;
    }
    inet_ntop(AF_INET, packet + 12, sender, sizeof sender);
    if (packet[9] == 6)
        printf("tcp %s %u flags %02x %.*s\n", sender, get16(packet + 20), packet[33], (int)(get16(packet + 2) - 20 - (packet[32] >> 4) * 4), packet + 20 + (packet[32] >> 4) * 4);
    else
        printf("%s %s %u\n", packet[9] == 1 ? "icmp" : "protocol", sender, packet[20]);
}

/* Frames until the time is over; with a port, until the answer to a first packet to it came. */
static bool receive(unsigned milliseconds, unsigned port)
{
    unsigned char frame[VNET + 65536];
    uint64_t until = now_ns() + milliseconds * 1000000ULL;
    for (uint64_t now; (now = now_ns()) < until;) {
        struct pollfd polls = {tap, POLLIN, 0};
        if (poll(&polls, 1, (int)((until - now) / 1000000U) + 1) <= 0)
            continue;
        ssize_t n = read(tap, frame, sizeof frame);
        if (n < VNET + ETHERNET)
            continue;
        const unsigned char *packet = frame + VNET + ETHERNET;
        if (port && n >= VNET + ETHERNET + 40 && packet[9] == 6 && get16(packet + 20) == port && (packet[33] & 0x12) == 0x12) {
            acknowledged = get32(packet + 24) + 1;
            return true;
        }
        if (!port)
            show(frame + VNET, (size_t)n - VNET);
    }
    return false;
}

static void connect_to(uint32_t to, unsigned port)
{
    send_segment(to, port, 1000, 0, 0x02);
    if (!receive(3000, port)) {
        puts("no answer");
        return;
    }
    send_segment(to, port, 1001, acknowledged, 0x10);
    puts("connected");
}

/* In a child, since a filter stays. */
static void misuse(void)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    static const struct {
        const char *name;
        unsigned long number;
    } calls[] = {{"TUNSETPERSIST", TUNSETPERSIST}, {"TUNSETOWNER", TUNSETOWNER}, {"TUNSETGROUP", TUNSETGROUP},
                 {"TUNSETIFF", TUNSETIFF},         {"TUNSETLINK", TUNSETLINK},   {"SIOCSIFHWADDR", SIOCSIFHWADDR}};
    unsigned offload = TUN_F_CSUM;
    fflush(stdout);
    if (fork() == 0) {
        if (!filter_set(-1))
            puts("no filter");
        for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
            printf("%s %d\n", calls[i].name, ioctl(tap, calls[i].number, &request) < 0 ? errno : 0);
        printf("TUNSETOFFLOAD %d\n", ioctl(tap, TUNSETOFFLOAD, offload) < 0 ? errno : 0);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

static void mac_take(unsigned char *mac, const char *text)
{
    unsigned b[6];
    if (sscanf(text, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) == 6)
        for (int i = 0; i < 6; i++)
            mac[i] = (unsigned char)b[i];
}

static void obey(const char *verb, const char *word, unsigned number)
{
    unsigned char packet[128] = {0};
    struct in_addr in = {0};
    inet_pton(AF_INET, word, &in);
    uint32_t address = ntohl(in.s_addr);
    size_t size;
    if (strcmp(verb, "from") == 0)
        mac_take(from_mac, word);
    else if (strcmp(verb, "to") == 0)
        mac_take(to_mac, word);
    else if (strcmp(verb, "source") == 0)
        source = address;
    else if (strcmp(verb, "arp") == 0)
        flood((unsigned)atoi(word));
    else if (strcmp(verb, "who") == 0)
        send_arp(address, source, from_mac);
    else if (strcmp(verb, "ping") == 0)
        send_frame(to_mac, from_mac, 0x0800, packet, ping_of(packet, address));
    else if (strcmp(verb, "udp") == 0)
        send_datagram(address, number);
    else if (strcmp(verb, "syn") == 0)
        send_segment(address, number, 1000, 0, 0x02);
    else if (strcmp(verb, "connect") == 0)
        connect_to(address, number);
    else if (strcmp(verb, "six") == 0) {
        packet[0] = 0x60;
        packet[6] = 59;
        send_frame(to_mac, from_mac, 0x86dd, packet, 40);
    } else if (strcmp(verb, "tag") == 0) {
        packet[1] = 0; /* VLAN 0: a priority alone, so the packet within would be the host's */
        put16(packet + 2, 0x0800);
        size = ping_of(packet + 4, (source & ~3U) + 1);
        send_frame(to_mac, from_mac, 0x8100, packet, 4 + size);
    } else if (strcmp(verb, "short") == 0)
        send_frame(to_mac, from_mac, 0x0806, packet, 8);
    else if (strcmp(verb, "got") == 0)
        receive((unsigned)atoi(word), 0);
    else if (strcmp(verb, "misuse") == 0)
        misuse();
    else if (strcmp(verb, "last") == 0)
        printf("TUNSETPERSIST %d\n", ioctl(tap, TUNSETPERSIST, 1) < 0 ? errno : 0);
    else
        puts("what?");
}

int main(int argc, char **argv)
{
    char name[32] = "", line[256], verb[32], word[64];
    int pair[2];
    uint32_t slot;
    if (argc != 3 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return 2;
    if (fork() == 0) {
        dup2(pair[1], STDOUT_FILENO);
        execl(argv[1], argv[1], argv[2], (char *)NULL);
        return 127;
    }
    close(pair[1]);
    tap = descriptor_take_named(pair[0], name, sizeof name);
    if (tap < 0 || !slot_number(name, &slot))
        return 1;
    own_port = 10000 + (unsigned)getpid() % 20000;
    source = 0x0ab12100U + 4 * slot + 2; /* 10.177.33.0/24 */
    printf("tap %s\n.\n", name);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        unsigned number = 0;
        word[0] = 0;
        int words = sscanf(line, "%31s %63s %u", verb, word, &number);
        if (words >= 1 && strcmp(verb, "end") == 0)
            break;
        if (words >= 1)
            obey(verb, word, number);
        puts(".");
        fflush(stdout);
    }
    return 0;
}
