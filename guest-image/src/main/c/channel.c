/*
 * channel.c - the way to the host: a virtio port named nofear.0 (QEMU), or packets on a network card (lkvm, which has no virtio
 * ports) when the kernel's command line says so.
 *
 * The device appears after the kernel and the VMM have talked about it, which may be after init has started. So this waits for
 * it: without a channel the machine is of no use, and the host's deadline ends it.
 */
#include "agent.h"
#include "packets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FAREWELL_MS = 1000 };

static bool is_named(const char *port, const char *wanted)
{
    char path[320], name[32];
    snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", port);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, name, sizeof name);
    close(fd);
    size_t length = strlen(wanted);
    return n >= (ssize_t)length && memcmp(name, wanted, length) == 0 && (n == (ssize_t)length || name[length] == '\n');
}

int port_open(const char *name)
{
    int fd = -1;
    DIR *ports = opendir("/sys/class/virtio-ports");
    struct dirent *port;
    while (ports && fd < 0 && (port = readdir(ports)))
        if (port->d_name[0] != '.' && is_named(port->d_name, name)) {
            char path[320];
            snprintf(path, sizeof path, "/dev/%s", port->d_name);
            fd = open(path, O_RDWR | O_CLOEXEC);
        }
    if (ports)
        closedir(ports);
    return fd;
}

void channel_open(struct agent *agent)
{
    static struct nf_packets packets;
    static const uint8_t own[6] = NF_PACKET_GUEST, peer[6] = NF_PACKET_HOST;
    char line[4096];
    read_text("/proc/cmdline", line, sizeof line);
    if (strstr(line, NF_PACKETS_PARAMETER))
        agent->packets = &packets;
    while ((agent->channel = agent->packets ? card_open(&packets, own, peer) : port_open(NF_PORT_NAME)) < 0) {
        struct timespec pause = {.tv_nsec = 1000000};
        nanosleep(&pause, NULL);
    }
}

/* A port takes no byte before the host has opened its end, and reads as ended until then; and a write to it that blocks returns
 * when the host has taken the bytes. */
void channel_block(struct agent *agent, bool block)
{
    int flags = fcntl(agent->channel, F_GETFL);
    if (!agent->packets)
        fcntl(agent->channel, F_SETFL, block ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

short channel_events(const struct agent *agent)
{
    if (agent->packets)
        return nf_packets_events(agent->packets, &agent->out);
    return (short)(POLLIN | (nf_buffer_size(&agent->out) > 0 ? POLLOUT : 0));
}

uint64_t channel_deadline(const struct agent *agent)
{
    return agent->packets ? nf_packets_deadline(agent->packets) : 0;
}

ssize_t channel_fill(struct agent *agent, size_t most)
{
    if (agent->packets)
        return nf_packets_fill(agent->packets, &agent->in, most, uptime_ns());
    return nf_buffer_fill(&agent->in, agent->channel, most);
}

int channel_write(struct agent *agent)
{
    if (agent->packets)
        return nf_packets_flush(agent->packets, &agent->out, uptime_ns());
    return nf_buffer_flush(&agent->out, agent->channel, NF_WINDOW) < 0 ? -1 : 0;
}

/* Until the descriptor is ready, or a packet is due; false when there is no way any more. */
static bool turn(struct agent *agent, int most_ms)
{
    uint64_t due = channel_deadline(agent), now = uptime_ns();
    int timeout = !due ? -1 : due <= now ? 0 : (int)((due - now) / 1000000U) + 1;
    struct pollfd ready = {.fd = agent->channel, .events = channel_events(agent)};
    if (most_ms >= 0 && (timeout < 0 || timeout > most_ms))
        timeout = most_ms;
    poll(&ready, 1, timeout);
    if (agent->packets && (ready.revents & ~POLLOUT) && channel_fill(agent, NF_PAYLOAD_MAX) < 0)
        return errno == EAGAIN;
    return true;
}

bool channel_flush(struct agent *agent)
{
    while (nf_buffer_size(&agent->out) > 0) {
        if (channel_write(agent) < 0 && errno != EAGAIN)
            return false;
        if (nf_buffer_size(&agent->out) > 0 && !turn(agent, -1))
            return false;
    }
    return true;
}

void channel_end(struct agent *agent)
{
    uint64_t until = uptime_ns() + FAREWELL_MS * 1000000ULL;
    channel_block(agent, true);
    if (!channel_flush(agent))
        return;
    while (agent->packets && !nf_packets_settled(agent->packets) && uptime_ns() < until) {
        nf_buffer_free(&agent->in); /* nobody reads it any more */
        if (!turn(agent, FAREWELL_MS) || (channel_write(agent) < 0 && errno != EAGAIN))
            return;
    }
}
