/*
 * frontend.c - the session as the caller sees it: moves bytes between the caller's streams and the monitor, passes signals and
 * the terminal's size on, and ends with the command's status.
 *
 * 125 and one line whenever there is no status: a command that NoFear did not see end has not succeeded.
 */
#include "nofear.h"

#include "polls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { CONGESTED = 1 << 18, OUT = 0, ERR = 1, TTY = 2, FAREWELL_MS = 20000 };

struct frontend {
    const struct plan *plan;
    struct standard *standard;
    int monitor, signals;
    struct nf_buffer in, out;
    struct nf_source input, keys;   /* standard input; the terminal's */
    struct nf_sink output[3];       /* standard output, standard error, the terminal */
    uint64_t read, began, exited;
    bool started, takes_terminal, has_status, connected, window_lost;
    bool others;                    /* what the command left still writes */
    int status;
    struct window window;
    struct nf_buffer timing;
};

static const enum nf_stream output_stream[3] = {NF_OUT, NF_ERR, NF_TTY_OUT};

static void send_u32(struct frontend *f, unsigned type, uint32_t value)
{
    if (f->connected && nf_put_u32(&f->out, type, 0, value) < 0)
        die("no memory");
}

static void resize(struct frontend *f)
{
    unsigned char size[8];
    if (terminal_size(size))
        nf_put(&f->out, NF_RESIZE, 0, size, sizeof size);
}

static void terminal_take(struct frontend *f)
{
    f->takes_terminal = true;
    terminal_raw();
}

/* The command has stopped: so do we, and when we go on, it does. */
static void stop(struct frontend *f, int number)
{
    bool group = terminal_is_raw();
    if (number != SIGSTOP && number != SIGTSTP && number != SIGTTIN && number != SIGTTOU)
        return;
    terminal_restore();
    signals_stop(number == SIGSTOP ? SIGSTOP : SIGTSTP, group && number != SIGSTOP);
    if (f->takes_terminal)
        terminal_raw();
    resize(f);
    send_u32(f, NF_SIGNAL, SIGCONT);
}

/* Stopping and going on are for all of a job. Else what one process sent to this one is for the command alone, and what a
 * terminal sent to this whole group is for its group. */
static uint32_t signal_for(int number, bool sent)
{
    bool job = number == SIGTSTP || number == SIGCONT || number == SIGTTIN;
    return (uint32_t)number | (sent && !job ? NF_SIGNAL_ALONE : 0);
}

static void on_signal(struct frontend *f, int number, bool sent)
{
    if (number == SIGTTOU)
        return;
    if (number == SIGWINCH) {
        resize(f); /* which is a signal to the command if the size is another */
        if (!sent)
            return;
    }
    if (number == SIGCONT && f->takes_terminal) {
        terminal_raw(); /* we may have come to the foreground */
        resize(f);
    }
    bool ends = number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
    if (f->has_status && ends) {
        window_close(&f->window);
        terminal_restore();
        exit(f->status); /* the VM ends without us */
    }
    if (f->started)
        send_u32(f, NF_SIGNAL, signal_for(number, sent));
    else if (number == SIGTSTP)
        signals_stop(SIGTSTP, false);
    else if (ends)
        exit(128 + number);
}

static void signals_read(struct frontend *f)
{
    struct signalfd_siginfo info;
    while (read(f->signals, &info, sizeof info) == (ssize_t)sizeof info)
        on_signal(f, (int)info.ssi_signo, info.ssi_code <= 0); /* SI_USER and its kin */
}

static void output_gone(struct frontend *f, int i, int error)
{
    struct nf_sink *sink = &f->output[i];
    if (error != EPIPE && error != 0 && i < 2)
        say("standard %s: %s", i == OUT ? "output" : "error", strerror(error));
    sink->open = false;
    nf_buffer_free(&sink->pending);
    if (!f->has_status || f->others)
        send_u32(f, NF_CLOSED, output_stream[i]);
}

