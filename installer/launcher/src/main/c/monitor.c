/*
 * monitor.c - the monitor: one process beside each VM, which starts it, relays between front-ends and guest, and ends it.
 *
 * The VM lives as long as it has sessions, or as what these left running keeps it, or as it was told to linger. Its end is
 * always the same: SHUTDOWN to the agent, which leaves the disk clean and says BYE, then SIGKILL to the VMM; without a BYE in
 * time the VMM is killed all the same. Front-ends that wait are let go last, when nothing of the VM is left. Standard input,
 * output and error are /dev/null here: the caller hears of failures by FAIL.
 */
#include "monitor.h"

#include "caller.h"
#include "polls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ULL
enum { GRACE_MS = 500, CONGESTED = 1 << 19, LOCK_SECONDS = 60, STOP_SECONDS = 5, TAP_SECONDS = 10, END_SECONDS = 10, DEFAULT_DEADLINE = 60 };

static void all_finish(struct monitor *m, const char *text)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (m->clients[i].session != 0)
            client_fail(&m->clients[i], text);
}

void monitor_fail(struct monitor *m, const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    m->failed = true;
    m->phase = OVER;
    all_finish(m, text);
    vmm_kill(&m->vmm);
}

/* With what the VMM said last, which mostly is the reason; where it said nothing, with how it ended. */
static void fail_with_log(struct monitor *m, const char *what, const char *ended)
{
    for (int i = 0; i < 256 && m->vmm.log >= 0; i++)
        log_read(m);
    if (m->logged > 0)
        monitor_fail(m, "%s: %s (log: %s/vmm.log)%s", what, m->last_line, m->run.path, limits_hint());
    else
        monitor_fail(m, "%s (the VMM wrote nothing%s)%s", what, ended, limits_hint());
}

static void on_alarm(int number)
{
    (void)number;
}

/* Blocks while the profile's last VM ends. */
static bool lock_take(struct monitor *m, char *error, size_t size)
{
    m->lock = safe_file(m->profile, "lock", O_RDWR | O_CREAT, "the profile's", error, size);
    if (m->lock < 0)
        return false;
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    alarm(LOCK_SECONDS);
    int result = flock(m->lock, LOCK_EX);
    alarm(0);
    if (result < 0)
        snprintf(error, size, "the profile %s is in use by a VM that does not answer", plan_get(m->plan, "profile"));
    return result == 0;
}

static void lock_describe(struct monitor *m)
{
    char text[1200];
    int n = snprintf(text, sizeof text, "%d\n%s\n%016llx\n", (int)getpid(), m->run.path,
                     (unsigned long long)plan_machine(m->plan));
    if (ftruncate(m->lock, 0) < 0 || pwrite(m->lock, text, (size_t)n, 0) != n)
        m->failed = true; /* nobody can join; the VM runs all the same */
}

static bool prepare(struct monitor *m, char *error, size_t size)
{
    if (m->profile >= 0 && !lock_take(m, error, size))
        return false;
    if (!rundir_make(&m->run, m->plan, error, size))
        return false;
    snprintf(m->places.run, sizeof m->places.run, "%s", m->run.path);
    snprintf(m->places.channel_fd, sizeof m->places.channel_fd, "3");
    snprintf(m->places.tap_fd, sizeof m->places.tap_fd, "4");
    snprintf(m->places.memory_fd, sizeof m->places.memory_fd, "5");
    snprintf(m->places.qmp_fd, sizeof m->places.qmp_fd, "6");
    snprintf(m->places.files_fd, sizeof m->places.files_fd, "7");
    if (plan_is(m->plan, "vmm.kind", "qemu-tcg"))
        snprintf(m->places.tsc_khz, sizeof m->places.tsc_khz, "%llu", (unsigned long long)tsc_khz());
    snprintf(m->places.name, sizeof m->places.name, "nf%d", (int)getpid());
    if (m->profile >= 0) {
        m->listener = rundir_listen(&m->run);
        if (m->listener < 0) {
            snprintf(error, size, "no socket can be made in %s: %s", m->run.path, strerror(errno));
            return false;
        }
        lock_describe(m);
        flock(m->gate, LOCK_UN); /* whoever comes now finds the socket */
    }
    if (!disk_ready(m->plan, &m->places, error, size))
        return false;
    if (plan_is(m->plan, "net.mode", "tap") && !tap_make(&m->tap, m->plan, &m->places, TAP_SECONDS, error, size))
        return false;
    resume_prepare(m);
    return link_open(&m->link, m->plan, error, size) && files_start(&m->files, m->plan, error, size);
}

static void end_begin(struct monitor *m, uint32_t grace_ms)
{
    if (m->phase < BOOTING) {
        m->phase = OVER;
        vmm_kill(&m->vmm);
        return;
    }
    m->phase = ENDING;
    m->end_deadline = now_ns() + END_SECONDS * SECOND;
    nf_put_u32(&m->out, NF_SHUTDOWN, 0, grace_ms);
}

