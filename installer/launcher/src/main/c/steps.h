/*
 * steps.h - what seccomp filters are made of: the VMM's (filter.c) and the file server's (cage.c). Whoever includes it has what it needs
 * of <linux/seccomp.h> and <sys/stat.h> with it.
 */
#ifndef NOFEAR_STEPS_H
#define NOFEAR_STEPS_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/stat.h>

#define AT(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ON(number, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), ANSWER(what)
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)

/* Of this machine's own system calls alone; then the number is in the accumulator. */
#define ON_X86_64                                                                                                                \
    AT(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0), ANSWER(SECCOMP_RET_KILL), AT(nr),                      \
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), ANSWER(UNKNOWN) /* x32 */

/* A node may be a file, a FIFO or a socket. */
#define ON_NODE(number, mode)                                                                                                    \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 6), AT(args[mode]), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, S_IFMT),                \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, S_IFCHR, 1, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, S_IFBLK, 0, 1), ANSWER(REFUSE),    \
        ANSWER(SECCOMP_RET_ALLOW)

#endif
