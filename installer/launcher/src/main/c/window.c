/*
 * window.c - the caller's end of a session with windows: Xpra's client, and its connection, which goes to the guest as two more
 * streams of the session.
 *
 * The client is the caller's own process, and reaches the guest through a UNIX socket in the private run directory alone, which
 * is gone once it is connected. It starts beside the VM. Its environment is made here: what it needs to find the display and the
 * sound server (gui.env.pass), and where its configuration is (gui.env). Pairs of the plan: gui.client (words; @SOCKET@).
 *
 * What the client writes is read for its last line; NOFEAR_GUI_LOG=FILE gets all of it, for whoever looks into a fault.
 *
 * When the connection ends before the command does, so does the session: nothing may go on unseen.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DIRECTORY = 3, GRACE_MS = 1000, VARIABLES_MAX = 128 };

/* Of the client, for the end of this process however it comes about. */
static pid_t running;

static void kill_running(void)
{
    if (running > 0)
        kill(-running, SIGKILL);
}

static bool set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* The plan's gui is 1 (asked for), auto, or missing (forbidden, or not to be had here). */
void window_decide(struct plan *plan, char **command)
{
    bool display = set("DISPLAY") || set("WAYLAND_DISPLAY");
    if (plan_is(plan, "gui", "1") && !display)
        die("there is no display for windows: neither DISPLAY nor WAYLAND_DISPLAY is set (--no-gui does without)");
    plan->windows = plan_is(plan, "gui", "1") || (plan_is(plan, "gui", "auto") && display && command[0] && needs_display(plan, command[0]));
}

static int listen_at(const char *name, int directory)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, name);
    unlinkat(directory, name, 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        die("no socket for Xpra can be made: %s", strerror(errno));
    return fd;
}

static bool passes(const struct plan *plan, const char *entry)
{
    struct nf_pairs at = plan->pairs;
    size_t name = strcspn(entry, "=");
    for (const char *pass; (pass = plan_next(&at, "gui.env.pass"));)
        if (strlen(pass) == name && strncmp(pass, entry, name) == 0)
            return true;
    return false;
}

static char **environment(const struct plan *plan)
{
    char **variables = need(calloc(VARIABLES_MAX + 1, sizeof *variables));
    size_t n = 0;
    struct nf_pairs at = plan->pairs;
    for (const char *set; n < VARIABLES_MAX && (set = plan_next(&at, "gui.env"));)
        variables[n++] = (char *)set;
    for (char **entry = environ; *entry && n < VARIABLES_MAX; entry++)
        if (passes(plan, *entry))
            variables[n++] = *entry;
    return variables;
}

/* "socket:@SOCKET@" with the path, which is short whatever the directory's: it is inherited. */
static char *filled(const char *word, const char *socket)
{
    const char *at = strstr(word, "@SOCKET@");
    char *text = NULL;
    if (!at)
        return (char *)word;
    if (asprintf(&text, "%.*s/proc/self/fd/%d/%s%s", (int)(at - word), word, DIRECTORY, socket, at + 8) < 0)
        _exit(127);
    return text;
}

static void client_exec(const struct plan *plan, const char *socket, int directory, int output)
{
    char **words = need(calloc(256, sizeof *words));
    size_t n = 0;
    struct nf_pairs at = plan->pairs;
    for (const char *word; n < 255 && (word = plan_next(&at, "gui.client"));)
        words[n++] = filled(word, socket);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *file = getenv("NOFEAR_GUI_LOG");
    int log = file ? open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (log >= 0)
        output = log;
    directory = fcntl(directory, F_DUPFD_CLOEXEC, 16);
    output = fcntl(output, F_DUPFD_CLOEXEC, 16);
    dup2(null, 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(directory, DIRECTORY);
    if (syscall(SYS_close_range, DIRECTORY + 1U, ~0U, 0U) < 0)
        for (int fd = DIRECTORY + 1; fd < 1024; fd++)
            close(fd);
    umask(077);
    if (chdir("/") == 0 && words[0])
        execve(words[0], words, environment(plan));
    dprintf(STDERR_FILENO, "%s can't be started: %s\n", words[0] ? words[0] : "Xpra", strerror(errno));
    _exit(127);
}

void window_open(struct window *window, const struct plan *plan)
{
    char error[512];
    int output[2];
    *window = (struct window){.listener = -1, .process = -1, .output = -1, .directory = -1};
    nf_source_init(&window->source, -1);
    nf_sink_init(&window->sink, -1, 0);
    if (!plan->windows)
        return;
    window->directory = rundir_base(plan, error, sizeof error);
    if (window->directory < 0)
        die("%s", error);
    snprintf(window->socket, sizeof window->socket, ".g%d", (int)getpid());
    window->listener = listen_at(window->socket, window->directory);
    if (pipe2(output, O_CLOEXEC | O_NONBLOCK) < 0)
        die("no pipe can be made: %s", strerror(errno));
    pid_t parent = getpid();
    window->client = fork();
    if (window->client == 0) {
        signals_default();
        setsid();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        fcntl(output[1], F_SETFL, fcntl(output[1], F_GETFL) & ~O_NONBLOCK);
        client_exec(plan, window->socket, window->directory, output[1]);
    }
    close(output[1]);
    if (window->client < 0)
        die("no process can be made: %s", strerror(errno));
    window->output = output[0];
    window->process = (int)syscall(SYS_pidfd_open, window->client, 0U);
    window->sink.open = true; /* keeps what comes until the client is connected */
    running = window->client;
    atexit(kill_running);
}

static void accept_one(struct window *window)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    int fd = accept4(window->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 || peer.uid != geteuid()) {
        close(fd);
        return;
    }
    unlinkat(window->directory, window->socket, 0);
    close(window->listener);
    window->listener = -1;
    window->sink.fd = window->source.fd = fd;
    window->source.open = true;
}

