#include "hostile.h"

enum { SIZE = 128, P9 = 9, PAGE = 4096, MOST = 32 };
struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};
struct used {
    uint32_t id, length;
};

/* As the oldest kind of device wants it: the used ring on a page of its own. */
struct queue {
    struct descriptor descriptors[SIZE];
    struct {
        uint16_t flags, index, ring[SIZE], event;
    } available;
    volatile struct {
        uint16_t flags, index;
        struct used ring[SIZE];
    } __attribute__((aligned(PAGE))) used;
} __attribute__((aligned(PAGE)));

static struct queue queues[MOST];
static size_t queues_taken;

static uint32_t get(volatile uint8_t *base, size_t offset)
{
    return *(volatile uint32_t *)(base + offset);
}
static void set(volatile uint8_t *base, size_t offset, uint32_t value)
{
    *(volatile uint32_t *)(base + offset) = value;
}
static void set16(volatile uint8_t *base, size_t offset, uint16_t value)
{
    *(volatile uint16_t *)(base + offset) = value;
}

static void tag_read(struct device *device)
{
    size_t length = device->config[0] | (size_t)device->config[1] << 8;
    for (size_t i = 0; i < length && i < sizeof device->tag - 1; i++)
        device->tag[i] = (char)device->config[2 + i];
}

/* Linux's Documentation calls these registers of virtio-mmio's version 1. */
static bool memory_ready(struct device *device)
{
    volatile uint8_t *base = device->common;
    set(base, 0x70, 0);
    set(base, 0x70, 3);
    set(base, 0x24, 0);
    set(base, 0x20, 0);
    set(base, 0x28, PAGE);
    set(base, 0x30, 0);
    if (get(base, 0x34) < SIZE)
        return false;
    set(base, 0x38, SIZE);
    set(base, 0x3c, PAGE);
    set(base, 0x40, (uint32_t)(uintptr_t)device->queue / PAGE);
    set(base, 0x70, 7);
    device->config = base + 0x100;
    return true;
}

static bool pci_ready(struct device *device)
{
    volatile uint8_t *base = device->common;
    base[0x14] = 0;
    base[0x14] = 3;
    set(base, 0x08, 1);
    set(base, 0x0c, 1); /* VERSION_1, which is bit 32 */
    base[0x14] = 11;
    set16(base, 0x16, 0);
    set16(base, 0x18, SIZE);
    set(base, 0x20, (uint32_t)(uintptr_t)device->queue->descriptors);
    set(base, 0x24, 0);
    set(base, 0x28, (uint32_t)(uintptr_t)&device->queue->available);
    set(base, 0x2c, 0);
    set(base, 0x30, (uint32_t)(uintptr_t)&device->queue->used);
    set(base, 0x34, 0);
    set16(base, 0x1c, 1);
    base[0x14] = 15;
    return true;
}

static void take(struct device *device, void (*each)(struct device *device))
{
    if (queues_taken == MOST)
        return;
    device->queue = &queues[queues_taken++];
    if (!(device->pci ? pci_ready(device) : memory_ready(device)))
        return;
    tag_read(device);
    each(device);
}

static uint32_t pci(unsigned slot, unsigned offset)
{
    out32(0xcf8, 0x80000000U | slot << 11 | (offset & 0xfc));
    return in32(0xcfc);
}

static volatile uint8_t *bar(unsigned slot, unsigned number)
{
    return (volatile uint8_t *)(uintptr_t)(pci(slot, 0x10 + 4 * number) & ~15U);
}

static void pci_device(unsigned slot, void (*each)(struct device *device))
{
    struct device device = {.pci = true};
    pci(slot, 4);
    out32(0xcfc, pci(slot, 4) | 6);
    for (unsigned at = pci(slot, 0x34) & 0xfc; at; at = pci(slot, at) >> 8 & 0xfc) {
        if ((pci(slot, at) & 0xff) != 9)
            continue;
        volatile uint8_t *place = bar(slot, pci(slot, at + 4) & 7) + pci(slot, at + 8);
        switch (pci(slot, at) >> 24) {
        case 1:
            device.common = place;
            break;
        case 2:
            device.notify = place;
            break;
        case 4:
            device.config = place;
            break;
        }
    }
    if (device.common && device.notify && device.config)
        take(&device, each);
}

void devices(void (*each)(struct device *device))
{
    for (unsigned slot = 0; slot < 32; slot++)
        if (pci(slot, 0) == 0x10401af4U + (P9 << 16))
            pci_device(slot, each);
    /* Where nothing is, a read gives ones. */
    for (unsigned i = 0; i < 32; i++) {
        struct device device = {.common = (volatile uint8_t *)(uintptr_t)(0xfeb00000U + i * 0x200)};
        if (get(device.common, 0) == 0x74726976 && get(device.common, 4) == 1 && get(device.common, 8) == P9)
            take(&device, each);
    }
}

size_t exchange(struct device *device, const uint8_t *request, size_t length, uint8_t *answer)
{
    struct queue *queue = device->queue;
    if (device->dead)
        return 0;
    queue->descriptors[0] = (struct descriptor){(uintptr_t)request, length, 1, 1};
    queue->descriptors[1] = (struct descriptor){(uintptr_t)answer, MESSAGE, 2, 0};
    queue->available.ring[queue->available.index % SIZE] = 0;
    __sync_synchronize();
    queue->available.index++;
    __sync_synchronize();
    if (device->pci)
        set16(device->notify, 0, 0);
    else
        set(device->common, 0x50, 0);
    for (unsigned i = 0; i < 200000000; i++) {
        if (queue->used.index != device->seen) {
            uint32_t got = queue->used.ring[device->seen % SIZE].length;
            device->seen++;
            return got;
        }
    }
    device->dead = true; /* a server that has had enough of it */
    return 0;
}
