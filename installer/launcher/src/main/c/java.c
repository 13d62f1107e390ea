/*
 * java.c - the slow path: the Java side makes the plan, or does the whole job (help, --dry-run, other verbs).
 *
 * It is found from this program's own place, not from PATH: ../lib/nofear/nofear-java. The plan comes through a file in memory,
 * since the Java side's standard streams are the caller's; nothing is left of it, however this ends.
 */
#include "nofear.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
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

static void exec_java(int argc, char **argv)
{
    char path[PATH_MAX + 64], directory[PATH_MAX];
    char **words = need(calloc((size_t)argc + 2, sizeof *words));
    java_path(path);
    words[0] = path;
    for (int i = 1; i < argc; i++)
        words[i] = argv[i];
    if (!getcwd(directory, sizeof directory) && chdir("/") < 0) /* Java does not start in a directory that was deleted */
        die("/ can't be entered: %s", strerror(errno));
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
            return EXIT_NOFEAR;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void java_plan(struct plan *plan, int argc, char **argv, int *command)
{
    char file[40];
    int fd = (int)syscall(SYS_memfd_create, "nofear-plan", 0U);
    if (fd < 0)
        die("no memory for the launch plan can be had: %s", strerror(errno));
    snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
    pid_t child = fork();
    if (child == 0) {
        if (setenv("NOFEAR_PLAN_OUT", file, 1) < 0)
            _exit(EXIT_NOFEAR);
        exec_java(argc, argv);
    }
    if (child < 0)
        die("no process can be made: %s", strerror(errno));
    int status = wait_for(child);
    if (status != 0 || lseek(fd, 0, SEEK_END) == 0)
        exit(status);
    bool good = lseek(fd, 0, SEEK_SET) == 0 && plan_read(plan, fd);
    close(fd);
    uint64_t index = good ? plan_number(plan, "command.index", 0, (uint64_t)argc) : 0;
    if (index < 2)
        die("the launch plan can't be read: install again");
    *command = (int)index;
}
