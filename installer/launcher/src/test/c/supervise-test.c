/* filter.c and supervise.c: a real filter in a child of ours, whose calls go where the guest may write and nowhere else. */
#include "nofear.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[] = "/tmp/nofear-supervise.XXXXXX", folder[64], outside[64];
static int *results;

/* What the child, as the VMM, tries: results are error numbers, 0 for success. */
static void tries(void)
{
    char path[128];
    const struct timespec times[2] = {{1, 0}, {2, 0}};
    int n = 0;
#define TRY(call) results[n++] = (call) < 0 ? errno : 0
    snprintf(path, sizeof path, "%s//in/file", folder);
    TRY(chmod(path, 06751));
    TRY(utimensat(-1, path, times, AT_SYMLINK_NOFOLLOW));
    TRY(truncate(path, 3));
    TRY(lchown(path, getuid(), getgid()));
    TRY(chmod(outside, 0777));
    TRY(truncate(outside, 0));
    TRY(utimensat(-1, outside, times, 0));
    TRY(lchown(outside, getuid(), getgid()));
    snprintf(path, sizeof path, "%s/out/secret", folder);
    TRY(chmod(path, 0777));
    TRY(truncate(path, 0));
    snprintf(path, sizeof path, "%s/to-secret", folder);
    TRY(chmod(path, 0777));
    TRY(truncate(path, 0));
    snprintf(path, sizeof path, "%s/../secret", folder);
    TRY(chmod(path, 0777));
    snprintf(path, sizeof path, "%s-beside", folder);
    TRY(chmod(path, 0777));
    TRY(chmod((const char *)8, 0777));
    TRY(open(outside, O_RDONLY | O_TRUNC));
    TRY(fchmodat(AT_FDCWD, outside, 0777, 0));
    TRY(open(outside, O_RDONLY));
    snprintf(path, sizeof path, "%s/device", folder);
    TRY(truncate(path, 0));
    struct stat found;
    char text[256] = "";
    snprintf(path, sizeof path, "%s/in/file", folder);
    TRY(stat(path, &found) == 0 && found.st_size == 3 ? 0 : -1);
    snprintf(path, sizeof path, "%s/out/secret", folder);
    TRY(lstat(path, &found));
    TRY(readlink(path, text, sizeof text));
    snprintf(path, sizeof path, "%s/to-secret", folder);
    TRY(lstat(path, &found) == 0 && S_ISLNK(found.st_mode) ? 0 : -1);
    TRY(stat(path, &found) == 0 && S_ISLNK(found.st_mode) ? 0 : -1);
    TRY(readlink(path, text, sizeof text) == (ssize_t)strlen(outside) && strcmp(text, outside) == 0 ? 0 : -1);
    snprintf(path, sizeof path, "%s/none", folder);
    TRY(lstat(path, &found));
    TRY(lstat(outside, &found) == 0 && found.st_size == 7 ? 0 : -1);
    snprintf(path, sizeof path, "%s/in/file", folder);
    int fd = open(path, O_RDONLY | O_NOATIME | O_CLOEXEC);
    TRY(fd >= 0 && read(fd, text, sizeof text) == 3 && memcmp(text, "con", 3) == 0 ? 0 : -1);
    TRY(fcntl(fd, F_GETFL) & O_NOATIME ? -1 : fcntl(fd, F_GETFD) == FD_CLOEXEC ? 0 : -1);
    TRY(open(path, O_RDWR | O_NOATIME));
    TRY(open(path, O_RDONLY | O_TRUNC | O_NOATIME));
    snprintf(path, sizeof path, "%s/out/secret", folder);
    TRY(open(path, O_RDONLY | O_NOATIME));
    snprintf(path, sizeof path, "%s/to-secret", folder);
    TRY(open(path, O_RDONLY | O_NOATIME));
    snprintf(path, sizeof path, "%s/device", folder);
    TRY(open(path, O_RDONLY | O_NOATIME));
    TRY(open(outside, O_RDONLY | O_TRUNC | O_NOATIME));
    fd = open(outside, O_RDONLY | O_NOATIME);
    TRY(fd >= 0 && fcntl(fd, F_GETFL) & O_NOATIME ? 0 : -1);
    snprintf(path, sizeof path, "%s/in", folder);
    TRY(open(path, O_RDONLY | O_DIRECTORY | O_NOATIME));
    TRY(readlink(path, text, sizeof text));
    TRY(realpath(folder, NULL) ? 0 : -1);
}

static void file_make(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, "content", 7) != 7)
        exit(2);
    close(fd);
}

