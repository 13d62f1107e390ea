/*
 * remote.c - the memory of another process: what its system calls point to.
 */
#include "nofear.h"

#include <errno.h>
#include <sys/uio.h>

static bool whole(ssize_t moved, size_t size)
{
    if (moved == (ssize_t)size)
        return true;
    errno = EFAULT;
    return false;
}

bool remote_read(pid_t pid, uint64_t from, void *bytes, size_t size)
{
    struct iovec here = {bytes, size}, there = {(void *)(uintptr_t)from, size};
    return whole(process_vm_readv(pid, &here, 1, &there, 1, 0), size);
}

bool remote_write(pid_t pid, uint64_t to, const void *bytes, size_t size)
{
    struct iovec here = {(void *)(uintptr_t)bytes, size}, there = {(void *)(uintptr_t)to, size};
    return whole(process_vm_writev(pid, &here, 1, &there, 1, 0), size);
}