static void accept_all(struct monitor *m)
{
    for (int fd; (fd = accept4(m->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
        struct ucred peer;
        socklen_t length = sizeof peer;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid())
            client_add(m, fd);
        else
            close(fd);
    }
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        m->accept_retry = now_ns() + SECOND / 10; /* no descriptor is free: who knocks waits, and the loop does not spin */
}

/* No session is left, and still it stays: for what commands left running, or for the next one. */
static bool lingers(const struct monitor *m)
{
    return m->phase == RUNNING && !m->stopping && ((m->stays && m->left > 0) || m->linger_until > 0);
}

/* No session is left: nobody may come in any more, see launch.c on the gate. */
static void end_if_idle(struct monitor *m)
{
    if (m->phase >= ENDING || clients_present(m) > 0 || sessions_alive(m) > 0 || lingers(m))
        return;
    if (m->listener >= 0) {
        if (!m->yields && flock(m->gate, LOCK_EX | LOCK_NB) < 0) {
            m->gate_retry = now_ns() + SECOND / 100; /* somebody is about to connect */
            return;
        }
        accept_all(m);
        if (!m->yields && clients_present(m) > 0) {
            flock(m->gate, LOCK_UN);
            return;
        }
        unlinkat(m->run.fd, "socket", 0);
        close(m->listener);
        m->listener = -1;
        flock(m->gate, LOCK_UN);
    }
    end_begin(m, GRACE_MS);
}

static void stop(struct monitor *m)
{
    if (m->stopping)
        return;
    m->stopping = true;
    m->stop_deadline = now_ns() + STOP_SECONDS * SECOND;
    machine_signal_all(m, SIGTERM);
    machine_signal_all(m, SIGCONT);
    if (m->phase < RUNNING)
        monitor_fail(m, "the VM was stopped while it started");
}

static bool vmm_begin(struct monitor *m, char *error, size_t size)
{
    const struct inherited inherited = {m->link.vmm_end, m->tap.fd, m->resume.snapshot.memory, m->resume.qmp.vmm_end,
                                        m->files.vmm_end};
    bool ok = vmm_start(&m->vmm, m->plan, &m->places, &m->run, &inherited, resume_keys(&m->resume), m->lock, error, size);
    if (m->link.vmm_end >= 0)
        close(m->link.vmm_end); /* the VMM's alone: it is gone when the VMM is */
    if (m->resume.qmp.vmm_end >= 0)
        close(m->resume.qmp.vmm_end);
    if (m->files.vmm_end >= 0)
        close(m->files.vmm_end);
    m->link.vmm_end = m->resume.qmp.vmm_end = m->files.vmm_end = -1;
    m->boot_deadline = now_ns() + plan_number(m->plan, "deadline.boot", DEFAULT_DEADLINE, 86400) * SECOND;
    return ok;
}

static void files_end(struct monitor *m)
{
    if (m->files.pid > 0) {
        kill(m->files.pid, SIGKILL);
        waitpid(m->files.pid, NULL, 0);
    }
    m->files.pid = 0;
}

/* The VM that was to go on from a snapshot is gone before it did anything: another one takes its place, and its tap. */
static void boot_instead(struct monitor *m)
{
    char error[600] = "";
    resume_fail(m);
    resume_end(&m->resume);
    nf_buffer_free(&m->in);
    nf_buffer_free(&m->out);
    link_close(&m->link);
    if (m->vmm.log >= 0)
        close(m->vmm.log);
    if (m->vmm.pidfd >= 0)
        close(m->vmm.pidfd);
    m->phase = WAITING;
    files_end(m); /* its channel was that VM's */
    if (link_open(&m->link, m->plan, error, sizeof error) && files_start(&m->files, m->plan, error, sizeof error) && vmm_begin(m, error, sizeof error)) {
        status_write(m);
        return;
    }
    all_finish(m, error);
    m->phase = OVER;
    m->vmm_gone = true;
}

/* Such as ", status 1" or ", killed: Segmentation fault". */
static void ended_describe(int status, char *text, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(text, size, ", killed: %s", strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, ", status %d", WEXITSTATUS(status));
}

static void keeper_read(struct monitor *m)
{
    int status;
    char ended[80] = "";
    ssize_t n = recv(m->vmm.keeper_fd, &status, sizeof status, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    close(m->vmm.keeper_fd);
    m->vmm.keeper_fd = -1;
    if (n != (ssize_t)sizeof status)
        vmm_kill(&m->vmm); /* the keeper was killed */
    else
        ended_describe(status, ended, sizeof ended);
    if (resume_pending(m)) {
        boot_instead(m);
        return;
    }
    m->vmm_gone = true;
    if (m->phase == ENDING || m->phase == OVER)
        m->phase = OVER;
    else
        fail_with_log(m, m->phase == RUNNING ? "the VM ended before the command did" : "the VM did not start", ended);
}

static int next_timeout(const struct monitor *m)
{
    const uint64_t times[] = {m->linger_until, m->boot_deadline, m->stop_deadline, m->end_deadline, m->gate_retry, m->resume.deadline,
                              m->answer_deadline, m->hangup_deadline, m->accept_retry,
                              m->phase == OVER ? 0 : link_deadline(&m->link)};
    uint64_t next = UINT64_MAX, now = now_ns();
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (times[i] && times[i] < next)
            next = times[i];
    return next == UINT64_MAX ? -1 : next <= now ? 0 : (int)((next - now) / 1000000U) + 1;
}

static bool due(uint64_t *deadline)
{
    if (!*deadline || now_ns() < *deadline)
        return false;
    *deadline = 0;
    return true;
}

static void deadlines(struct monitor *m)
{
    if (due(&m->boot_deadline) && m->phase < RUNNING) {
        char text[80];
        snprintf(text, sizeof text, "the VM did not start within %llu s",
                 (unsigned long long)plan_number(m->plan, "deadline.boot", DEFAULT_DEADLINE, 86400));
        fail_with_log(m, text, "");
    }
    if (due(&m->stop_deadline) && m->phase == RUNNING) {
        machine_hangup_all(m); /* SIGKILL follows in a second */
        m->end_deadline = now_ns() + END_SECONDS * SECOND;
    }
    if (due(&m->end_deadline) && m->phase < OVER)
        monitor_fail(m, "the VM did not end and was killed");
    if (due(&m->answer_deadline) && m->phase == RUNNING)
        monitor_fail(m, "the VM did not answer and was killed");
    if (due(&m->hangup_deadline) && m->phase == RUNNING && clients_present(m) == 0 && sessions_alive(m) > 0)
        monitor_fail(m, "the VM did not end its commands and was killed");
    due(&m->linger_until);
    due(&m->gate_retry);
    due(&m->accept_retry);
}

static void children_reap(struct monitor *m)
{
    int status;
    char ended[80];
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid != m->files.pid)
            continue;
        m->files.pid = 0;
        ended_describe(status, ended, sizeof ended);
        /* With the VM it ends by itself, a little before we hear of that one's end. */
        if (m->phase < ENDING && m->vmm.keeper_fd >= 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
            monitor_fail(m, "the server of the shared folders ended%s: the VM was killed", ended);
    }
}

static void signals_read(struct monitor *m)
{
    struct signalfd_siginfo info;
    while (read(m->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            children_reap(m);
        else
            stop(m);
    }
}

/* A front-end that has its result need not wait for the others' end. */
static void let_go(struct monitor *m)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct client *client = &m->clients[i];
        if (client->session != 0 && client->finished && nf_buffer_size(&client->out) == 0 && m->phase < ENDING &&
            (clients_present(m) > 0 || sessions_alive(m) > 0 || lingers(m)))
            client_free(client);
    }
}