/* The last line of what the client says is kept, for the message when it fails. */
static bool output_read(struct window *window)
{
    char text[2048];
    ssize_t n = read(window->output, text, sizeof text);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        close(window->output);
        window->output = -1;
    }
    if (n <= 0)
        return false;
    for (ssize_t i = 0; i < n; i++) {
        if (text[i] == '\n')
            window->line_ended = true;
        else if (window->line_ended && text[i] != ' ') {
            window->line_length = 0;
            window->line_ended = false;
        }
        if (!window->line_ended && window->line_length + 1 < sizeof window->line)
            window->line[window->line_length++] = text[i];
        window->line[window->line_length] = 0;
    }
    return true;
}

void window_polls(const struct window *window, struct pollfd polls[WINDOW_POLLS], bool calm)
{
    short events = 0;
    if (window->source.open && window->source.credit > 0 && calm)
        events |= POLLIN;
    if (nf_sink_waiting(&window->sink))
        events |= POLLOUT;
    polls[0] = (struct pollfd){.fd = window->listener, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = window->source.open ? window->source.fd : -1, .events = events};
    polls[2] = (struct pollfd){.fd = window->process, .events = POLLIN};
    polls[3] = (struct pollfd){.fd = window->output, .events = POLLIN};
}

static bool connection_turn(struct window *window, struct nf_buffer *out, short events)
{
    if ((events & POLLOUT) && nf_sink_write(&window->sink) < 0)
        return false;
    nf_sink_credit(&window->sink, out, 0, NF_GUI_OUT);
    if (!(events & (POLLIN | POLLHUP | POLLERR)) || window->source.credit == 0)
        return true;
    ssize_t n = nf_source_read(&window->source, out, 0, NF_GUI_IN, NF_CHUNK);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

bool window_turn(struct window *window, struct nf_buffer *out, const struct pollfd polls[WINDOW_POLLS])
{
    bool kept = true;
    if (polls[0].revents)
        accept_one(window);
    if (polls[1].revents && window->source.open)
        kept = connection_turn(window, out, polls[1].revents);
    for (int i = 0; i < 64 && window->output >= 0 && (polls[3].revents || polls[2].revents || !kept); i++)
        if (!output_read(window))
            break;
    return kept && !polls[2].revents;
}

/* Asked first: it takes its windows down and lets go of the sound server. */
void window_close(struct window *window)
{
    if (window->listener >= 0)
        unlinkat(window->directory, window->socket, 0);
    const int open[] = {window->listener, window->source.fd, window->output, window->directory};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (open[i] >= 0)
            close(open[i]);
    window->listener = window->source.fd = window->output = window->directory = -1;
    window->source.open = window->sink.open = false;
    if (running > 0) {
        struct pollfd process = {.fd = window->process, .events = POLLIN};
        kill(running, SIGTERM);
        if (process.fd >= 0)
            poll(&process, 1, GRACE_MS);
        kill_running();
        while (waitpid(running, NULL, 0) < 0 && errno == EINTR)
            continue;
        running = 0;
    }
    if (window->process >= 0)
        close(window->process);
    window->process = -1;
}
