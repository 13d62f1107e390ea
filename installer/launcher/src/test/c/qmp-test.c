/* qmp.c: what QEMU says about a migration is understood, in whatever pieces it comes, and nothing else of it matters. */
#include "qmp.h"

#include "check.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}}, \"capabilities\": [\"oob\"]}}\r\n"
#define RETURN "{\"return\": {}}\r\n"
#define MIGRATION(status) \
    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"MIGRATION\", \"data\": {\"status\": \"" status "\"}}\r\n"
#define ERROR "{\"error\": {\"class\": \"GenericError\", \"desc\": \"File descriptor named 'state' has not been found\"}}\r\n"

static struct qmp opened(void)
{
    struct qmp qmp;
    if (!qmp_open(&qmp))
        exit(2);
    return qmp;
}

static void say_to(const struct qmp *qmp, const char *text)
{
    if (write(qmp->vmm_end, text, strlen(text)) != (ssize_t)strlen(text))
        exit(2);
}

static enum qmp_event heard(const char *text)
{
    struct qmp qmp = opened();
    say_to(&qmp, text);
    enum qmp_event event = qmp_read(&qmp);
    qmp_close(&qmp);
    return event;
}

static void answers(void)
{
    CHECK("a greeting and answers say nothing", heard(GREETING RETURN RETURN) == QMP_NOTHING);
    CHECK("nor does a migration on its way", heard(GREETING RETURN MIGRATION("setup") MIGRATION("active")) == QMP_NOTHING);
    CHECK("one that is complete does", heard(GREETING RETURN MIGRATION("active") MIGRATION("completed")) == QMP_COMPLETED);
    CHECK("so does one that failed", heard(RETURN MIGRATION("failed")) == QMP_FAILED);
    CHECK("and a command that is refused", heard(GREETING RETURN ERROR MIGRATION("completed")) == QMP_FAILED);
    CHECK("other events say nothing", heard("{\"timestamp\": {}, \"event\": \"STOP\"}\r\n") == QMP_NOTHING);
}

static void pieces(void)
{
    static const char text[] = GREETING RETURN MIGRATION("completed");
    struct qmp qmp = opened();
    enum qmp_event event = QMP_NOTHING;
    size_t at = 0;
    for (; text[at] && event == QMP_NOTHING; at++) {
        char byte[2] = {text[at], 0};
        say_to(&qmp, byte);
        event = qmp_read(&qmp);
    }
    CHECK("byte by byte it is heard at the end of its line", event == QMP_COMPLETED && at == sizeof text - 1);
    qmp_close(&qmp);
}

static void ends(void)
{
    struct qmp qmp = opened();
    close(qmp.vmm_end);
    qmp.vmm_end = -1;
    CHECK("that the VMM is gone is for others to say", qmp_read(&qmp) == QMP_NOTHING && qmp.fd == -1);
    CHECK("nobody is there to be told anything", !qmp_send(&qmp, "{}\n", -1));
    qmp_close(&qmp);
}

/* A VMM that never ends its line is cut off, however much it says. */
static void endless(void)
{
    static char noise[16384];
    struct qmp qmp = opened();
    memset(noise, 'x', sizeof noise);
    for (int i = 0; i < 100 && qmp.fd >= 0; i++) {
        if (write(qmp.vmm_end, noise, sizeof noise) != (ssize_t)sizeof noise)
            exit(2);
        qmp_read(&qmp);
    }
    CHECK("a line without an end ends the conversation", qmp.fd == -1);
    qmp_close(&qmp);
}

static void descriptor_goes_along(void)
{
    struct qmp qmp = opened();
    int ends[2], got = -1;
    char text[64] = "", space[CMSG_SPACE(sizeof(int))];
    struct iovec bytes = {.iov_base = text, .iov_len = sizeof text - 1};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    if (pipe(ends) < 0 || !qmp_send(&qmp, "{\"execute\":\"getfd\"}\n", ends[1]) || recvmsg(qmp.vmm_end, &message, 0) < 0)
        exit(2);
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    if (control)
        memcpy(&got, CMSG_DATA(control), sizeof got);
    CHECK("a command comes with its descriptor", strcmp(text, "{\"execute\":\"getfd\"}\n") == 0 && got >= 0 && write(got, "!", 1) == 1);
    qmp_close(&qmp);
}

int main(void)
{
    answers();
    pieces();
    ends();
    endless();
    descriptor_goes_along();
    CHECK_END();
}
