/*
 * A hostile guest: a kernel of its own that speaks to the 9p servers of the VMM directly, without a Linux between that would
 * refuse what is not proper.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MESSAGE = 8192 };

/* machine.c: ports, memory, and the serial line, which the VMM's log shows. */
void out8(uint16_t port, uint8_t value);
void out32(uint16_t port, uint32_t value);
uint32_t in32(uint16_t port);
void say(const char *text);
void say_bytes(const uint8_t *bytes, size_t count);
void say_number(uint32_t number);
size_t length_of(const char *text);
bool same(const char *one, const char *other);

/* virtio.c: the 9p devices of a machine, on PCI (lkvm) or in memory (QEMU's microvm). */
struct device {
    bool pci, dead;
    volatile uint8_t *common, *notify, *config; /* of a device in memory, common is all of it */
    char tag[64];
    uint16_t seen; /* answers */
    struct queue *queue;
};
/* Calls back with each device once it is ready. */
void devices(void (*each)(struct device *device));
/* Sends a request and waits for its answer: its length, or 0 if there is none in a long time. */
size_t exchange(struct device *device, const uint8_t *request, size_t length, uint8_t *answer);

/* p9.c: requests of 9P2000.L. Each returns 0, or the error that the server named, or -1. */
struct p9 {
    struct device *device;
    uint8_t out[MESSAGE], in[MESSAGE];
    size_t filled, at, received;
};
enum { ROOT = 1, NO_FID = -1, LIMIT = 4096 };
int p9_begin(struct p9 *p9, struct device *device);
/* Path: names, separated by '|', since a name may hold a '/'. */
int p9_walk(struct p9 *p9, uint32_t from, uint32_t to, const char *path);
int p9_open(struct p9 *p9, uint32_t fid, uint32_t flags);
int p9_read(struct p9 *p9, uint32_t fid, uint32_t count, const uint8_t **data, uint32_t *got);
int p9_readdir(struct p9 *p9, uint32_t fid, const uint8_t **data, uint32_t *got);
int p9_write(struct p9 *p9, uint32_t fid, const char *text);
int p9_getattr(struct p9 *p9, uint32_t fid);
int p9_readlink(struct p9 *p9, uint32_t fid);
int p9_setattr(struct p9 *p9, uint32_t fid, uint32_t valid, uint32_t mode, uint64_t size);
int p9_create(struct p9 *p9, uint32_t fid, const char *name);
int p9_mkdir(struct p9 *p9, uint32_t fid, const char *name);
int p9_mknod(struct p9 *p9, uint32_t fid, const char *name, uint32_t mode, uint32_t major, uint32_t minor);
int p9_symlink(struct p9 *p9, uint32_t fid, const char *name, const char *target);
int p9_link(struct p9 *p9, uint32_t directory, uint32_t fid, const char *name);
int p9_rename(struct p9 *p9, uint32_t fid, uint32_t directory, const char *name);
int p9_renameat(struct p9 *p9, uint32_t from, const char *name, uint32_t to, const char *as);
int p9_unlinkat(struct p9 *p9, uint32_t fid, const char *name, uint32_t flags);
int p9_clunk(struct p9 *p9, uint32_t fid);
int p9_raw(struct p9 *p9, uint8_t type, const uint8_t *body, size_t length);

#endif