static void output_write(struct frontend *f, int i)
{
    struct nf_sink *sink = &f->output[i];
    if (nf_sink_write(sink) < 0)
        output_gone(f, i, errno);
    nf_sink_credit(sink, &f->out, 0, output_stream[i]);
    if (sink->open && sink->ending && !nf_sink_waiting(sink)) {
        sink->open = false;
        if (sink->fd > 2)
            close(sink->fd);
        /* Standard error is ours as well, until nothing is left to be said. */
        int null = i == OUT || f->others ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
        if (null >= 0) {
            dup2(null, STDOUT_FILENO + i);
            close(null);
        }
    }
}

static void output_take(struct frontend *f, const struct nf_frame *frame)
{
    unsigned stream = frame->type - NF_DATA;
    if (stream >= NF_MORE_IN) {
        if (!handed_take(&f->standard->handed, frame, &f->out))
            die("the VM broke the protocol");
        return;
    }
    int i = stream == NF_OUT ? OUT : stream == NF_ERR ? ERR : stream == NF_TTY_OUT ? TTY : -1;
    if (i < 0 || nf_sink_take(&f->output[i], frame->payload, frame->length) < 0)
        die("the VM broke the protocol");
    output_write(f, i);
}

static void input_read(struct frontend *f)
{
    ssize_t n = nf_source_read(&f->input, &f->out, 0, NF_IN, NF_CHUNK);
    if (n > 0) {
        f->read += (uint64_t)n;
    } else if (n == 0 || errno != EAGAIN) {
        f->input.open = false;
        nf_put(&f->out, NF_EOF + NF_IN, 0, NULL, 0);
    }
}

static void keys_read(struct frontend *f)
{
    ssize_t n = nf_source_read(&f->keys, &f->out, 0, NF_TTY_IN, NF_CHUNK);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        f->keys.open = false; /* hung up: SIGHUP says the rest */
}

static void on_exit_frame(struct frontend *f, const struct nf_frame *frame)
{
    uint64_t used = nf_u64(frame, 8);
    uint32_t value = nf_u32(frame, 4);
    f->status = nf_u32(frame, 0) ? (int)(128 + (value & 127)) : (int)(value & 255);
    f->has_status = true;
    f->exited = now_ns();
    f->input.open = f->keys.open = false;
    /* As if only the command had read: `while read line; do nofear run ...; done < file` must not lose lines. */
    if (f->standard->seekable && used <= f->read)
        lseek(STDIN_FILENO, -(off_t)(f->read - used), SEEK_CUR);
    f->others = nf_u32(frame, 16) != 0;
    handed_end(&f->standard->handed, f->others);
    for (int i = 0; i < 3; i++)
        f->output[i].ending = !f->others || i == TTY;
}

static void on_fail(struct frontend *f, const struct nf_frame *frame)
{
    uint32_t status = nf_u32(frame, 0);
    terminal_restore();
    if (!f->has_status && frame->length >= 4)
        say_text((const char *)frame->payload + 4, frame->length - 4);
    if (f->has_status)
        return;
    f->status = status == 126 || status == 127 ? (int)status : EXIT_NOFEAR;
    f->has_status = true;
    f->exited = now_ns();
    f->input.open = f->keys.open = false;
}

static void on_frame(struct frontend *f, const struct nf_frame *frame)
{
    switch (frame->type) {
    case NF_STARTED:
        f->started = true;
        if (f->standard->terminal[0] && f->standard->terminal[1])
            terminal_take(f);
        resize(f); /* it may have changed while the VM started */
        break;
    case NF_WANTED:
        terminal_take(f);
        break;
    case NF_DATA + NF_GUI_OUT:
        if (nf_sink_take(&f->window.sink, frame->payload, frame->length) < 0)
            die("the VM broke the protocol");
        break;
    case NF_USED:
    case NF_WINDOW_ADD:
    case NF_CLOSED: {
        uint32_t stream = nf_u32(frame, 0);
        if (stream >= NF_MORE_IN || frame->type == NF_USED) {
            if (!handed_take(&f->standard->handed, frame, &f->out))
                die("the VM broke the protocol");
            break;
        }
        struct nf_source *source = stream == NF_IN ? &f->input : stream == NF_GUI_IN ? &f->window.source : &f->keys;
        if (frame->type == NF_CLOSED)
            source->open = false;
        else
            nf_source_credit(source, nf_u32(frame, 4));
        break;
    }
    case NF_STOPPED:
        stop(f, (int)nf_u32(frame, 0));
        break;
    case NF_EXIT:
        on_exit_frame(f, frame);
        break;
    case NF_ENDED:
        for (int i = 0; i < 3; i++)
            f->output[i].ending = true;
        handed_end(&f->standard->handed, false);
        break;
    case NF_FAIL:
        on_fail(f, frame);
        break;
    case NF_NOTE:
        say_text((const char *)frame->payload, frame->length);
        break;
    case NF_TIMING:
        nf_buffer_free(&f->timing);
        nf_buffer_add(&f->timing, frame->payload, frame->length);
        break;
    case NF_EOF + NF_OUT:
        f->output[OUT].ending = true;
        break;
    case NF_EOF + NF_ERR:
        f->output[ERR].ending = true;
        break;
    default:
        output_take(f, frame); /* which dies of what is no output */
        break;
    }
}

