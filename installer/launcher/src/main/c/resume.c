/*
 * resume.c - a VM that begins where another one had come to, in place of booting.
 *
 * To boot a kernel takes an emulated processor most of a second, always in the same way. So the first run of a machine keeps
 * its state when the agent has said HELLO and waits for BOOT: nothing of the user, the profile or the shares is in it yet, and
 * no file system is mounted. The later ones begin there, of all profiles whose machine is the same. The guest then gets fresh
 * randomness, as any guest does at BOOT.
 *
 * The VMM's own state goes through its migration and a pipe (QEMU's getfd), the guest's memory through a memfd, of which the
 * migration takes no notice (x-ignore-shared). The VMM gets no right to the file: the memory is a copy of the VM's own.
 *
 * Keeping costs the first run some 0.2 s. If going on from a snapshot fails in any way, the VM boots, as if there had been none.
 */
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SECOND 1000000000ULL
enum { KEEP_SECONDS = 10, TAKE_SECONDS = 20 };

#define GREETING "{\"execute\":\"qmp_capabilities\"}\n"
#define CAPABILITIES                                                                                                           \
    "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":["                                             \
    "{\"capability\":\"x-ignore-shared\",\"state\":true},{\"capability\":\"events\",\"state\":true}]}}\n"
#define PIPE "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"state\"}}\n"
static const char keep[] = GREETING CAPABILITIES PIPE "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"fd:state\"}}\n";
static const char take[] = GREETING CAPABILITIES PIPE "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"fd:state\"}}\n";
static const char go_on[] = "{\"execute\":\"cont\"}\n";
static const char leave[] = "{\"execute\":\"migrate_cancel\"}\n{\"execute\":\"cont\"}\n";

const struct resume resume_none = {
    .snapshot = {.memory = -1, .directory = -1, .file = -1},
    .qmp = {.fd = -1, .vmm_end = -1},
    .pipe = -1,
};

void resume_prepare(struct monitor *m)
{
    struct resume *resume = &m->resume;
    snapshot_open(&resume->snapshot, m->plan, &m->places);
    if (resume->snapshot.use == SNAPSHOT_NONE || !qmp_open(&resume->qmp))
        resume_end(resume);
}

const char *const *resume_keys(const struct resume *resume)
{
    static const char *const boots[] = {"vmm.arg", NULL}, *const keeps[] = {"vmm.arg", "snapshot.arg", NULL},
                             *const takes[] = {"vmm.arg", "snapshot.arg", "snapshot.take", NULL};
    return resume->snapshot.use == SNAPSHOT_TAKE ? takes : resume->snapshot.use == SNAPSHOT_KEEP ? keeps : boots;
}

/* The VMM gets one end of a new pipe, with the commands; the other one is ours. */
static bool order(struct resume *resume, const char *commands, bool writing)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return false;
    int theirs = ends[writing ? 0 : 1];
    fcntl(theirs, F_SETFL, 0);
    resume->pipe = ends[writing ? 1 : 0];
    bool sent = qmp_send(&resume->qmp, commands, theirs);
    close(theirs);
    return sent;
}

static void pipe_close(struct resume *resume)
{
    if (resume->pipe >= 0)
        close(resume->pipe);
    resume->pipe = -1;
}

void resume_begin(struct monitor *m)
{
    struct resume *resume = &m->resume;
    if (resume->snapshot.use != SNAPSHOT_TAKE)
        return;
    resume->deadline = now_ns() + TAKE_SECONDS * SECOND;
    machine_boot(m);
    if (!snapshot_load(&resume->snapshot, &resume->state) || !order(resume, take, true))
        resume_fail(m);
}

bool resume_pending(const struct monitor *m)
{
    return m->resume.snapshot.use == SNAPSHOT_TAKE && m->phase < RUNNING;
}

void resume_fail(struct monitor *m)
{
    if (m->resume.failed)
        return;
    m->resume.failed = true;
    m->resume.deadline = 0;
    snapshot_refuse(&m->resume.snapshot);
    vmm_kill(&m->vmm);
}

bool resume_keep(struct monitor *m)
{
    struct resume *resume = &m->resume;
    if (resume->snapshot.use != SNAPSHOT_KEEP)
        return false;
    nf_buffer_init(&resume->state, SNAPSHOT_STATE_MAX);
    resume->keeping = order(resume, keep, false);
    if (resume->keeping)
        resume->deadline = now_ns() + KEEP_SECONDS * SECOND;
    return resume->keeping;
}

/* The VMM has written all of its state: the rest of it is in the pipe. */
static bool state_end(struct resume *resume)
{
    ssize_t n = resume->pipe < 0 ? 0 : 1;
    while (n > 0)
        n = nf_buffer_fill(&resume->state, resume->pipe, NF_PAYLOAD_MAX);
    return n == 0 || errno == EAGAIN;
}

/* The machine stands still, when it is complete. */
static void keep_end(struct monitor *m, bool complete)
{
    struct resume *resume = &m->resume;
    bool whole = complete && state_end(resume);
    pipe_close(resume);
    if (!whole || !snapshot_save(&resume->snapshot, &resume->state))
        snapshot_refuse(&resume->snapshot);
    nf_buffer_free(&resume->state);
    resume->keeping = false;
    resume->deadline = 0;
    if (!qmp_send(&resume->qmp, complete ? go_on : leave, -1))
        monitor_fail(m, "the VMM does not listen: %s", strerror(errno));
    else
        machine_boot(m);
}

void resume_end(struct resume *resume)
{
    pipe_close(resume);
    qmp_close(&resume->qmp);
    nf_buffer_free(&resume->state);
    snapshot_close(&resume->snapshot);
    resume->keeping = resume->failed = false;
    resume->deadline = 0;
}

void resume_polls(const struct monitor *m, struct pollfd polls[RESUME_POLLS])
{
    const struct resume *resume = &m->resume;
    bool over = m->phase == OVER;
    polls[0] = (struct pollfd){.fd = over ? -1 : resume->qmp.fd, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = over ? -1 : resume->pipe, .events = resume->keeping ? POLLIN : POLLOUT};
}

static void pipe_turn(struct monitor *m)
{
    struct resume *resume = &m->resume;
    ssize_t n = resume->keeping ? nf_buffer_fill(&resume->state, resume->pipe, NF_PAYLOAD_MAX)
                                : nf_buffer_flush(&resume->state, resume->pipe, NF_PAYLOAD_MAX);
    bool done = resume->keeping ? n == 0 : nf_buffer_size(&resume->state) == 0;
    if (done || (n < 0 && errno != EAGAIN))
        pipe_close(resume); /* how it went, the VMM says */
}

void resume_turn(struct monitor *m, const struct pollfd polls[RESUME_POLLS])
{
    struct resume *resume = &m->resume;
    if (m->phase == OVER) {
        resume->deadline = 0;
        return;
    }
    if (polls[1].revents && resume->pipe >= 0)
        pipe_turn(m);
    enum qmp_event event = polls[0].revents && resume->qmp.fd >= 0 ? qmp_read(&resume->qmp) : QMP_NOTHING;
    if (resume->deadline && now_ns() >= resume->deadline)
        event = QMP_FAILED;
    if (resume->keeping && event != QMP_NOTHING)
        keep_end(m, event == QMP_COMPLETED);
    else if (event == QMP_FAILED && resume->deadline && resume_pending(m))
        resume_fail(m);
}
