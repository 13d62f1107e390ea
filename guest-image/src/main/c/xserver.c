/*
 * xserver.c - the keeper of a display: starts an X server without a screen and Xpra's server, both as the guest user, and sees
 * to it that the agent learns when they are there and when they end.
 *
 * EXEC's pairs: gui.xvfb and gui.server (words; @DISPLAY@ and @SOCKET@ stand for the display's name and the socket that Xpra is
 * to listen at), gui.sound (words of a sound server; @SOUND@ is its socket), gui.env, gui.conf (the text of xpra.conf). The X
 * server is started directly, so no wrapper of a distribution and no guess of Xpra's can get in the way, and without a cookie:
 * only this guest reaches its socket. Nothing here has a way out of the guest but the socket.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL = 3, NUMBER = 4, RETRY_MS = 20, SOUND_MS = 5000 };

struct keeper {
    struct nf_pairs request;
    char directory[128], socket[108], sound[160], display[16];
    pid_t xvfb, xpra;
    int log;
};

static void fail(const struct keeper *keeper, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* With the last line of what they wrote, which mostly is the reason. */
static void last_line(const struct keeper *keeper, char *line, size_t size)
{
    char text[4096];
    off_t end = lseek(keeper->log, 0, SEEK_END);
    ssize_t n = pread(keeper->log, text, sizeof text - 1, end > (off_t)sizeof text ? end - (off_t)sizeof text + 1 : 0);
    text[n > 0 ? n : 0] = 0;
    size_t length = strlen(text);
    while (length > 0 && strchr(" \r\n", text[length - 1]))
        text[--length] = 0;
    char *start = strrchr(text, '\n');
    snprintf(line, size, "%s", start ? start + 1 : text);
}

static void fail(const struct keeper *keeper, const char *format, ...)
{
    struct display_message message = {.event = DISPLAY_FAILED};
    char line[256] = "";
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(message.text, sizeof message.text, format, arguments);
    va_end(arguments);
    last_line(keeper, line, sizeof line);
    if (line[0] && n > 0 && n < (int)sizeof message.text)
        snprintf(message.text + n, sizeof message.text - (size_t)n, ": %s", line);
    send(CONTROL, &message, sizeof message, MSG_NOSIGNAL);
    for (;;)
        pause(); /* the agent ends us, and what we have started */
}

static const char *filled(const struct keeper *keeper, const char *word)
{
    const char *const places[][2] = {{"@DISPLAY@", keeper->display}, {"@SOCKET@", keeper->socket}, {"@SOUND@", keeper->sound}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *at = strstr(word, places[i][0]), *text;
        if (at && asprintf(&text, "%.*s%s%s", (int)(at - word), word, places[i][1], at + strlen(places[i][0])) >= 0)
            return text;
    }
    return word;
}

/* Its words are the values of a key; number, if any, becomes its descriptor NUMBER. 0 where there are no words. */
static pid_t start(const struct keeper *keeper, const char *key, int number, const char *more)
{
    char **words = command_words(keeper->request, key, 2), digit[4];
    size_t n = 0;
    if (!words || !words[0])
        return 0;
    for (; words[n]; n++)
        words[n] = (char *)filled(keeper, words[n]);
    if (more) {
        snprintf(digit, sizeof digit, "%d", NUMBER);
        words[n++] = (char *)more;
        words[n] = digit;
    }
    pid_t child = fork();
    if (child == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (number >= 0)
            dup2(number, NUMBER); /* it is another one: the pipe's other end came first */
        execvp(words[0], words);
        dprintf(STDERR_FILENO, "%s: %s\n", words[0], strerror(errno));
        _exit(127);
    }
    if (child < 0)
        fail(keeper, "no process can be made in the VM");
    return child;
}

static void environment_set(const struct agent *agent, const struct keeper *keeper)
{
    const char *key, *value;
    struct nf_pairs request = keeper->request;
    service_environment(agent);
    while (nf_pairs_next(&request, &key, &value))
        if (strcmp(key, "gui.env") == 0)
            putenv((char *)filled(keeper, value));
    setenv("XPRA_USER_CONF_DIR", keeper->directory, 1);
    setenv("XPRA_USER_CONF_DIRS", keeper->directory, 1);
}

