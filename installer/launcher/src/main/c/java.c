/*
 * java.c - the slow path: the Java side makes the plan, or does the whole job (help, --dry-run, other verbs).
 *
 * It is found from this program's own place, not from PATH: ../lib/nofear/nofear-java. The plan comes through a pipe, which no
 * limit on files touches. So does what it writes: a JVM that can't live within the caller's limits says so in words and with a
 * status of its own, in place of which the caller gets one line and 125.
 */
#include "nofear.h"

#include "caller.h"
#include "polls.h"
#include "printable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void java_path(char path[PATH_MAX + 64])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
    if (n <= 0 || n >= PATH_MAX)
        die("/proc is not mounted: this program can't find its own files");
    path[n] = 0;
    for (int i = 0; i < 2; i++) { /* PREFIX/bin/nofear */
        char *slash = strrchr(path, '/');
        if (slash)
            *slash = 0;
    }
    strcat(path, "/lib/nofear/nofear-java");
}

/* A JVM reserves more than it uses; where that is limited it can do with less, but not with less than this. */
static void room_check(void)
{
    const struct {
        int resource;
        rlim_t least;
    } needs[] = {{RLIMIT_AS, 512 << 20}, {RLIMIT_DATA, 256 << 20}, {RLIMIT_STACK, 256 << 10}, {RLIMIT_NOFILE, 24}};
    bool limited = false;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        struct rlimit limit;
        if (getrlimit((unsigned)needs[i].resource, &limit) < 0)
            continue;
        if (limit.rlim_cur < needs[i].least)
            die("there is too little room for Java%s", limits_hint());
        limited |= i < 2 && limit.rlim_cur != RLIM_INFINITY;
    }
    if (limited)
        setenv("NOFEAR_SMALL_JAVA", "1", 1);
    else
        unsetenv("NOFEAR_SMALL_JAVA");
}

static void exec_java(int argc, char **argv)
{
    char path[PATH_MAX + 64], directory[PATH_MAX];
    char **words = need(calloc((size_t)argc + 2, sizeof *words));
    java_path(path);
    words[0] = path;
    for (int i = 1; i < argc; i++)
        words[i] = argv[i];
    /* Java does not start in a directory that was deleted, and loses a name that is no UTF-8. It is told, so that no relative
     * name becomes one of /. */
    bool usable = getcwd(directory, sizeof directory) && directory[0] == '/' && is_utf8(directory, strlen(directory));
    if (!usable && (chdir("/") < 0 || setenv("NOFEAR_NO_DIRECTORY", "1", 1) < 0))
        die("/ can't be entered: %s", strerror(errno));
    if (usable)
        unsetenv("NOFEAR_NO_DIRECTORY");
    limits_lift();
    room_check();
    execv(path, words);
    die("%s can't be started: %s", path, strerror(errno));
}

void java_exec(int argc, char **argv)
{
    exec_java(argc, argv);
    abort();
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

enum { PLAN, OUTPUT, ERROR, PIPES };

/* Reads all pipes to their ends. Java says little; what is too much is cut. */
static void pipes_read(const int fd[PIPES], struct nf_buffer said[PIPES])
{
    struct pollfd polls[PIPES];
    for (int i = 0; i < PIPES; i++)
        polls[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
    for (int open = PIPES; open > 0;) {
        if (polls_wait(polls, PIPES, -1) < 0 && errno != EINTR)
            die("poll: %s", strerror(errno));
        for (int i = 0; i < PIPES; i++)
            if (polls[i].revents && nf_buffer_fill(&said[i], fd[i], NF_PAYLOAD_MAX) <= 0) {
                close(fd[i]);
                polls[i].fd = -1;
                open--;
            }
    }
}

static void pass_on(struct nf_buffer *said, int fd)
{
    while (nf_buffer_size(said) > 0 && nf_buffer_flush(said, fd, NF_PAYLOAD_MAX) > 0)
        continue;
}

/* The JVM did not get as far as our code, or was killed: the first line that it wrote tells why. */
static void java_failed(int status, const struct nf_buffer said[PIPES])
{
    const struct nf_buffer *first = nf_buffer_size(&said[ERROR]) > 0 ? &said[ERROR] : &said[OUTPUT];
    const char *text = nf_buffer_size(first) > 0 ? (const char *)first->data + first->start : "";
    size_t most = nf_buffer_size(first) < 200 ? nf_buffer_size(first) : 200;
    const char *end = memchr(text, '\n', most);
    int length = (int)(end ? (size_t)(end - text) : most);
    die("Java could not plan the VM (status %d%s%.*s)%s", status, length ? ": " : "", length, text, limits_hint());
}

void java_plan(struct plan *plan, int argc, char **argv, int *command)
{
    int ends[PIPES][2], from[PIPES];
    struct nf_buffer said[PIPES];
    for (int i = 0; i < PIPES; i++)
        if (pipe2(ends[i], O_CLOEXEC) < 0)
            die("no pipe can be made: %s%s", strerror(errno), limits_hint());
    pid_t child = fork();
    if (child == 0) {
        char file[40];
        int to = dup(ends[PLAN][1]); /* which stays open over exec */
        snprintf(file, sizeof file, "/proc/self/fd/%d", to);
        if (to < 0 || setenv("NOFEAR_PLAN_OUT", file, 1) < 0 || dup2(ends[OUTPUT][1], STDOUT_FILENO) < 0 ||
            dup2(ends[ERROR][1], STDERR_FILENO) < 0)
            _exit(EXIT_NOFEAR);
        exec_java(argc, argv);
    }
    if (child < 0)
        die("no process can be made: %s%s", strerror(errno), limits_hint());
    for (int i = 0; i < PIPES; i++) {
        close(ends[i][1]);
        from[i] = ends[i][0];
        nf_buffer_init(&said[i], PLAN_MAX + NF_PAYLOAD_MAX);
    }
    pipes_read(from, said);
    int status = wait_for(child);
    if (status != 0 && status != EXIT_NOFEAR)
        java_failed(status, said);
    pass_on(&said[OUTPUT], STDOUT_FILENO);
    pass_on(&said[ERROR], STDERR_FILENO);
    if (status != 0 || nf_buffer_size(&said[PLAN]) == 0)
        exit(status);
    uint64_t index = plan_take(plan, &said[PLAN]) ? plan_number(plan, "command.index", 0, (uint64_t)argc) : 0;
    if (index < 2)
        die("the launch plan can't be read: install again");
    *command = (int)index;
    for (int i = OUTPUT; i < PIPES; i++)
        nf_buffer_free(&said[i]);
}
