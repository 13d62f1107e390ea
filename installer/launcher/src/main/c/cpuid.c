/*
 * cpuid.c - the processor as lkvm shows it to a guest, without the virtualization that lkvm would pass on.
 *
 * A guest that may run guests has the nested half of the host's KVM to attack. KVM lets it only where its CPUID has the flag, and
 * takes no other CPUID once the guest runs: so lkvm's KVM_SET_CPUID2 comes to the keeper first (filter.c), which clears the flags
 * in lkvm's memory. QEMU is asked for the same by its options.
 */
#include "nofear.h"

#include <errno.h>
#include <linux/kvm.h>
#include <sys/uio.h>

enum { ENTRIES = 256 }; /* KVM_MAX_CPUID_ENTRIES */
enum { FEATURES = 1, VMX = 1 << 5 };
#define EXTENDED_FEATURES 0x80000001U
#define SVM_FEATURES 0x8000000aU
enum { SVM = 1 << 2 };

struct table {
    struct kvm_cpuid2 head;
    struct kvm_cpuid_entry2 entries[ENTRIES];
};

static bool copy(ssize_t (*call)(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long),
                 pid_t pid, void *here, uint64_t there, size_t size)
{
    struct iovec ours = {here, size}, its = {(void *)(uintptr_t)there, size};
    return call(pid, &ours, 1, &its, 1, 0) == (ssize_t)size;
}

static void clear(struct kvm_cpuid_entry2 *entry)
{
    if (entry->function == FEATURES)
        entry->ecx &= ~(uint32_t)VMX;
    else if (entry->function == EXTENDED_FEATURES)
        entry->ecx &= ~(uint32_t)SVM;
    else if (entry->function == SVM_FEATURES)
        entry->eax = entry->ebx = entry->ecx = entry->edx = 0;
}

bool cpuid_hide(pid_t pid, uint64_t address)
{
    struct table table;
    if (!copy(process_vm_readv, pid, &table.head, address, sizeof table.head)) {
        errno = EFAULT;
        return false;
    }
    if (table.head.nent > ENTRIES) {
        errno = E2BIG; /* as KVM says */
        return false;
    }
    size_t size = table.head.nent * sizeof *table.entries;
    uint64_t entries = address + sizeof table.head;
    bool ok = copy(process_vm_readv, pid, table.entries, entries, size);
    for (uint32_t i = 0; ok && i < table.head.nent; i++)
        clear(&table.entries[i]);
    ok = ok && copy(process_vm_writev, pid, table.entries, entries, size);
    if (!ok)
        errno = EFAULT;
    return ok;
}
