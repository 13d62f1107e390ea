/*
 * java.c - the slow path: the Java side makes the plan, or does the whole job (help, --dry-run, other verbs).
 *
 * It is found from this program's own place, not from PATH: ../lib/nofear/nofear-java. The plan comes through a file in a
 * directory made for it, since the Java side's standard streams are the caller's.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char directory[PATH_MAX], file[PATH_MAX + 8];
    int n = snprintf(directory, sizeof directory, "%s/nofear-plan-XXXXXX", runtime && access(runtime, W_OK) == 0 ? runtime : "/tmp");
    if (n >= (int)sizeof directory || !mkdtemp(directory))
        die("no directory for the launch plan can be made: %s: %s", directory, strerror(errno));
    snprintf(file, sizeof file, "%s/plan", directory);
    pid_t child = fork();
    if (child == 0) {
        if (setenv("NOFEAR_PLAN_OUT", file, 1) < 0)
            _exit(EXIT_NOFEAR);
        exec_java(argc, argv);
    }
    int status = child < 0 ? EXIT_NOFEAR : wait_for(child);
    int fd = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool found = status == 0 && fd >= 0;
    bool good = found && plan_read(plan, fd);
    if (fd >= 0)
        close(fd);
    unlink(file);
    rmdir(directory);
    if (child < 0)
        die("no process can be made: %s", strerror(errno));
    if (!found)
        exit(status);
    uint64_t index = good ? plan_number(plan, "command.index", 0, (uint64_t)argc) : 0;
    if (index < 2)
        die("the launch plan can't be read: install again");
    *command = (int)index;
}