/* The directory with xpra.conf, the log and the socket; only root and the guest user come in. */
static void directory_make(const struct agent *agent, struct keeper *keeper, unsigned id)
{
    char path[160];
    const char *conf = nf_pairs_get(keeper->request, "gui.conf");
    snprintf(keeper->directory, sizeof keeper->directory, DISPLAY_DIRECTORY, id);
    snprintf(keeper->socket, sizeof keeper->socket, DISPLAY_DIRECTORY "/xpra", id);
    snprintf(keeper->sound, sizeof keeper->sound, DISPLAY_SOUND, id);
    snprintf(path, sizeof path, "%s/xpra.conf", keeper->directory);
    mkdir(keeper->directory, 0700);
    write_file(path, conf ? conf : "");
    chmod(path, 0644);
    snprintf(path, sizeof path, "%s/log", keeper->directory);
    unlink(path);
    keeper->log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (chown(keeper->directory, agent->user.uid, agent->user.gid) < 0 || keeper->log < 0)
        keeper->log = -1;
}

/* 0 the null device, 1 and 2 the log, 3 the agent; nothing else. */
static void descriptors_set(struct keeper *keeper, int control)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    control = fcntl(control, F_DUPFD_CLOEXEC, 10);
    int log = fcntl(keeper->log < 0 ? null : keeper->log, F_DUPFD_CLOEXEC, 10);
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    dup3(control, CONTROL, O_CLOEXEC);
    if (syscall(SYS_close_range, NUMBER + 0U, ~0U, 0U) < 0)
        for (int fd = NUMBER; fd < 1024; fd++)
            close(fd);
    keeper->log = STDERR_FILENO;
}

/* Who of ours has ended says so in its last line; what helpers of theirs leave behind is only reaped. */
static void reap(const struct keeper *keeper)
{
    for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;) {
        if (pid == keeper->xvfb)
            fail(keeper, "the X server of the program's display ended in the VM");
        if (pid == keeper->xpra)
            fail(keeper, "Xpra's server ended in the VM");
    }
}

static void xvfb_start(struct keeper *keeper)
{
    int number[2];
    char text[16] = "";
    size_t have = 0;
    if (pipe2(number, O_CLOEXEC) < 0)
        fail(keeper, "no pipe can be made in the VM");
    keeper->xvfb = start(keeper, "gui.xvfb", number[1], "-displayfd");
    close(number[1]);
    /* The X server picks a number that is free, and says it when it takes connections. */
    while (have < sizeof text - 1 && !strchr(text, '\n')) {
        ssize_t n = read(number[0], text + have, sizeof text - 1 - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            fail(keeper, "the X server of the program's display did not start in the VM");
        have += (size_t)n;
    }
    close(number[0]);
    text[strcspn(text, "\n")] = 0;
    snprintf(keeper->display, sizeof keeper->display, ":%.10s", text);
    setenv("DISPLAY", keeper->display, 1);
}

static bool connected(const char *path, int *fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd >= 0 && connect(*fd, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    if (*fd >= 0)
        close(*fd);
    return false;
}

/* A program that finds no sound server stays silent: it waits for it, not for ever. */
static void sound_start(const struct keeper *keeper)
{
    pid_t sound = start(keeper, "gui.sound", -1, NULL);
    for (int waited = 0; sound > 0 && waited < SOUND_MS; waited += RETRY_MS) {
        int fd;
        if (connected(keeper->sound, &fd)) {
            close(fd);
            return;
        }
        if (waitpid(sound, NULL, WNOHANG) == sound)
            return;
        poll(NULL, 0, RETRY_MS);
    }
}

static void connection_send(int fd)
{
    struct display_message message = {.event = DISPLAY_CONNECTED};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room = {.bytes = {0}};
    struct iovec data = {&message, sizeof message};
    struct msghdr packet = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
    room.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&room.head), &fd, sizeof fd);
    sendmsg(CONTROL, &packet, MSG_NOSIGNAL);
    close(fd);
}

void xserver_run(const struct agent *agent, struct nf_pairs request, int control, unsigned id)
{
    struct keeper keeper = {.request = request};
    sigset_t child;
    setsid();
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    umask(022);
    directory_make(agent, &keeper, id);
    descriptors_set(&keeper, control);
    write_file("/proc/self/oom_score_adj", "0"); /* the agent's is not theirs */
    if (!command_user(agent, false) || chdir("/") < 0)
        fail(&keeper, "the guest user");
    environment_set(agent, &keeper);
    xvfb_start(&keeper);
    sound_start(&keeper);
    struct display_message ready = {.event = DISPLAY_READY, .value = (uint32_t)strtoul(keeper.display + 1, NULL, 10)};
    send(CONTROL, &ready, sizeof ready, MSG_NOSIGNAL);
    keeper.xpra = start(&keeper, "gui.server", -1, NULL);
    for (int fd; !connected(keeper.socket, &fd) || (connection_send(fd), false);) {
        reap(&keeper);
        poll(NULL, 0, RETRY_MS);
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    for (;;) {
        int number;
        reap(&keeper);
        sigwait(&child, &number);
    }
}
