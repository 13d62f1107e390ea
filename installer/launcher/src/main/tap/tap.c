/*
 * tap.c - the program `nofear-tap lan|internet`: makes a tap for one VM, hands it over on standard output, a UNIX socket, and keeps it as
 * long as the other end is open. It has cap_net_admin, and is all of NoFear that has any capability; whoever may run it gets a network
 * that nothing but a VM's frames comes out of, and cannot make it do anything else: it takes no names, addresses or numbers from its
 * caller, reads no environment, and knows no file but launch.conf beside itself.
 *
 * `nofear-tap probe` does the same once, for nobody, and says what this kernel can.
 */
#include "descriptor.h"
#include "conntrack.h"
#include "device.h"
#include "link.h"
#include "netlink.h"
#include "nft.h"
#include "routes.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALM_MS = 200, CLOSE_RANGE = 436 /* younger than some build machines' headers */ };

struct keeper {
    struct settings settings;
    struct device device;
    int route, filter, events;
    const unsigned char *mac;
    bool gate, ingress, conntrack, filled;
    struct uplinks uplinks;
};

static const char PROGRAM[] = "nofear-tap";

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s%s%s\n", PROGRAM, what, *why ? ": " : "", why);
    return 1;
}

static int fail_with(const char *what, int result)
{
    if (result == -EPERM)
        return fail("it has no capability (cap_net_admin) here: run nofear-setup doctor", "");
    return fail(what, strerror(-result));
}

/* The kernel has no such thing, which is no failure. */
static bool unknown(int result)
{
    return result == -ENOENT || result == -EOPNOTSUPP || result == -EAFNOSUPPORT || result == -EPROTONOSUPPORT;
}

/* From the caller we have standard output and error; what else came along is closed. */
static bool begin(void)
{
    signal(SIGPIPE, SIG_IGN);
    umask(077);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        if (fd == STDIN_FILENO || (fcntl(fd, F_GETFD) < 0 && errno == EBADF))
            dup2(null, fd);
    if (null < 0 || chdir("/") < 0)
        return false;
    if (syscall(CLOSE_RANGE, STDERR_FILENO + 1, ~0U, 0U) < 0)
        for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
            close(fd);
    return true;
}

