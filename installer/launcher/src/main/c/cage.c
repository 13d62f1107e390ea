/*
 * cage.c - what the file server may do, from before its first byte of the guest's on: system calls by a list, files by Landlock on
 * the shares alone (confine.c), no capability but those by which root's own run reaches others' files.
 */
#include "files.h"

#include "steps.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALLOW(number) ON(number, SECCOMP_RET_ALLOW)
/* Allowed where an argument has (or has not) some bits. */
#define WITH(number, argument, bits) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), AT(args[argument]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), \
        ANSWER(SECCOMP_RET_ALLOW), ANSWER(REFUSE)
#define WITHOUT(number, argument, bits) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), AT(args[argument]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0), \
        ANSWER(SECCOMP_RET_ALLOW), ANSWER(REFUSE)

static const struct sock_filter steps[] = {
    ON_X86_64,
    /* The channel, and itself. */
    ALLOW(SYS_read), ALLOW(SYS_write), ALLOW(SYS_recvmsg), ALLOW(SYS_sendto), ALLOW(SYS_poll), ALLOW(SYS_ppoll), ALLOW(SYS_futex),
    ALLOW(SYS_munmap), ALLOW(SYS_mremap), ALLOW(SYS_brk), ALLOW(SYS_madvise), WITHOUT(SYS_mmap, 2, PROT_EXEC), WITHOUT(SYS_mprotect, 2, PROT_EXEC),
    WITH(SYS_clone, 0, CLONE_THREAD), WITH(SYS_unshare, 0, CLONE_FS), ALLOW(SYS_set_robust_list), ALLOW(334 /* rseq */), ALLOW(SYS_rt_sigprocmask),
    ALLOW(SYS_rt_sigreturn), ALLOW(SYS_gettid), ALLOW(SYS_getpid), ALLOW(SYS_tgkill), ALLOW(SYS_sched_yield), ALLOW(SYS_exit),
    ALLOW(SYS_exit_group), ALLOW(SYS_clock_gettime), ALLOW(SYS_restart_syscall), ALLOW(SYS_getrandom), ALLOW(SYS_eventfd2),
    /* Files. */
    ALLOW(SYS_openat), ALLOW(SYS_open), ALLOW(SYS_close), ALLOW(SYS_dup), ALLOW(SYS_fcntl), ALLOW(SYS_statx), ALLOW(SYS_lseek), ALLOW(SYS_pread64),
    ALLOW(SYS_pwritev2), ALLOW(SYS_pwritev), ALLOW(SYS_pwrite64), ALLOW(SYS_getdents64), ALLOW(SYS_readlinkat), ALLOW(SYS_mkdirat), ALLOW(SYS_symlinkat),
    ON_NODE(SYS_mknodat, 2), ALLOW(SYS_unlinkat), ALLOW(SYS_renameat2), ALLOW(SYS_linkat), ALLOW(SYS_fchownat), ALLOW(SYS_chmod),
    ALLOW(SYS_fchmodat), ALLOW(SYS_utimensat), ALLOW(SYS_ftruncate), ALLOW(SYS_fallocate), ALLOW(SYS_copy_file_range), ALLOW(SYS_fsync),
    ALLOW(SYS_fdatasync), ALLOW(SYS_fstatfs), ALLOW(SYS_getxattr), ALLOW(SYS_setxattr), ALLOW(SYS_listxattr), ALLOW(SYS_removexattr),
    ALLOW(SYS_flock), ALLOW(SYS_umask),
    ANSWER(UNKNOWN),
};

/* A caller that is root reaches what is others', as he does himself; nobody gets anything else. */
static bool capabilities_drop(void)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    if (geteuid() == 0)
        data[0].effective = data[0].permitted = 1U << CAP_CHOWN | 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER;
    return syscall(SYS_capset, &head, data) == 0 || geteuid() != 0;
}

bool cage_enter(const struct plan *plan)
{
    struct sock_fprog filter = {sizeof steps / sizeof *steps, (struct sock_filter *)(uintptr_t)steps};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && capabilities_drop() && confine_shares(plan) &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}
