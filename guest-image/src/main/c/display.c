/*
 * display.c - the agent's side of a session's display: its keeper's messages, and the bytes between Xpra's server here and its
 * client on the host.
 *
 * EXEC's pair gui=1 asks for it; xserver.c tells the others. The command waits for the X server alone: Xpra's server, which takes
 * much longer to start, finds its windows later. What the client says meanwhile waits here, a window of it at most.
 */
#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void display_init(struct display *display)
{
    *display = (struct display){.control = -1};
    nf_sink_init(&display->sink, -1, 0);
    nf_source_init(&display->source, -1);
}

static struct nf_pairs request_of(const struct session *session)
{
    const struct nf_buffer *request = &session->request;
    return nf_pairs_of(request->data ? request->data + request->start : NULL, nf_buffer_size(request));
}

/* Asked for, and not there yet. */
bool display_wanted(const struct session *session)
{
    return session->display.keeper == 0 && nf_pairs_get(request_of(session), "gui") != NULL;
}

void display_start(struct agent *agent, struct session *session)
{
    struct display *display = &session->display;
    int control[2];
    mkdir("/tmp/.X11-unix", 01777); /* root's, or X servers complain */
    mkdir("/tmp/.ICE-unix", 01777);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0) {
        session_fail(agent, session, "no socket for the display can be made in the VM");
        return;
    }
    display->control = control[0];
    display->keeper = fork();
    if (display->keeper == 0)
        xserver_run(agent, request_of(session), control[1], session->id);
    close(control[1]);
    if (display->keeper < 0) {
        display->keeper = 0;
        session_fail(agent, session, "no process for the display can be made in the VM");
        return;
    }
    display->sink.open = true; /* keeps what comes until there is somebody to give it to */
}

static bool kill_one(pid_t process, const void *unused)
{
    (void)unused;
    kill(process, SIGKILL);
    return false;
}

void display_end(struct agent *agent, struct display *display)
{
    if (display->keeper > 0) {
        session_visit(display->keeper, kill_one, NULL);
        left_session(agent, display->keeper, true);
    }
    if (display->source.fd >= 0)
        close(display->source.fd);
    if (display->control >= 0)
        close(display->control);
    nf_buffer_free(&display->sink.pending);
    display_init(display);
}

void display_take(struct agent *agent, struct session *session, const struct nf_frame *frame)
{
    if (nf_sink_take(&session->display.sink, frame->payload, frame->length) < 0)
        session_fail(agent, session, "the window's connection broke the protocol");
}

/* One packet, and the descriptor that may come with it. */
static ssize_t receive(int control, struct display_message *message, int *fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room;
    struct iovec data = {message, sizeof *message};
    struct msghdr packet = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
    ssize_t n = recvmsg(control, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR(&packet) : NULL;
    *fd = -1;
    if (head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(fd, CMSG_DATA(head), sizeof *fd);
    message->text[sizeof message->text - 1] = 0;
    return n;
}

static void ready(struct agent *agent, struct session *session, uint32_t number)
{
    char display[32], sound[64];
    snprintf(display, sizeof display, "DISPLAY=:%u", (unsigned)number);
    snprintf(sound, sizeof sound, "PULSE_SERVER=unix:" DISPLAY_SOUND, session->id);
    bool heard = nf_pairs_get(request_of(session), "gui.sound") != NULL;
    if (nf_pair_add(&session->request, "env", display) < 0 || (heard && nf_pair_add(&session->request, "env", sound) < 0))
        session_fail(agent, session, "the arguments and the environment are too long");
    else
        session_start(agent, session);
}

void display_event(struct agent *agent, struct session *session)
{
    struct display *display = &session->display;
    struct display_message message = {.event = 0};
    int fd;
    ssize_t n = receive(display->control, &message, &fd);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n == (ssize_t)sizeof message && message.event == DISPLAY_READY && !session->started) {
        ready(agent, session, message.value);
    } else if (n == (ssize_t)sizeof message && message.event == DISPLAY_CONNECTED && fd >= 0 && display->source.fd < 0) {
        display->sink.fd = display->source.fd = fd;
        display->source.open = true;
    } else {
        if (fd >= 0)
            close(fd);
        session_fail(agent, session, n > 0 && message.event == DISPLAY_FAILED ? message.text : "the display was killed in the VM");
    }
}

short display_polls(const struct display *display, bool congested)
{
    short events = 0;
    if (display->source.open && display->source.credit > 0 && !congested)
        events |= POLLIN;
    if (nf_sink_waiting(&display->sink))
        events |= POLLOUT;
    return events;
}

bool display_turn(struct agent *agent, struct session *session, short events)
{
    struct display *display = &session->display;
    if (events & POLLOUT && nf_sink_write(&display->sink) < 0)
        return false;
    nf_sink_credit(&display->sink, &agent->out, session->id, NF_GUI_IN);
    if (!(events & (POLLIN | POLLHUP | POLLERR)) || display->source.credit == 0)
        return true;
    ssize_t got = nf_source_read(&display->source, &agent->out, session->id, NF_GUI_OUT, NF_CHUNK);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == ENOBUFS));
}
