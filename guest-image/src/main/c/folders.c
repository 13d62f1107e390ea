/*
 * folders.c - the caller's folders: one mount of FUSE, whose requests a process of its own carries to the file server on the host
 * and back, over a channel of their own (a virtio port, or packets on a card).
 *
 * That process never touches the mount: who waits for it would wait for himself. It holds memory for what it carries, is no prey when
 * memory is short, and outlives all others when the machine ends, since what they had mapped is written when they go. When it goes,
 * or the server, the mount answers all with an error at once (ENOTCONN).
 */
#include "agent.h"
#include "packets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = (1 << 20) + 8192, AT_ONCE = 1 << 16, HEAD = 16, IO_FLUSHER = 57, CONGESTED = 1 << 16 };

struct carrier {
    int fuse, channel;
    bool begun;                 /* a port takes nothing and reads as ended before the host has opened it: the first write waits */
    struct nf_packets *packets; /* NULL: a port */
    struct nf_buffer in, out;
    size_t have, written, size; /* of the reply; of the request, for a port */
    _Alignas(8) unsigned char request[MESSAGE], reply[MESSAGE];
};

/* What is whole goes to the kernel in one write. */
static bool replies_take(struct carrier *carrier)
{
    while (nf_buffer_size(&carrier->in) > 0) {
        uint32_t length = HEAD;
        if (carrier->have >= HEAD)
            memcpy(&length, carrier->reply, sizeof length);
        if (length < HEAD || length > sizeof carrier->reply)
            return false;
        size_t n = nf_buffer_size(&carrier->in), wanted = length - carrier->have;
        n = n < wanted ? n : wanted;
        memcpy(carrier->reply + carrier->have, carrier->in.data + carrier->in.start, n);
        nf_buffer_drop(&carrier->in, n);
        carrier->have += n;
        if (carrier->have < HEAD)
            continue;
        memcpy(&length, carrier->reply, sizeof length);
        if (carrier->have < length)
            continue;
        carrier->have = 0;
        if (write(carrier->fuse, carrier->reply, length) < 0 && errno == ENODEV)
            return false;
    }
    return true;
}

/* What the port takes of the request; false when the host is gone. */
static bool request_write(struct carrier *carrier)
{
    while (carrier->written < carrier->size) {
        ssize_t n = write(carrier->channel, carrier->request + carrier->written, carrier->size - carrier->written);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        carrier->written += (size_t)n;
    }
    if (!carrier->begun)
        fcntl(carrier->channel, F_SETFL, fcntl(carrier->channel, F_GETFL) | O_NONBLOCK);
    carrier->begun = true;
    return true;
}

static bool has_room(const struct carrier *carrier)
{
    return carrier->packets ? nf_buffer_size(&carrier->out) < CONGESTED : carrier->written == carrier->size;
}

static bool requests_take(struct carrier *carrier)
{
    while (has_room(carrier)) {
        ssize_t n = read(carrier->fuse, carrier->request, sizeof carrier->request);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR || errno == ENOENT;
        carrier->size = (size_t)n;
        carrier->written = 0;
        if (carrier->packets ? nf_buffer_add(&carrier->out, carrier->request, carrier->size) < 0 : !request_write(carrier))
            return false;
    }
    return true;
}

static bool carry(struct carrier *carrier)
{
    struct nf_packets *packets = carrier->packets;
    short events = packets ? nf_packets_events(packets, &carrier->out) : (short)(POLLIN | (carrier->written < carrier->size ? POLLOUT : 0));
    uint64_t due = packets ? nf_packets_deadline(packets) : 0, now = uptime_ns();
    struct pollfd polls[] = {{.fd = has_room(carrier) ? carrier->fuse : -1, .events = POLLIN},
                             {.fd = carrier->begun || packets ? carrier->channel : -1, .events = events}};
    if (poll(polls, 2, !due ? -1 : due <= now ? 0 : (int)((due - now) / 1000000U) + 1) < 0)
        return errno == EINTR;
    if (polls[1].revents & ~POLLOUT) {
        ssize_t n = packets ? nf_packets_fill(packets, &carrier->in, AT_ONCE, uptime_ns()) : nf_buffer_fill(&carrier->in, carrier->channel, AT_ONCE);
        if (n == 0 || (n < 0 && errno != EAGAIN) || !replies_take(carrier))
            return false;
    }
    if (!packets && carrier->begun && !request_write(carrier))
        return false;
    if (polls[0].revents && !requests_take(carrier))
        return false;
    return !packets || nf_packets_flush(packets, &carrier->out, uptime_ns()) >= 0 || errno == EAGAIN;
}

static void carrier_run(struct carrier *carrier)
{
    signal(SIGCHLD, SIG_DFL);
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_NAME, "nofear-folders");
    prctl(IO_FLUSHER, 1, 0, 0, 0);
    mlockall(MCL_CURRENT | MCL_FUTURE);
    while (carry(carrier))
        continue;
    _exit(0);
}

static int channel_of(struct carrier *carrier)
{
    static const uint8_t own[6] = NF_FILES_GUEST, peer[6] = NF_FILES_HOST;
    static struct nf_packets packets;
    struct timespec pause = {.tv_nsec = 1000000};
    int fd;
    while ((fd = carrier->packets ? card_open(&packets, own, peer) : port_open(NF_FILES_NAME)) < 0)
        nanosleep(&pause, NULL);
    if (carrier->packets)
        carrier->packets = &packets;
    return fd;
}

void folders_begin(struct agent *agent)
{
    static struct carrier carrier;
    struct stat status;
    char options[128], ahead[64];
    carrier.packets = agent->packets;
    carrier.fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (carrier.fuse < 0)
        agent_fail(agent, "the guest's kernel has no FUSE: %s", strerror(errno));
    carrier.channel = channel_of(&carrier);
    nf_buffer_init(&carrier.in, 4 * AT_ONCE);
    nf_buffer_init(&carrier.out, 4 * MESSAGE);
    mkdir(FOLDERS, 0700);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions", carrier.fuse);
    if (mount("nofear", FOLDERS, "fuse", MS_NODEV | MS_NOSUID, options) < 0)
        agent_fail(agent, "the shared folders can't be mounted in the VM: %s", strerror(errno));
    agent->carrier = fork();
    if (agent->carrier == 0)
        carrier_run(&carrier);
    close(carrier.fuse);
    close(carrier.channel);
    if (agent->carrier < 0)
        agent_fail(agent, "no process can be made in the VM: %s", strerror(errno));
    if (stat(FOLDERS, &status) == 0) { /* Linux reads ahead by 128 KiB at most if not told otherwise */
        snprintf(ahead, sizeof ahead, "/sys/class/bdi/%u:%u/read_ahead_kb", major(status.st_dev), minor(status.st_dev));
        write_file(ahead, "1024");
    }
}
