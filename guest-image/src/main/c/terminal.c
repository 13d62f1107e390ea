/*
 * terminal.c - the guest's side of the caller's terminal: a pty with the same size and the same settings.
 *
 * EXEC's pairs: rows, cols, termios (the caller's, in hexadecimal), lazy=1. A session is lazy when not both standard input and
 * output are the terminal (`nofear run ls | less`, `git log | nofear run less`): then whoever else is in the pipeline may be
 * using the terminal too, and the front-end must not touch it unless something in here really reads it. That is found by
 * looking: has somebody changed the pty's settings, or does a process of the session sleep in a read or a poll of it? Until
 * then the caller's terminal post-processes what we write, so the pty must not.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* Hexadecimal c_iflag, c_oflag, c_cflag, c_lflag and the control characters, as the front-end writes them. */
static bool settings_read(const char *text, struct termios *settings)
{
    unsigned flags[4];
    int used = 0;
    if (!text || sscanf(text, "%8x:%8x:%8x:%8x:%n", &flags[0], &flags[1], &flags[2], &flags[3], &used) != 4 || used == 0)
        return false;
    text += used;
    for (size_t i = 0; i < NCCS && text[0] && text[1]; i++, text += 2) {
        unsigned value;
        if (sscanf(text, "%2x", &value) != 1)
            return false;
        settings->c_cc[i] = (cc_t)value;
    }
    settings->c_iflag = flags[0];
    settings->c_oflag = flags[1];
    settings->c_cflag = (settings->c_cflag & CBAUD) | (flags[2] & ~(unsigned)CBAUD);
    settings->c_lflag = flags[3];
    return true;
}

static unsigned short small(struct nf_pairs request, const char *key, unsigned short otherwise)
{
    uint64_t value = otherwise;
    nf_number(nf_pairs_get(request, key), UINT16_MAX, &value);
    return (unsigned short)value;
}

int terminal_open(const struct agent *agent, struct nf_pairs request, bool lazy, int *slave)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char path[64];
    if (master < 0)
        return -1;
    if (unlockpt(master) < 0 || ptsname_r(master, path, sizeof path) != 0 ||
        (*slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
        close(master);
        return -1;
    }
    const char *user = nf_pairs_get(request, "user");
    if (fchown(*slave, user && strcmp(user, "root") == 0 ? 0 : agent->user.uid, 5) < 0)
        fchmod(*slave, 0666);
    struct winsize size = {.ws_row = small(request, "rows", 24), .ws_col = small(request, "cols", 80)};
    ioctl(master, TIOCSWINSZ, &size);
    struct termios settings;
    tcgetattr(*slave, &settings);
    settings_read(nf_pairs_get(request, "termios"), &settings);
    if (lazy)
        settings.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(*slave, TCSANOW, &settings);
    fcntl(master, F_SETFL, fcntl(master, F_GETFL) | O_NONBLOCK);
    return master;
}

void terminal_resize(int master, const struct nf_frame *frame)
{
    struct winsize size = {nf_u16(frame, 0), nf_u16(frame, 2), nf_u16(frame, 4), nf_u16(frame, 6)};
    if (master >= 0)
        ioctl(master, TIOCSWINSZ, &size);
}

/* From now on the caller's terminal is raw and the pty does all processing. */
void terminal_take(struct session *session)
{
    struct termios settings;
    session->lazy = false;
    if (tcgetattr(session->master, &settings) == 0 && (settings.c_lflag & ICANON)) {
        settings.c_oflag |= OPOST;
        tcsetattr(session->master, TCSANOW, &settings);
    }
}

bool terminal_wanted(struct session *session)
{
    struct termios settings;
    unsigned number;
    char file[32];
    if (session->master < 0)
        return false;
    if (tcgetattr(session->master, &settings) == 0 && !(settings.c_lflag & ICANON))
        return true;
    if (ioctl(session->master, TIOCGPTN, &number) < 0)
        return false;
    snprintf(file, sizeof file, "/dev/pts/%u", number);
    return readers_exist(session->leader, file);
}
