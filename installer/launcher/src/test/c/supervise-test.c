/* filter.c and supervise.c: a real filter in a child of ours, whose calls go where the guest may write and nowhere else. */
#include "nofear.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/kvm.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[] = "/tmp/nofear-supervise.XXXXXX", folder[64], outside[64];
static int *results;

#define TRY(call) results[n++] = (call) < 0 ? errno : 0

/* As a VMM gives a processor to a guest, but to no KVM: the kernel's answer is of the descriptor. */
static int processor_tries(int n)
{
    static struct {
        struct kvm_cpuid2 head;
        struct kvm_cpuid_entry2 entries[4];
    } table = {{.nent = 4},
               {{.function = 1, .ecx = ~0U, .edx = ~0U},
                {.function = 0x80000001, .ecx = ~0U, .edx = ~0U},
                {.function = 0x8000000a, .eax = 1, .ebx = 8, .edx = ~0U},
                {.function = 7, .ebx = ~0U, .ecx = ~0U}}};
    TRY(ioctl(-1, KVM_SET_CPUID2, &table));
    const struct kvm_cpuid_entry2 *e = table.entries;
    TRY(e[0].ecx == ~(1U << 5) && e[0].edx == ~0U ? 0 : -1);
    TRY(e[1].ecx == ~(1U << 2) && e[1].edx == ~0U ? 0 : -1);
    TRY((e[2].eax | e[2].ebx | e[2].ecx | e[2].edx) == 0 && e[3].ebx == ~0U && e[3].ecx == ~0U ? 0 : -1);
    table.head.nent = 257;
    TRY(ioctl(-1, KVM_SET_CPUID2, &table));
    TRY(ioctl(-1, KVM_SET_CPUID2, 8));
    TRY(ioctl(-1, KVM_SET_CPUID, &table));
    TRY(ioctl(-1, KVM_CREATE_VM, 0));
    return n;
}

/* What the child, as the VMM, tries: results are error numbers, 0 for success. */
static void tries(void)
{
    char path[128];
    const struct timespec times[2] = {{1, 0}, {2, 0}};
    int n = processor_tries(0);
    snprintf(path, sizeof path, "%s//in/file", folder);
    TRY(chmod(path, 0751));
    TRY(utimensat(-1, path, times, AT_SYMLINK_NOFOLLOW));
    TRY(truncate(path, 3));
    TRY(lchown(path, getuid(), getgid()));
    TRY(open(outside, O_RDONLY | O_TRUNC));
    TRY(fchmodat(AT_FDCWD, outside, 0777, 0));
    TRY(open(outside, O_RDONLY));
    TRY(open((const char *)8, O_RDONLY | O_NOATIME));
    char text[256] = "";
    int fd = open(path, O_RDONLY | O_NOATIME | O_CLOEXEC);
    TRY(fd >= 0 && read(fd, text, sizeof text) == 7 && memcmp(text, "con", 3) == 0 ? 0 : -1);
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
}

