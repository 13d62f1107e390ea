/*
 * qmp.c - QEMU's monitor protocol (docs/interop/qmp-spec in its source), as far as a migration needs it.
 *
 * Commands are sent without waiting for the answers, which QEMU gives in their order, each on a line of its own: one that
 * begins with an error is all that matters of them. How far a migration is comes by events.
 */
#include "qmp.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_MAX = 1 << 18 };

bool qmp_open(struct qmp *qmp)
{
    int ends[2];
    *qmp = (struct qmp){.fd = -1, .vmm_end = -1};
    nf_buffer_init(&qmp->in, IN_MAX);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return false;
    qmp->fd = ends[0];
    qmp->vmm_end = ends[1];
    return true;
}

void qmp_close(struct qmp *qmp)
{
    if (qmp->fd >= 0)
        close(qmp->fd);
    if (qmp->vmm_end >= 0)
        close(qmp->vmm_end);
    qmp->fd = qmp->vmm_end = -1;
    nf_buffer_free(&qmp->in);
}

bool qmp_send(struct qmp *qmp, const char *commands, int descriptor)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec bytes = {.iov_base = (void *)commands, .iov_len = strlen(commands)};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    return sendmsg(qmp->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)bytes.iov_len;
}

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static enum qmp_event event_of(const char *line)
{
    if (begins(line, "{\"error\""))
        return QMP_FAILED;
    if (!strstr(line, "\"event\": \"MIGRATION\""))
        return QMP_NOTHING;
    return strstr(line, "\"status\": \"completed\"") ? QMP_COMPLETED
         : strstr(line, "\"status\": \"failed\"")    ? QMP_FAILED
                                                    : QMP_NOTHING;
}

enum qmp_event qmp_read(struct qmp *qmp)
{
    enum qmp_event event = QMP_NOTHING;
    ssize_t n = nf_buffer_fill(&qmp->in, qmp->fd, 16384);
    if (n <= 0) {
        qmp_close(qmp); /* the VMM is gone, which others notice */
        return QMP_NOTHING;
    }
    for (char *line, *end; (line = (char *)qmp->in.data + qmp->in.start) && event == QMP_NOTHING &&
                           (end = memchr(line, '\n', nf_buffer_size(&qmp->in)));
         nf_buffer_drop(&qmp->in, (size_t)(end + 1 - line))) {
        *end = 0;
        event = event_of(line);
    }
    return event;
}
