/*
 * agent.c - PID 1 of the guest: sets the machine up as the host says (BOOT), then serves sessions until SHUTDOWN.
 *
 * The host speaks first in everything but HELLO. The agent has nothing to hide from the guest's root and is no boundary: the
 * boundary is the VM. So it is kept simple and quick: one process, one poll loop, no service manager.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int wake_pipe[2];

uint64_t uptime_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void agent_note(struct agent *agent, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    nf_put(&agent->out, NF_NOTE, 0, text, strlen(text));
}

void agent_fail(struct agent *agent, const char *format, ...)
{
    char payload[4 + 512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(payload + 4, sizeof payload - 4, format, arguments);
    va_end(arguments);
    nf_store_u32((unsigned char *)payload, 125);
    nf_put(&agent->out, NF_FAIL, 0, payload, 4 + strlen(payload + 4));
    channel_flush(agent);
    if (getpid() != 1)
        _exit(BESIDE_FAILED);
    machine_end(agent, 0);
}

static void on_child(int number)
{
    (void)number;
    int saved = errno;
    if (write(wake_pipe[1], "", 1) < 0)
        errno = saved; /* full: it will wake up anyway */
    errno = saved;
}

/* The terminal's or the VMM's signals are not for PID 1; a closed pipe is an error code, not an end. */
static void signals_set(void)
{
    if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        machine_restart();
    struct sigaction child = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigaction(SIGCHLD, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

static void boot(struct agent *agent, const struct nf_frame *frame)
{
    uint64_t received = uptime_ns();
    if (agent->booted || !nf_pairs_valid(frame->payload, frame->length))
        agent_fail(agent, "the agent got a BOOT it can't read");
    struct nf_pairs pairs = nf_pairs_of(frame->payload, frame->length);
    const char *version = nf_pairs_get(pairs, "version");
    if (!version || strcmp(version, NF_VERSION) != 0)
        agent_fail(agent, "the guest image speaks version %s, nofear version %s: install again", NF_VERSION,
                   version ? version : "?");
    clock_set(nf_pairs_get(pairs, "time"));
    identity_set(agent, pairs);
    struct beside network = beside_begin(agent, network_set, pairs);
    mounts_build(agent, pairs);
    root_finish(agent, pairs);
    identity_files(agent);
    network_files(pairs);
    beside_end(agent, network);
    agent->booted = true;

    struct nf_buffer times;
    clock_ask(agent); /* before BOOTED, so that the answer comes before the first command */
    nf_buffer_init(&times, NF_PAYLOAD_MAX);
    nf_pair_add_number(&times, "boot.ns", received);
    nf_pair_add_number(&times, "booted.ns", uptime_ns());
    nf_put(&agent->out, NF_BOOTED, 0, times.data, nf_buffer_size(&times));
    nf_buffer_free(&times);
}

static struct nf_sink *sink_of(struct session *session, unsigned stream)
{
    for (int i = 0; i < SINKS; i++)
        if ((unsigned)sink_stream(i) == stream)
            return &session->sink[i];
    return NULL;
}

static int source_index(unsigned stream)
{
    for (int i = 0; i < SOURCES; i++)
        if ((unsigned)source_stream(i) == stream)
            return i;
    return -1;
}

static void session_frame(struct session *session, const struct nf_frame *frame)
{
    unsigned stream = nf_u32(frame, 0);
    if (frame->type >= NF_DATA) {
        struct nf_sink *sink = sink_of(session, frame->type - (frame->type < NF_EOF ? NF_DATA : NF_EOF));
        if (sink && frame->type >= NF_EOF)
            sink->ending = true;
        else if (sink && nf_sink_take(sink, frame->payload, frame->length) < 0)
            session_hangup(session);
        return;
    }
    switch (frame->type) {
    case NF_WINDOW_ADD:
    case NF_CLOSED: {
        if (stream == NF_GUI_OUT && frame->type == NF_WINDOW_ADD) {
            nf_source_credit(&session->display.source, nf_u32(frame, 4));
            break;
        }
        int index = source_index(stream);
        struct nf_source *source = index < 0 ? NULL : &session->source[index];
        if (!source || !source->open)
            break;
        if (frame->type == NF_WINDOW_ADD) {
            nf_source_credit(source, nf_u32(frame, 4));
        } else {
            source->open = false;
            if (index != 2)
                close(source->fd);
        }
        break;
    }
    case NF_SIGNAL:
        session_signal(session, nf_u32(frame, 0));
        break;
    case NF_HANGUP:
        session_hangup(session);
        break;
    case NF_RESIZE:
        terminal_resize(session->master, frame);
        break;
    default:
        break;
    }
}

void relay_frame(struct agent *agent, const struct nf_frame *frame)
{
    if (frame->type == NF_BOOT) {
        boot(agent, frame);
        return;
    }
    if (frame->type == NF_SHUTDOWN)
        machine_end(agent, nf_u32(frame, 0));
    if (!agent->booted)
        return;
    if (frame->type == NF_CLOCK) {
        clock_answer(agent, frame);
        return;
    }
    if (frame->type == NF_EXEC_PART || frame->type == NF_EXEC_END) {
        session_request(agent, frame);
        return;
    }
    if (frame->type == NF_SIGNAL) /* also to a session that has ended: that it comes through is what counts */
        nf_put_u32(&agent->out, NF_SIGNALLED, frame->session, nf_u32(frame, 0) & ~NF_SIGNAL_ALONE);
    struct session *session = session_find(agent, frame->session);
    if (session && frame->type == NF_DATA + NF_GUI_IN)
        display_take(agent, session, frame); /* may come before the display is there */
    else if (session && !session->started && frame->type == NF_HANGUP)
        session_fail(agent, session, "the caller is gone");
    else if (session && session->started)
        session_frame(session, frame);
    /* else it has ended while this was under way */
}

static void hello(struct agent *agent, uint64_t began)
{
    struct nf_buffer pairs;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_pair_add(&pairs, "version", NF_VERSION);
    nf_pair_add_number(&pairs, "init.ns", began);
    nf_pair_add_number(&pairs, "hello.ns", uptime_ns());
    nf_put(&agent->out, NF_HELLO, 0, pairs.data, nf_buffer_size(&pairs));
    nf_buffer_free(&pairs);
    if (!channel_flush(agent))
        machine_restart();
    channel_block(agent, false);
}

int main(void)
{
    uint64_t began = uptime_ns();
    if (getpid() != 1) {
        fprintf(stderr, "This is the first process of a NoFear guest; it runs nowhere else.\n");
        return 2;
    }
    struct agent agent = {.disk = -1, .bus = {.listener = -1}};
    nf_buffer_init(&agent.in, 4 * NF_PAYLOAD_MAX);
    nf_buffer_init(&agent.out, 16U << 20);
    umask(0);
    mounts_early();
    signals_set();
    write_file("/proc/self/oom_score_adj", "-1000");
    agent.pressure = memory_watch();
    struct rlimit files = {.rlim_cur = 65536, .rlim_max = 1048576};
    setrlimit(RLIMIT_NOFILE, &files);
    write_file("/proc/sys/fs/nr_open", "1073741816"); /* as systemd does: a caller's hard limit may be as high */
    write_file("/proc/sys/kernel/pid_max", "4194304"); /* likewise */
    modules_load();
    channel_open(&agent);
    hello(&agent, began);

    while (relay_turn(&agent, wake_pipe[0]))
        continue;
    machine_end(&agent, 0); /* the host is gone: keep the disk clean at least */
}
