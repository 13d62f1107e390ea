/*
 * filter.c - a seccomp filter around the VMM, for what Landlock leaves open.
 *
 * For every VMM: the tap that it is handed is one interface, set up by nofear-tap, and stays that. Whoever has a tap's descriptor may
 * otherwise, without any capability, make it last, give it to other users, and give it the MAC address of the gateway, which would
 * open the firewall's gate (nofear-tap's nft.c). Nor does a VMM, root's least of all, make device nodes in the folders that it serves.
 * The rest of what is refused no VMM needs. What is a VMM's own filter beside this one (QEMU's -sandbox) holds as well.
 *
 * The remainder is for lkvm. Landlock says nothing about the change of modes, owners and times, and before its third ABI nothing about
 * truncation; lkvm's 9p server does these by path, and follows links. What it serves is the host's own, to be read and no more: so
 * nobody does them.
 *
 * An overlay in the guest opens the files below it with O_NOATIME, which the host grants to a file's owner alone. QEMU's server
 * then tries without; lkvm's does not, and no program of the host would run. The keeper opens them in its place.
 *
 * And what processor the guest gets goes through the keeper (cpuid.c).
 */
#include "nofear.h"

#include "steps.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/kvm.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Younger than some build machines' headers. */
#define NOTIFY 0x7fc00000U
#define NEW_LISTENER (1U << 3)
/* The descriptors of the channels in the VMM, see vmm.c. */
#define CHANNEL 3
#define FILES 7
enum { OPENAT2 = 437, FCHMODAT2 = 452, SETXATTRAT = 463, REMOVEXATTRAT = 466, MODULE_FILE = 313, IO_URING_FIRST = 425, IO_URING_LAST = 427 };

#define GRANT (SECCOMP_RET_ERRNO | 0)
/* Without a mark of the access: the keeper's. Truncation by an open for reading, which the right to read is enough for in
 * Landlock's eyes: nobody's. */
#define ON_OPEN(number, flags)                                                                                                   \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 7), AT(args[flags]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_NOATIME, 0, 1),     \
        ANSWER(NOTIFY), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TRUNC | O_ACCMODE),                                                \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_TRUNC | O_RDONLY, 0, 1), ANSWER(REFUSE), ANSWER(SECCOMP_RET_ALLOW)

static const struct sock_filter head[] = {ON_X86_64};

/* What ioctl is it? These blocks begin with its number in the accumulator. */
static const struct sock_filter lkvm_ioctls[] = {
    ON(KVM_SET_CPUID2, NOTIFY),
    ON(KVM_SET_CPUID, REFUSE), /* the same of old */
    /* What lkvm asks a tap for, and will not go without: granted for the channels, which are none (link.c). */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TUNSETOFFLOAD, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TUNSETVNETHDRSZ, 0, 5),
    AT(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CHANNEL, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILES, 0, 1),
    ANSWER(GRANT),
    ANSWER(SECCOMP_RET_ALLOW),
};
/* All that is a tap's, in whatever size, but what turns its offloads on and asks how it is. */
static const struct sock_filter ioctls[] = {
    ON(SIOCSIFHWADDR, REFUSE),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 'T' << 8 | 200, 1, 0),
    ANSWER(SECCOMP_RET_ALLOW),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 'T' << 8 | 255, 0, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    AT(args[1]),
    ON(TUNSETOFFLOAD, SECCOMP_RET_ALLOW),
    ON(TUNGETFEATURES, SECCOMP_RET_ALLOW),
    ON(TUNGETIFF, SECCOMP_RET_ALLOW),
    ON(TUNSETSNDBUF, SECCOMP_RET_ALLOW),
    ON(TUNGETVNETHDRSZ, SECCOMP_RET_ALLOW),
    ON(TUNSETVNETHDRSZ, SECCOMP_RET_ALLOW),
    ON(TUNSETVNETLE, SECCOMP_RET_ALLOW),
    ON(TUNGETVNETLE, SECCOMP_RET_ALLOW),
    ON(TUNSETVNETBE, SECCOMP_RET_ALLOW),
    ON(TUNGETVNETBE, SECCOMP_RET_ALLOW),
    ANSWER(REFUSE),
};

