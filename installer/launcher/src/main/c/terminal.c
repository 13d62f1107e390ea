/*
 * terminal.c - the caller's terminal: raw while its input goes to the guest, and always back as it was.
 *
 * A second process, the guard, waits for the end of this one: after a SIGKILL, or a fault, it sets the terminal back if nobody
 * else has changed it since (a shell may already be reading a line with settings of its own). Raw means that no character is
 * special here: Ctrl-C, Ctrl-Z and the like reach the guest's terminal, which has the caller's settings and acts on them.
 */
#include "nofear.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

/* Shared with the guard. */
struct state {
    volatile sig_atomic_t raw;
    struct termios before, during;
};

static int tty = -1;
static struct state *state;
static bool guarded;

void terminal_init(int fd)
{
    tty = fd;
    if (fd < 0)
        return;
    void *memory = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("no memory");
    state = memory;
    atexit(terminal_restore);
}

bool terminal_is_raw(void)
{
    return state && state->raw;
}

/* A terminal that is not the controlling one has no background. */
bool terminal_foreground(void)
{
    if (tty < 0)
        return false;
    pid_t group = tcgetpgrp(tty);
    return group < 0 || group == getpgrp();
}

static void guard_start(void)
{
    int pipe_ends[2];
    if (guarded || pipe2(pipe_ends, 0) < 0)
        return;
    guarded = true;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        sigset_t all;
        sigfillset(&all); /* also SIGTTOU: it may set the terminal from the background */
        sigprocmask(SIG_SETMASK, &all, NULL);
        prctl(PR_SET_NAME, "nofear-tty");
        close(pipe_ends[1]);
        int keep = dup(tty), end = dup(pipe_ends[0]);
        for (int fd = 0; fd < 256; fd++)
            if (fd != keep && fd != end)
                close(fd);
        while (read(end, &byte, 1) < 0 && errno == EINTR)
            continue;
        struct termios now;
        if (state->raw && tcgetattr(keep, &now) == 0 && memcmp(&now, &state->during, sizeof now) == 0)
            tcsetattr(keep, TCSADRAIN, &state->before);
        _exit(0);
    }
    close(pipe_ends[0]); /* the other end stays open until this process ends, however it does */
}

void terminal_raw(void)
{
    if (!state || state->raw || !terminal_foreground() || tcgetattr(tty, &state->before) < 0)
        return;
    guard_start();
    struct termios raw = state->before;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(tty, TCSADRAIN, &raw) == 0 && tcgetattr(tty, &state->during) == 0)
        state->raw = 1;
}

void terminal_restore(void)
{
    if (!terminal_is_raw())
        return;
    tcsetattr(tty, TCSADRAIN, &state->before);
    state->raw = 0;
}

bool terminal_size(unsigned char payload[8])
{
    struct winsize size;
    if (tty < 0 || ioctl(tty, TIOCGWINSZ, &size) < 0)
        return false;
    nf_store_u16(payload, size.ws_row);
    nf_store_u16(payload + 2, size.ws_col);
    nf_store_u16(payload + 4, size.ws_xpixel);
    nf_store_u16(payload + 6, size.ws_ypixel);
    return true;
}

void terminal_describe(struct nf_buffer *request)
{
    struct winsize size;
    struct termios settings;
    char text[64 + 2 * NCCS];
    if (tty < 0)
        return;
    if (ioctl(tty, TIOCGWINSZ, &size) == 0) {
        nf_pair_add_number(request, "rows", size.ws_row);
        nf_pair_add_number(request, "cols", size.ws_col);
    }
    if (tcgetattr(tty, &settings) < 0)
        return;
    int n = snprintf(text, sizeof text, "%x:%x:%x:%x:", settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag);
    for (size_t i = 0; i < NCCS; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%02x", settings.c_cc[i]);
    nf_pair_add(request, "termios", text);
}