static struct plan plan_make(void)
{
    static char bytes[256];
    int n = snprintf(bytes, sizeof bytes, "confine.attributes%c%s%cconfine.lookups%c%s%cconfine.opens%c%s", 0, folder, 0, 0, folder, 0,
                     0, folder) + 1;
    return (struct plan){.data = bytes, .length = (size_t)n, .pairs = nf_pairs_of(bytes, (size_t)n)};
}

int main(void)
{
    char path[128];
    int pair[2];
    results = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!mkdtemp(base) || results == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return 2;
    snprintf(folder, sizeof folder, "%s/folder", base);
    snprintf(outside, sizeof outside, "%s/secret", base);
    snprintf(path, sizeof path, "%s/in", folder);
    if (mkdir(folder, 0700) < 0 || mkdir(path, 0700) < 0)
        return 2;
    snprintf(path, sizeof path, "%s/in/file", folder);
    file_make(path);
    file_make(outside);
    snprintf(path, sizeof path, "%s-beside", folder);
    file_make(path);
    snprintf(path, sizeof path, "%s/out", folder);
    if (symlink(base, path) < 0)
        return 2;
    snprintf(path, sizeof path, "%s/to-secret", folder);
    if (symlink(outside, path) < 0)
        return 2;
    snprintf(path, sizeof path, "%s/device", folder);
    if (mkfifo(path, 0600) < 0)
        return 2;

    for (int i = 0; i < 40; i++)
        results[i] = -1;
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (!filter_set(pair[1], true))
            _exit(3);
        tries();
        _exit(0);
    }
    close(pair[1]);
    struct plan plan = plan_make();
    struct pollfd asked = {descriptor_take(pair[0]), POLLIN, 0};
    CHECK("the keeper gets the filter's listener", asked.fd >= 0);
    int status = -1;
    while (asked.fd >= 0 && waitpid(child, &status, WNOHANG) == 0)
        if (poll(&asked, 1, 100) > 0 && asked.revents & POLLIN)
            supervise(&plan, asked.fd);
    CHECK("the child runs to its end", status == 0);
    struct stat found;
    snprintf(path, sizeof path, "%s/in/file", folder);
    CHECK("the file in the folder is there", stat(path, &found) == 0);
    CHECK("its mode was set, without setuid", results[0] == 0 && (found.st_mode & 07777) == 0751);
    CHECK("its time was set", results[1] == 0);
    CHECK("it was cut", results[2] == 0 && found.st_size == 3);
    CHECK("its owner was set to what it is", results[3] == 0);
    for (int i = 4; i < 8; i++)
        CHECK("nothing outside is changed by its own name", results[i] == EACCES);
    CHECK("nor through a link on the way", results[8] != 0 && results[9] != 0);
    CHECK("nor through a link to it", results[10] != 0 && results[11] != 0);
    CHECK("nor by way of ..", results[12] != 0);
    CHECK("nor with a name that begins like the folder's", results[13] == EACCES);
    CHECK("a name that is nowhere in memory is an error", results[14] == EFAULT);
    CHECK("an open for reading does not truncate", results[15] == EPERM);
    CHECK("the same by other calls is refused", results[16] == EPERM);
    CHECK("what is not filtered goes on as ever", results[17] == 0);
    CHECK("what is no file is not cut, nor waited for", results[18] == EINVAL);
    CHECK("a file is looked up", results[19] == 0);
    CHECK("not through a link on the way", results[20] == ELOOP && results[21] == ELOOP);
    CHECK("a link is itself, whoever asks", results[22] == 0 && results[23] == 0 && results[24] == 0);
    CHECK("what is not there is not there", results[25] == ENOENT);
    CHECK("names that are no guest's are looked up as ever", results[26] == 0);
    CHECK("a file is opened without a mark of the access, by the keeper", results[27] == 0 && results[28] == 0);
    CHECK("for reading alone", results[29] == EACCES && results[30] == EACCES);
    CHECK("not through a link", results[31] == ELOOP && results[32] == ELOOP);
    CHECK("what is no file is not opened, nor waited for", results[33] == EACCES);
    CHECK("an open without a mark does not truncate either", results[34] == EACCES);
    CHECK("names that are no guest's are opened as ever", results[35] == 0);
    CHECK("a directory is opened", results[36] == 0);
    CHECK("what is no link is none", results[37] == EINVAL);
    CHECK("a folder's path can be resolved", results[38] == 0);
    CHECK("the file outside is as it was", stat(outside, &found) == 0 && (found.st_mode & 07777) == 0600 && found.st_size == 7 && found.st_mtime > 2);
    snprintf(path, sizeof path, "rm -rf %s", base);
    if (system(path) != 0)
        return 2;
    CHECK_END();
}