static const struct sock_filter calls[] = {
    ON_NODE(SYS_mknod, 1),
    ON_NODE(SYS_mknodat, 2),
    ON(SYS_ptrace, REFUSE),
    ON(SYS_process_vm_readv, REFUSE),
    ON(SYS_process_vm_writev, REFUSE),
    ON(SYS_mount, REFUSE),
    ON(SYS_umount2, REFUSE),
    ON(SYS_pivot_root, REFUSE),
    ON(SYS_chroot, REFUSE),
    ON(SYS_unshare, REFUSE),
    ON(SYS_setns, REFUSE),
    ON(SYS_bpf, REFUSE),
    ON(SYS_perf_event_open, REFUSE),
    ON(SYS_userfaultfd, REFUSE),
    ON(SYS_keyctl, REFUSE),
    ON(SYS_add_key, REFUSE),
    ON(SYS_request_key, REFUSE),
    ON(SYS_init_module, REFUSE),
    ON(MODULE_FILE, REFUSE),
    ON(SYS_kexec_load, REFUSE),
    ON(SYS_open_by_handle_at, REFUSE),
    ON(IO_URING_FIRST, UNKNOWN),
    ON(IO_URING_FIRST + 1, UNKNOWN),
    ON(IO_URING_LAST, UNKNOWN),
};

static const struct sock_filter lkvm_calls[] = {
    ON(SYS_chmod, REFUSE),
    ON(SYS_truncate, REFUSE),
    ON(SYS_utimensat, REFUSE),
    ON(SYS_lchown, REFUSE),
    ON_OPEN(SYS_open, 1),
    ON_OPEN(SYS_openat, 2),
    ON(OPENAT2, UNKNOWN),
    ON(SYS_fchmodat, REFUSE),
    ON(FCHMODAT2, REFUSE),
    ON(SYS_fchmod, REFUSE),
    ON(SYS_chown, REFUSE),
    ON(SYS_fchown, REFUSE),
    ON(SYS_fchownat, REFUSE),
    ON(SYS_utime, REFUSE),
    ON(SYS_utimes, REFUSE),
    ON(SYS_futimesat, REFUSE),
    ON(SYS_setxattr, REFUSE),
    ON(SYS_lsetxattr, REFUSE),
    ON(SYS_fsetxattr, REFUSE),
    ON(SETXATTRAT, REFUSE),
    ON(SYS_removexattr, REFUSE),
    ON(SYS_lremovexattr, REFUSE),
    ON(SYS_fremovexattr, REFUSE),
    ON(REMOVEXATTRAT, REFUSE),
};

struct program {
    struct sock_filter steps[256];
    unsigned short length;
};

static void append(struct program *program, const struct sock_filter *steps, size_t size)
{
    memcpy(program->steps + program->length, steps, size);
    program->length += (unsigned short)(size / sizeof *steps);
}
#define APPEND(program, steps) append(program, steps, sizeof(steps))
#define STEPS(steps) (sizeof(steps) / sizeof *(steps))

/* Those of ioctl come first, since each exit of a guest to its VMM is one more. */
static void build(struct program *program, bool lkvm)
{
    const struct sock_filter ioctl_or[] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, (uint8_t)(1 + (lkvm ? STEPS(lkvm_ioctls) : 0) + STEPS(ioctls))),
        AT(args[1]),
    };
    const struct sock_filter end[] = {ANSWER(SECCOMP_RET_ALLOW)};
    program->length = 0;
    APPEND(program, head);
    APPEND(program, ioctl_or);
    if (lkvm)
        APPEND(program, lkvm_ioctls);
    APPEND(program, ioctls);
    APPEND(program, calls);
    if (lkvm)
        APPEND(program, lkvm_calls);
    APPEND(program, end);
}

bool filter_set(int keeper)
{
    struct program program;
    build(&program, keeper >= 0);
    struct sock_fprog filter = {program.length, program.steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return false;
    if (keeper < 0)
        return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &filter) == 0;
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, NEW_LISTENER, &filter);
    if (listener < 0)
        return false;
    bool ok = descriptor_give(keeper, listener);
    close(listener);
    return ok;
}