static void monitor_read(struct frontend *f)
{
    ssize_t n = nf_buffer_fill(&f->in, f->monitor, NF_PAYLOAD_MAX);
    struct nf_frame frame;
    int result;
    if (n == 0 || (n < 0 && errno != EAGAIN))
        f->connected = false;
    while ((result = nf_frame_next(&f->in, &frame)) > 0) {
        on_frame(f, &frame);
        nf_frame_done(&f->in, &frame);
    }
    if (result < 0)
        die("the monitor broke the protocol");
}

static bool flushed(const struct frontend *f)
{
    return !nf_sink_waiting(&f->output[OUT]) && !nf_sink_waiting(&f->output[ERR]) && !nf_sink_waiting(&f->output[TTY]) &&
           !handed_waiting(&f->standard->handed);
}

/* Its client has ended, or the display has: the command must not go on where nobody sees it. */
static void window_end(struct frontend *f)
{
    if (!f->has_status) {
        terminal_restore();
        if (f->window.line_length > 0)
            say("the program's windows are lost: Xpra ended: %s", f->window.line);
        else
            say("the program's windows are lost: Xpra ended");
        f->window_lost = true;
        if (f->connected)
            nf_put(&f->out, NF_HANGUP, 0, NULL, 0);
    }
    window_close(&f->window);
}

enum { P_MONITOR, P_SIGNALS, P_INPUT, P_KEYS, P_OUT, P_ERR, P_TTY, P_WINDOW, P_HANDED = P_WINDOW + WINDOW_POLLS, P_COUNT = P_HANDED + HANDED_POLLS };

static void polls_set(struct frontend *f, struct pollfd polls[P_COUNT])
{
    bool calm = nf_buffer_size(&f->out) < CONGESTED && f->started;
    for (int i = 0; i < P_COUNT; i++)
        polls[i] = (struct pollfd){.fd = -1};
    polls[P_SIGNALS] = (struct pollfd){.fd = f->signals, .events = POLLIN};
    window_polls(&f->window, polls + P_WINDOW, nf_buffer_size(&f->out) < CONGESTED);
    handed_polls(&f->standard->handed, polls + P_HANDED, calm);
    if (f->connected)
        polls[P_MONITOR] =
            (struct pollfd){.fd = f->monitor, .events = (short)(POLLIN | (nf_buffer_size(&f->out) > 0 ? POLLOUT : 0))};
    if (f->input.open && f->input.credit > 0 && calm)
        polls[P_INPUT] = (struct pollfd){.fd = f->input.fd, .events = POLLIN};
    if (f->keys.open && f->keys.credit > 0 && calm && terminal_is_raw() && terminal_foreground())
        polls[P_KEYS] = (struct pollfd){.fd = f->keys.fd, .events = POLLIN};
    for (int i = 0; i < 3; i++)
        if (f->output[i].open && (i < 2 || nf_sink_waiting(&f->output[i])))
            polls[P_OUT + i] =
                (struct pollfd){.fd = f->output[i].fd, .events = nf_sink_waiting(&f->output[i]) ? POLLOUT : 0};
}