enum { P_CHANNEL, P_KEEPER, P_LOG, P_SIGNALS, P_CLOCK, P_LISTENER, P_RESUME, P_CLIENTS = P_RESUME + RESUME_POLLS };

/* Without poll nothing can be waited for: the VM ends, and what is left is looked at from time to time. */
static void blind(struct monitor *m)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    if (m->phase != OVER)
        monitor_fail(m, "the VM can't be waited for: %s", strerror(errno));
    nanosleep(&pause, NULL);
    if (m->vmm.keeper_fd >= 0)
        keeper_read(m);
}

static void turn(struct monitor *m)
{
    static struct pollfd polls[P_CLIENTS + NF_SESSIONS_MAX];
    /* What is sent to a guest that does not come to life would be lost. */
    bool calm = nf_buffer_size(&m->out) < CONGESTED && m->phase >= BOOTING && m->phase < OVER && !resume_pending(m);
    polls[P_CHANNEL] = (struct pollfd){.fd = m->phase == OVER ? -1 : m->link.fd, .events = link_events(&m->link, &m->out)};
    polls[P_KEEPER] = (struct pollfd){.fd = m->vmm.keeper_fd, .events = POLLIN};
    polls[P_LOG] = (struct pollfd){.fd = m->vmm.log, .events = POLLIN};
    polls[P_SIGNALS] = (struct pollfd){.fd = m->signals, .events = POLLIN};
    polls[P_CLOCK] = (struct pollfd){.fd = m->clock, .events = POLLIN};
    polls[P_LISTENER] = (struct pollfd){.fd = m->phase < ENDING && !m->accept_retry ? m->listener : -1, .events = POLLIN};
    resume_polls(m, &polls[P_RESUME]);
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct client *client = &m->clients[i];
        short events = (short)((calm ? POLLIN : 0) | (nf_buffer_size(&client->out) > 0 ? POLLOUT : 0));
        polls[P_CLIENTS + i] = (struct pollfd){.fd = client->session != 0 ? client->fd : -1, .events = events};
    }
    if (polls_wait(polls, P_CLIENTS + NF_SESSIONS_MAX, next_timeout(m)) < 0) {
        if (errno != EINTR)
            blind(m);
        return;
    }
    if (polls[P_SIGNALS].revents)
        signals_read(m);
    if (polls[P_CLOCK].revents)
        clock_changed(m);
    if (polls[P_LOG].revents)
        log_read(m);
    if (polls[P_CHANNEL].revents & ~POLLOUT)
        machine_read(m);
    resume_turn(m, &polls[P_RESUME]);
    if (polls[P_KEEPER].revents)
        keeper_read(m);
    if (polls[P_LISTENER].revents)
        accept_all(m);
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct client *client = &m->clients[i];
        if (client->session == 0 || client->fd < 0 || client->fd != polls[P_CLIENTS + i].fd)
            continue;
        if (calm && (polls[P_CLIENTS + i].revents & ~POLLOUT))
            client_read(m, client);
        else if (polls[P_CLIENTS + i].revents & (POLLHUP | POLLERR))
            client_gone(m, client);
    }
    deadlines(m);
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (m->clients[i].session != 0)
            client_flush(m, &m->clients[i]);
    let_go(m);
    end_if_idle(m);
    if (m->phase != OVER)
        machine_flush(m);
}