static bool is_packet_socket(int fd)
{
    int domain = 0, type = 0;
    socklen_t size = sizeof domain;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

static bool sockets_open(struct keeper *keeper)
{
    keeper->route = netlink_open(NETLINK_ROUTE, 0);
    keeper->filter = netlink_open(NETLINK_NETFILTER, 0);
    keeper->events = routes_watch(); /* before the first look, so that no change is missed */
    return keeper->route >= 0 && keeper->filter >= 0 && keeper->events >= 0;
}

/* Where guests may leave by; only what has changed is written. */
static int uplinks_fill(struct keeper *keeper)
{
    struct uplinks uplinks;
    int result = routes_uplinks(keeper->route, &uplinks);
    if (result < 0 || (keeper->filled && memcmp(&uplinks, &keeper->uplinks, sizeof uplinks) == 0))
        return result;
    result = nft_uplinks_set(keeper->filter, &uplinks);
    keeper->filled = result == 0;
    keeper->uplinks = uplinks;
    return result;
}

/* A chain of this name is what an earlier tap left. */
static int gate_make(struct keeper *keeper)
{
    int result = nft_gate_remove(keeper->filter, keeper->device.name);
    if (result == 0)
        result = nft_gate_open(keeper->filter, keeper->device.name);
    keeper->gate = result == 0;
    return unknown(result) ? 0 : result;
}

static int ingress_make(struct keeper *keeper)
{
    int result = ingress_filter(keeper->route, keeper->device.index, &keeper->device.slot);
    keeper->ingress = result == 0;
    return unknown(result) ? 0 : result;
}

static int connections_forget(struct keeper *keeper)
{
    int result = conntrack_forget(keeper->device.slot.guest);
    keeper->conntrack = result == 0;
    return unknown(result) || result == -EINVAL ? 0 : result;
}

/* The fresh tap gets all it needs before it is up. A gate without the filter would be none: a guest could write to the tap's own MAC
 * address, or to all. */
static int set_up(struct keeper *keeper)
{
    const struct device *device = &keeper->device;
    int result;
    if ((result = device_silence(device)) < 0)
        return fail_with("the interface can't be kept quiet", result);
    if ((result = ingress_make(keeper)) < 0)
        return fail_with("what the guest sends can't be filtered", result);
    if (keeper->settings.nft && keeper->ingress && (result = gate_make(keeper)) < 0)
        return fail_with("the firewall's gate can't be made", result);
    keeper->mac = keeper->gate ? gated_mac : gateway_mac;
    if ((result = link_prepare(keeper->route, device->index, keeper->mac)) < 0)
        return fail_with("the interface doesn't take its MAC address", result);
    if ((result = connections_forget(keeper)) < 0)
        return fail_with("the last VM's connections can't be forgotten", result);
    if ((result = link_address(keeper->route, device->index, &device->slot)) < 0)
        return fail_with("the interface doesn't take its address", result);
    if ((result = link_up(keeper->route, device->index, &device->slot)) < 0)
        return fail_with("the interface can't be brought up", result);
    return 0;
}

/* Without the table the guest's packets would go by no rules of ours at all. */
static int table_look(struct keeper *keeper)
{
    int result = nft_table_check(keeper->filter);
    if (result == -ENOENT || result == -EINVAL)
        return fail("the firewall's rules are not loaded (table inet nofear): run \"nofear-net start\" as root", "");
    if (result == 0 && (result = uplinks_fill(keeper)) == -ENOENT)
        return fail("the firewall's rules are of another version: run \"nofear-net reload\" as root", "");
    return result < 0 ? fail_with("the firewall", result) : 0;
}

static int make(struct keeper *keeper, bool internet)
{
    struct slots slots;
    if (!slots_of(keeper->settings.subnet, internet, &slots))
        return fail("launch.conf names no subnet for VMs: run nofear-setup install", "");
    if (!sockets_open(keeper))
        return fail_with("netlink", -errno);
    if (keeper->settings.nft && table_look(keeper) != 0)
        return 1;
    int result = device_make(&keeper->device, &slots);
    if (result == -EBUSY)
        return fail("no network interface is free for another VM (--network none does without)", "");
    if (result < 0)
        return fail_with("/dev/net/tun", result);
    result = set_up(keeper);
    if (result != 0 && keeper->gate)
        nft_gate_remove(keeper->filter, keeper->device.name);
    return result;
}

/*
 * Until the other end closes, which is the VM's end: the monitor holds it. Nothing else comes from there. When routes change or
 * interfaces do, all that depends on it is set anew; what fails then (the rules are being loaded, the interface is down) will be
 * tried with the next change, and until then less is open, not more.
 */
static void keep(struct keeper *keeper)
{
    struct pollfd polls[] = {{.fd = STDOUT_FILENO}, {.fd = keeper->events, .events = POLLIN}};
    for (;;) {
        if (poll(polls, 2, -1) < 0 && errno != EINTR)
            return;
        if (polls[0].revents)
            return;
        if (!polls[1].revents || !netlink_drain(keeper->events))
            continue;
        if (poll(polls, 1, CALM_MS) > 0) /* changes come in swarms */
            return;
        netlink_drain(keeper->events);
        link_hold(keeper->route, keeper->device.index, keeper->mac, &keeper->device.slot);
        if (keeper->settings.nft)
            uplinks_fill(keeper);
    }
}

static int probe(const struct keeper *keeper)
{
    printf("filter = %s\ngate = %s\nconntrack = %s\n", keeper->ingress ? "on" : "off", keeper->gate ? "on" : "off",
           keeper->conntrack ? "on" : "off");
    return fflush(stdout) == 0 ? 0 : 1;
}

static int hand_over(struct keeper *keeper)
{
    if (!descriptor_give_named(STDOUT_FILENO, keeper->device.fd, keeper->device.name))
        return fail("standard output does not take the tap", strerror(errno));
    dup2(STDIN_FILENO, STDERR_FILENO); /* /dev/null: what the caller waits for the end of is not kept open */
    keep(keeper);
    return 0;
}

static bool is_tap(const char *network)
{
    return strcmp(network, "tap") == 0 || strcmp(network, "capability") == 0 || strcmp(network, "tap-pool") == 0;
}

int main(int argc, char **argv)
{
    static struct keeper keeper;
    const char *what = argc == 2 ? argv[1] : "", *why;
    bool internet = strcmp(what, "internet") == 0, probing = strcmp(what, "probe") == 0;
    if (!begin())
        return 1;
    if (!internet && !probing && strcmp(what, "lan") != 0)
        return fail("usage", "nofear-tap lan|internet|probe");
    if (!settings_read(&keeper.settings, &why))
        return fail(why, "");
    if (!is_tap(keeper.settings.network))
        return fail("VMs have no taps here (network in launch.conf): run nofear-setup install", "");
    if (!probing && !is_packet_socket(STDOUT_FILENO))
        return fail("standard output is no socket that takes a tap", "");
    if (make(&keeper, internet) != 0)
        return 1;
    int status = probing ? probe(&keeper) : hand_over(&keeper);
    if (keeper.gate)
        nft_gate_remove(keeper.filter, keeper.device.name);
    return status;
}
