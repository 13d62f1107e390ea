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

enum { ENTRIES = 256 }; /* KVM_MAX_CPUID_ENTRIES */
enum { FEATURES = 1, VMX = 1 << 5 };
#define EXTENDED_FEATURES 0x80000001U
#define SVM_FEATURES 0x8000000aU
enum { SVM = 1 << 2 };

struct table {
    struct kvm_cpuid2 head;
    struct kvm_cpuid_entry2 entries[ENTRIES];
};

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
    if (!remote_read(pid, address, &table.head, sizeof table.head))
        return false;
    if (table.head.nent > ENTRIES) {
        errno = E2BIG; /* as KVM says */
        return false;
    }
    uint64_t entries = address + sizeof table.head;
    size_t size = table.head.nent * sizeof *table.entries;
    if (!remote_read(pid, entries, table.entries, size))
        return false;
    for (uint32_t i = 0; i < table.head.nent; i++)
        clear(&table.entries[i]);
    return remote_write(pid, entries, table.entries, size);
}