/* The run directory goes first, then the lock, then the front-ends learn that it is over. */
static void clean_up(struct monitor *m)
{
    files_end(m);
    rundir_remove(&m->run, m->failed && m->logged > 0);
    if (m->lock >= 0 && ftruncate(m->lock, 0) == 0)
        close(m->lock);
    if (m->run.alive >= 0)
        close(m->run.alive);
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (m->clients[i].session != 0)
            client_flush(m, &m->clients[i]);
}

static void standard_streams_close(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

static void others_close(const struct monitor *m, int client)
{
    const int kept[] = {client, m->profile, m->gate};
    int high = 2;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        high = kept[i] > high ? kept[i] : high;
    for (size_t i = 0; m->plan->shares && i < m->plan->shares->count; i++)
        high = m->plan->shares->share[i].fd > high ? m->plan->shares->share[i].fd : high;
    for (int fd = 3; fd < high; fd++)
        if (fd != client && fd != m->profile && fd != m->gate && !shares_have(m->plan, fd))
            close(fd);
    close_from((unsigned)high + 1, 0); /* what the caller left open, which may be any number, is not ours to hold */
}

void monitor_run(const struct plan *plan, int client, int profile, int gate, uint64_t began)
{
    static struct monitor m;
    char error[600] = "";
    sigset_t taken;
    (void)began;
    m.plan = plan;
    m.profile = profile;
    m.gate = gate;
    m.lock = m.listener = m.clock = m.log = m.tap.fd = m.tap.keeper = m.link.fd = m.files.vmm_end = -1;
    m.vmm = (struct vmm){.keeper = -1, .pid = -1, .pidfd = -1, .log = -1, .keeper_fd = -1};
    m.run = (struct rundir){.base = -1, .fd = -1, .alive = -1};
    m.resume = resume_none;
    m.began_at = time(NULL);
    nf_buffer_init(&m.in, 8 * NF_PAYLOAD_MAX);
    nf_buffer_init(&m.out, 32U << 20);
    standard_streams_close();
    others_close(&m, client);
    umask(077);
    if (chdir("/") < 0)
        _exit(EXIT_NOFEAR);
    prctl(PR_SET_NAME, "nofear-monitor");
    signals_default();
    limits_lift();
    signal(SIGPIPE, SIG_IGN);
    client_add(&m, client);
    fcntl(client, F_SETFL, fcntl(client, F_GETFL) | O_NONBLOCK);
    bool ok = prepare(&m, error, sizeof error);
    sigemptyset(&taken);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGHUP);
    sigaddset(&taken, SIGCHLD);
    sigprocmask(SIG_BLOCK, &taken, NULL);
    m.signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    m.clock = clock_watch();
    if (ok && vmm_begin(&m, error, sizeof error)) {
        status_write(&m);
        children_reap(&m); /* one may have ended before signals were looked at */
        resume_begin(&m);
        while (!(m.phase == OVER && m.vmm_gone))
            turn(&m);
    } else {
        strncat(error, limits_hint(), sizeof error - strlen(error) - 1);
        all_finish(&m, error);
    }
    clean_up(&m);
    _exit(0);
}