/* What holds for every VMM. */
static void tries_of_all(void)
{
    char path[128];
    int n = 100, tap = open("/dev/null", O_RDWR), number = 0, pair[2];
    struct ifreq request = {.ifr_flags = IFF_TAP};
    static const unsigned long refused[] = {TUNSETIFF,     TUNSETPERSIST, TUNSETOWNER,  TUNSETGROUP,          TUNSETLINK,
                                            TUNSETQUEUE,   TUNSETDEBUG,   TUNSETCARRIER, TUNSETSTEERINGEBPF,  TUNSETFILTEREBPF,
                                            TUNATTACHFILTER, TUNSETTXFILTER, TUNSETIFINDEX, _IOC(_IOC_NONE, 'T', 255, 0)},
                               allowed[] = {TUNSETOFFLOAD,   TUNGETFEATURES, TUNGETIFF,    TUNSETSNDBUF, TUNGETVNETHDRSZ,
                                            TUNSETVNETHDRSZ, TUNSETVNETLE,   TUNGETVNETLE, TCGETS,       _IOC(_IOC_NONE, 'T', 199, 0), 0x5500};
    bool all = true;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        all &= ioctl(tap, refused[i], &request) < 0 && errno == EPERM;
    TRY(all ? 0 : -1);
    TRY(ioctl(tap, SIOCSIFHWADDR, &request) < 0 && errno == EPERM ? 0 : -1);
    all = true;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        all &= ioctl(tap, allowed[i], &number) < 0 && errno == ENOTTY;
    TRY(all ? 0 : -1);
    snprintf(path, sizeof path, "%s/node", base);
    TRY(mknod(path, S_IFCHR | 0666, makedev(1, 1)) < 0 && errno == EPERM ? 0 : -1);
    TRY(mknod(path, S_IFBLK | 0666, makedev(1, 1)) < 0 && errno == EPERM ? 0 : -1);
    TRY(mknodat(AT_FDCWD, path, S_IFCHR | 0666, makedev(1, 3)) < 0 && errno == EPERM ? 0 : -1);
    TRY(mknod(path, S_IFCHR | 1U << 16 | 0666, makedev(1, 3)) < 0 && errno == EPERM ? 0 : -1);
    static const mode_t modes[] = {S_IFREG, 0, S_IFIFO, S_IFSOCK};
    all = true;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        all &= mknod(path, modes[i] | 0600, 0) == 0 && unlink(path) == 0 && mknodat(AT_FDCWD, path, modes[i] | 0600, 0) == 0 && unlink(path) == 0;
    TRY(all ? 0 : -1);
    TRY(unshare(CLONE_NEWUSER) < 0 && errno == EPERM ? 0 : -1);
    TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

/* Another VMM's filter: nobody is asked anything, and files are as ever. */
static void another(void)
{
    for (int i = 100; i < 120; i++)
        results[i] = -1;
    pid_t child = fork();
    if (child == 0) {
        if (!filter_set(-1))
            _exit(3);
        tries_of_all();
        int n = 119;
        TRY(chmod(outside, 0600) == 0 && truncate(outside, 7) == 0 ? 0 : -1);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK("another VMM runs to its end", status == 0);
    CHECK("and its files are as ever", results[119] == 0);
}

static void check_of_all(void)
{
    const int *files = results + 100;
    CHECK("a tap stays what nofear-tap made of it", files[0] == 0 && files[1] == 0);
    CHECK("its offloads can be set, and other ioctls are as ever", files[2] == 0);
    CHECK("no device node is made", files[3] == 0 && files[4] == 0 && files[5] == 0 && files[6] == 0);
    CHECK("other nodes are", files[7] == 0);
    CHECK("no namespace is", files[8] == 0);
    CHECK("and the rest is as ever", files[9] == 0);
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
    static struct nf_buffer pairs;
    nf_buffer_init(&pairs, 1 << 16);
    nf_pair_add(&pairs, "confine.opens", folder);
    return (struct plan){.pairs = nf_pairs_of(pairs.data, nf_buffer_size(&pairs))};
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

    struct plan plan = plan_make();

    for (int i = 0; i < 60; i++)
        results[i] = -1;
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (!filter_set(pair[1]))
            _exit(3);
        tries();
        tries_of_all();
        _exit(0);
    }
    close(pair[1]);
    struct pollfd asked = {descriptor_take(pair[0]), POLLIN, 0};
    CHECK("the keeper gets the filter's listener", asked.fd >= 0);
    int status = -1;
    while (asked.fd >= 0 && waitpid(child, &status, WNOHANG) == 0)
        if (poll(&asked, 1, 100) > 0 && asked.revents & POLLIN)
            supervise(&plan, asked.fd);
    CHECK("the child runs to its end", status == 0);
    check_of_all();
    another();
    check_of_all();
    CHECK("a guest's processor goes on to KVM", results[0] == EBADF);
    CHECK("without virtualization, and else as it was", results[1] == 0 && results[2] == 0 && results[3] == 0);
    CHECK("a table that is too large, or nowhere, or of old does not", results[4] == E2BIG && results[5] == EFAULT && results[6] == EPERM);
    CHECK("the rest of KVM is as ever", results[7] == EBADF);
    const int *files = results + 8;
    struct stat found;
    snprintf(path, sizeof path, "%s/in/file", folder);
    CHECK("nothing of a file is changed by its name", files[0] == EPERM && files[1] == EPERM && files[2] == EPERM && files[3] == EPERM);
    CHECK("the file in the folder is as it was", stat(path, &found) == 0 && (found.st_mode & 07777) == 0600 && found.st_size == 7);
    CHECK("an open for reading does not truncate", files[4] == EPERM);
    CHECK("the same by other calls is refused", files[5] == EPERM);
    CHECK("what is not filtered goes on as ever", files[6] == 0);
    CHECK("a name that is nowhere in memory is an error", files[7] == EFAULT);
    CHECK("a file is opened without a mark of the access, by the keeper", files[8] == 0 && files[9] == 0);
    CHECK("for reading alone", files[10] == EACCES && files[11] == EACCES);
    CHECK("not through a link", files[12] == ELOOP && files[13] == ELOOP);
    CHECK("what is no file is not opened, nor waited for", files[14] == EACCES);
    CHECK("an open without a mark does not truncate either", files[15] == EACCES);
    CHECK("names that are no guest's are opened as ever", files[16] == 0);
    CHECK("a directory is opened", files[17] == 0);
    CHECK("the file outside is as it was", stat(outside, &found) == 0 && (found.st_mode & 07777) == 0600 && found.st_size == 7 && found.st_mtime > 2);
    snprintf(path, sizeof path, "rm -rf %s", base);
    if (system(path) != 0)
        return 2;
    CHECK_END();
}
