#include "hostile.h"

static void put(struct p9 *p9, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes && p9->filled < MESSAGE; i++)
        p9->out[p9->filled++] = (uint8_t)(value >> 8 * i);
}

static void put_name(struct p9 *p9, const char *name, size_t length)
{
    put(p9, length, 2);
    for (size_t i = 0; i < length; i++)
        put(p9, (uint8_t)name[i], 1);
}

static void put_text(struct p9 *p9, const char *text)
{
    put_name(p9, text, length_of(text));
}

static uint64_t get(struct p9 *p9, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes && p9->at < MESSAGE; i++)
        value |= (uint64_t)p9->in[p9->at++] << 8 * i;
    return value;
}

static void start(struct p9 *p9, uint8_t type)
{
    p9->filled = 4;
    put(p9, type, 1);
    put(p9, 1, 2);
}

static int finish(struct p9 *p9)
{
    size_t length = p9->filled;
    uint8_t type = p9->out[4];
    p9->filled = 0;
    put(p9, length, 4);
    p9->in[4] = 0;
    p9->received = exchange(p9->device, p9->out, length, p9->in);
    p9->at = 7;
    if (p9->in[4] == type + 1)
        return 0;
    return p9->in[4] == 7 ? (int)get(p9, 4) : -1;
}

int p9_raw(struct p9 *p9, uint8_t type, const uint8_t *body, size_t length)
{
    start(p9, type);
    for (size_t i = 0; i < length; i++)
        put(p9, body[i], 1);
    return finish(p9);
}

int p9_begin(struct p9 *p9, struct device *device)
{
    p9->device = device;
    start(p9, 100);
    put(p9, MESSAGE, 4);
    put_text(p9, "9P2000.L");
    int error = finish(p9);
    if (error)
        return error;
    start(p9, 104);
    put(p9, ROOT, 4);
    put(p9, ~0U, 4);
    put_text(p9, "root");
    put_text(p9, "/");
    put(p9, 0, 4);
    return finish(p9);
}

/* A walk that stops half way is no error to the protocol: it is one here. */
int p9_walk(struct p9 *p9, uint32_t from, uint32_t to, const char *path)
{
    unsigned names = *path ? 1 : 0;
    for (const char *c = path; *c; c++)
        names += *c == '|';
    p9_clunk(p9, to);
    start(p9, 110);
    put(p9, from, 4);
    put(p9, to, 4);
    put(p9, names, 2);
    for (unsigned i = 0; i < names; i++) {
        size_t length = 0;
        while (path[length] && path[length] != '|')
            length++;
        put_name(p9, path, length);
        path += length + 1;
    }
    int error = finish(p9);
    return error ? error : get(p9, 2) == names ? 0 : -1;
}

int p9_open(struct p9 *p9, uint32_t fid, uint32_t flags)
{
    start(p9, 12);
    put(p9, fid, 4);
    put(p9, flags, 4);
    return finish(p9);
}

static int data(struct p9 *p9, const uint8_t **bytes, uint32_t *got)
{
    int error = finish(p9);
    *got = error ? 0 : (uint32_t)get(p9, 4);
    if (*got > MESSAGE - p9->at)
        *got = 0;
    *bytes = p9->in + p9->at;
    return error;
}

int p9_read(struct p9 *p9, uint32_t fid, uint32_t count, const uint8_t **bytes, uint32_t *got)
{
    start(p9, 116);
    put(p9, fid, 4);
    put(p9, 0, 8);
    put(p9, count, 4);
    return data(p9, bytes, got);
}

int p9_readdir(struct p9 *p9, uint32_t fid, const uint8_t **bytes, uint32_t *got)
{
    start(p9, 40);
    put(p9, fid, 4);
    put(p9, 0, 8);
    put(p9, 4000, 4);
    return data(p9, bytes, got);
}

int p9_write(struct p9 *p9, uint32_t fid, const char *text)
{
    start(p9, 118);
    put(p9, fid, 4);
    put(p9, 0, 8);
    put(p9, length_of(text), 4);
    while (*text)
        put(p9, (uint8_t)*text++, 1);
    return finish(p9);
}

int p9_getattr(struct p9 *p9, uint32_t fid)
{
    start(p9, 24);
    put(p9, fid, 4);
    put(p9, 0x7ff, 8);
    return finish(p9);
}

int p9_readlink(struct p9 *p9, uint32_t fid)
{
    start(p9, 22);
    put(p9, fid, 4);
    return finish(p9);
}

/* Valid: 1 mode, 2 owner, 4 group, 8 size, 0x20 and 0x100 modification time. */
int p9_setattr(struct p9 *p9, uint32_t fid, uint32_t valid, uint32_t mode, uint64_t size)
{
    start(p9, 26);
    put(p9, fid, 4);
    put(p9, valid, 4);
    put(p9, mode, 4);
    put(p9, 0, 4);
    put(p9, 0, 4);
    put(p9, size, 8);
    for (int i = 0; i < 4; i++)
        put(p9, 1, 8);
    return finish(p9);
}

int p9_create(struct p9 *p9, uint32_t fid, const char *name)
{
    start(p9, 14);
    put(p9, fid, 4);
    put_text(p9, name);
    put(p9, 2, 4);
    put(p9, 0666, 4);
    put(p9, 0, 4);
    return finish(p9);
}

int p9_mkdir(struct p9 *p9, uint32_t fid, const char *name)
{
    start(p9, 72);
    put(p9, fid, 4);
    put_text(p9, name);
    put(p9, 0777, 4);
    put(p9, 0, 4);
    return finish(p9);
}

int p9_mknod(struct p9 *p9, uint32_t fid, const char *name, uint32_t mode, uint32_t major, uint32_t minor)
{
    start(p9, 18);
    put(p9, fid, 4);
    put_text(p9, name);
    put(p9, mode, 4);
    put(p9, major, 4);
    put(p9, minor, 4);
    put(p9, 0, 4);
    return finish(p9);
}

int p9_symlink(struct p9 *p9, uint32_t fid, const char *name, const char *target)
{
    start(p9, 16);
    put(p9, fid, 4);
    put_text(p9, name);
    put_text(p9, target);
    put(p9, 0, 4);
    return finish(p9);
}

int p9_link(struct p9 *p9, uint32_t directory, uint32_t fid, const char *name)
{
    start(p9, 70);
    put(p9, directory, 4);
    put(p9, fid, 4);
    put_text(p9, name);
    return finish(p9);
}

int p9_rename(struct p9 *p9, uint32_t fid, uint32_t directory, const char *name)
{
    start(p9, 20);
    put(p9, fid, 4);
    put(p9, directory, 4);
    put_text(p9, name);
    return finish(p9);
}

int p9_renameat(struct p9 *p9, uint32_t from, const char *name, uint32_t to, const char *as)
{
    start(p9, 74);
    put(p9, from, 4);
    put_text(p9, name);
    put(p9, to, 4);
    put_text(p9, as);
    return finish(p9);
}

int p9_unlinkat(struct p9 *p9, uint32_t fid, const char *name, uint32_t flags)
{
    start(p9, 76);
    put(p9, fid, 4);
    put_text(p9, name);
    put(p9, flags, 4);
    return finish(p9);
}

int p9_clunk(struct p9 *p9, uint32_t fid)
{
    start(p9, 120);
    put(p9, fid, 4);
    return finish(p9);
}