static void turn(struct frontend *f, int timeout)
{
    struct pollfd polls[P_COUNT];
    polls_set(f, polls);
    if (polls_wait(polls, P_COUNT, timeout) < 0) {
        if (errno == EINTR)
            return;
        die("poll: %s", strerror(errno));
    }
    if (polls[P_SIGNALS].revents)
        signals_read(f);
    if (!window_turn(&f->window, &f->out, polls + P_WINDOW))
        window_end(f);
    for (int i = 0; i < 3; i++) {
        short ready = polls[P_OUT + i].revents;
        if (f->output[i].open && (ready & POLLERR) && !nf_sink_waiting(&f->output[i]))
            output_gone(f, i, 0); /* the reader has closed: the command shall know at its next write */
        else if (ready)
            output_write(f, i);
    }
    if (polls[P_INPUT].revents && f->input.open)
        input_read(f);
    handed_turn(&f->standard->handed, &f->out, polls + P_HANDED);
    if (polls[P_KEYS].revents && f->keys.open)
        keys_read(f);
    if (polls[P_MONITOR].revents & ~POLLOUT)
        monitor_read(f);
    if (f->connected && nf_buffer_size(&f->out) > 0 && nf_buffer_flush(&f->out, f->monitor, NF_WINDOW) < 0 &&
        errno != EAGAIN && errno != EPIPE)
        die("the monitor can't be reached: %s", strerror(errno));
    for (int i = 0; i < 2; i++)
        if (f->output[i].open && f->output[i].ending)
            output_write(f, i);
}

/* As on any machine the caller has the status, and a reader of the command's output waits for those who still write: a process of
 * its own relays that, which ends with the last of them. Of the terminal it has nothing. */
static void others_serve(struct frontend *f)
{
    pid_t child = fork();
    if (child < 0)
        say("what the command left running is cut off: %s", strerror(errno));
    if (child != 0) {
        f->connected = false;
        return;
    }
    setsid();
    signals_default();
    signal(SIGPIPE, SIG_IGN);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 3; i++)
        if (i == 0 || f->standard->terminal[i] || !f->output[i - 1].open)
            dup2(null, i);
    f->output[TTY].open = f->keys.open = false;
    close(f->standard->tty);
    while (f->connected || !flushed(f))
        turn(f, -1);
    _exit(0);
}

static void finish(struct frontend *f)
{
    window_close(&f->window);
    while (f->connected && !flushed(f))
        turn(f, -1);
    terminal_restore();
    if (f->others)
        others_serve(f);
    /* The last session of a VM waits for its end: what was written is then on the disk, and nothing is left running. */
    uint64_t until = now_ns() + FAREWELL_MS * 1000000ULL;
    while (f->connected && now_ns() < until)
        turn(f, FAREWELL_MS);
    while (!flushed(f))
        turn(f, -1);
}

int frontend_run(const struct plan *plan, int monitor, char **command, struct standard *standard, uint64_t began)
{
    struct frontend f = {.plan = plan, .standard = standard, .monitor = monitor, .began = began, .connected = true};
    nf_buffer_init(&f.in, 4 * NF_PAYLOAD_MAX);
    nf_buffer_init(&f.out, 2 * NF_EXEC_MAX);
    nf_buffer_init(&f.timing, NF_PAYLOAD_MAX);
    f.signals = signals_take();
    if (f.signals < 0)
        die("no signals: %s", strerror(errno));
    fcntl(monitor, F_SETFL, fcntl(monitor, F_GETFL) | O_NONBLOCK);
    const bool *closed = standard->closed, *terminal = standard->terminal;
    nf_source_init(&f.input, closed[0] || terminal[0] ? -1 : standard->fd[0]);
    nf_source_init(&f.keys, standard->tty);
    nf_sink_init(&f.output[OUT], closed[1] || terminal[1] ? -1 : standard->fd[1], standard->chunk[1]);
    nf_sink_init(&f.output[ERR], closed[2] || terminal[2] ? -1 : standard->fd[2], standard->chunk[2]);
    nf_sink_init(&f.output[TTY], standard->tty, standard->tty_chunk);
    request_send(&f.out, plan, standard, command);
    window_open(&f.window, plan);
    while (f.connected && !f.has_status)
        turn(&f, -1);
    finish(&f);
    if (!f.has_status)
        die("the VM ended without a result of the command");
    if (plan_is(plan, "timing", "1")) {
        struct nf_frame stages = {.payload = f.timing.data, .length = (uint32_t)nf_buffer_size(&f.timing)};
        timing_print(&stages, began, f.exited);
    }
    return f.window_lost ? EXIT_NOFEAR : f.status;
}
