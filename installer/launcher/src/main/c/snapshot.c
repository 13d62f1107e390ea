/*
 * snapshot.c - a machine as it was when its guest had booted and waited for its first order, in a file, for later runs to go on
 * from (resume.c).
 *
 * The plan names what the machine is made of (snapshot) and where such files are (snapshot.dir). A file's name is the key and
 * the size of the disk, which a guest asks for once; in it are a header, the VMM's state as its migration writes it, a table of
 * runs of memory, and their bytes, page by page; pages of zeros are left out. The memory itself is a memfd that the VMM maps.
 *
 * A snapshot counts until the host is started anew: its processor, VMM and modules are what they were, and a crash can't leave
 * half of one. One that could not be taken up is replaced by an empty one, so that nobody tries it again before that. A VM can
 * always boot instead: nothing that goes wrong here is an error.
 */
#include "snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, BOOT_ID = 36, MOST = 4, CLOSE_ON_EXEC = 1 };
#define FORMAT "nofear-snapshot1"
#define UNFINISHED ".new-"

struct header {
    char format[16], host_boot[BOOT_ID + 4];
    uint64_t memory, state, runs; /* bytes; bytes, 0: not to be tried; number */
};
struct run {
    uint64_t offset, length;
};

static bool header_make(struct header *header, const struct snapshot *snapshot)
{
    memset(header, 0, sizeof *header);
    memcpy(header->format, FORMAT, sizeof header->format);
    header->memory = snapshot->size;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, header->host_boot, BOOT_ID);
    if (fd >= 0)
        close(fd);
    return n == BOOT_ID;
}

static uint64_t disk_size(const struct plan *plan, const struct places *places)
{
    struct stat status;
    const char *disk = plan_get(plan, "disk");
    char *path = disk ? places_fill(places, disk) : NULL;
    bool known = path && stat(path, &status) == 0;
    free(path);
    return known ? (uint64_t)status.st_size : 0;
}

/* Opens the file, if it is there and is of this machine and this boot of the host. */
static bool find(struct snapshot *snapshot)
{
    char error[256];
    struct header header, expected;
    struct stat status;
    snapshot->file = safe_file(snapshot->directory, snapshot->name, O_RDONLY, "", error, sizeof error);
    bool good = snapshot->file >= 0 && fstat(snapshot->file, &status) == 0 && header_make(&expected, snapshot) &&
                read(snapshot->file, &header, sizeof header) == (ssize_t)sizeof header &&
                memcmp(&header, &expected, offsetof(struct header, state)) == 0 && header.state <= SNAPSHOT_STATE_MAX &&
                header.runs <= snapshot->size / PAGE &&
                (uint64_t)status.st_size >= sizeof header + header.state + header.runs * sizeof(struct run);
    if (good) {
        snapshot->state = header.state;
        snapshot->runs = header.runs;
        futimens(snapshot->file, NULL); /* what has not been used for longest goes first */
    } else if (snapshot->file >= 0) {
        close(snapshot->file);
        snapshot->file = -1;
    }
    return good;
}

void snapshot_open(struct snapshot *snapshot, const struct plan *plan, const struct places *places)
{
    char error[256];
    const char *key = plan_get(plan, "snapshot"), *path = plan_get(plan, "snapshot.dir");
    *snapshot = (struct snapshot){.use = SNAPSHOT_NONE, .memory = -1, .directory = -1, .file = -1};
    snapshot->size = plan_number(plan, "snapshot.memory", 0, 1ULL << 46);
    if (!key || !path || snapshot->size == 0)
        return;
    snapshot->directory = safe_directory(AT_FDCWD, path, true, "", error, sizeof error);
    if (snapshot->directory < 0)
        return;
    snprintf(snapshot->name, sizeof snapshot->name, "%.40s-%llx", key, (unsigned long long)disk_size(plan, places));
    bool found = find(snapshot);
    if (found && snapshot->state == 0)
        return;
    snapshot->memory = (int)syscall(SYS_memfd_create, "nofear-guest", CLOSE_ON_EXEC);
    if (snapshot->memory < 0 || ftruncate(snapshot->memory, (off_t)snapshot->size) < 0)
        snapshot_close(snapshot);
    else
        snapshot->use = found ? SNAPSHOT_TAKE : SNAPSHOT_KEEP;
}

void snapshot_close(struct snapshot *snapshot)
{
    if (snapshot->memory >= 0)
        close(snapshot->memory);
    if (snapshot->file >= 0)
        close(snapshot->file);
    if (snapshot->directory >= 0)
        close(snapshot->directory);
    snapshot->memory = snapshot->file = snapshot->directory = -1;
    snapshot->use = SNAPSHOT_NONE;
}

/* All of it, at the descriptor's offset (-1) or at one of its own. */
static bool write_all(int fd, const void *bytes, size_t size, off_t offset)
{
    for (size_t done = 0; done < size;) {
        const char *from = (const char *)bytes + done;
        ssize_t n = offset < 0 ? write(fd, from, size - done) : pwrite(fd, from, size - done, offset + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* The file is mapped for system calls to copy from: should it shrink meanwhile, they fail, where a read would be a SIGBUS. */
static bool memory_load(const struct snapshot *snapshot, const struct run *runs, off_t from)
{
    struct stat status;
    if (fstat(snapshot->file, &status) < 0)
        return false;
    char *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, snapshot->file, 0);
    bool ok = bytes != MAP_FAILED;
    for (uint64_t i = 0; ok && i < snapshot->runs; i++) {
        const struct run *run = &runs[i];
        ok = run->length <= (uint64_t)(status.st_size - from) && run->offset <= snapshot->size &&
             run->length <= snapshot->size - run->offset &&
             write_all(snapshot->memory, bytes + from, (size_t)run->length, (off_t)run->offset);
        from += (off_t)run->length;
    }
    if (bytes != MAP_FAILED)
        munmap(bytes, (size_t)status.st_size);
    return ok;
}

bool snapshot_load(struct snapshot *snapshot, struct nf_buffer *state)
{
    size_t size = (size_t)snapshot->runs * sizeof(struct run);
    off_t at = sizeof(struct header);
    struct run *runs = need(malloc(size + 1));
    nf_buffer_init(state, SNAPSHOT_STATE_MAX);
    unsigned char *room = nf_buffer_room(state, (size_t)snapshot->state);
    bool ok = room && pread(snapshot->file, room, (size_t)snapshot->state, at) == (ssize_t)snapshot->state &&
              pread(snapshot->file, runs, size, at + (off_t)snapshot->state) == (ssize_t)size;
    if (ok)
        state->end += (size_t)snapshot->state;
    ok = ok && memory_load(snapshot, runs, at + (off_t)snapshot->state + (off_t)size);
    free(runs);
    return ok;
}

static bool zeros(const char *page)
{
    static const char none[PAGE];
    return memcmp(page, none, PAGE) == 0;
}

/* The runs of pages that are not all zeros; NULL without memory. What the guest never touched is a hole, and not looked at. */
static struct run *runs_find(const struct snapshot *snapshot, const char *bytes, uint64_t *number)
{
    struct run *runs = NULL;
    uint64_t capacity = 0;
    off_t size = (off_t)snapshot->size;
    *number = 0;
    for (off_t at = 0; at < size && (at = lseek(snapshot->memory, at, SEEK_DATA)) >= 0;) {
        off_t hole = lseek(snapshot->memory, at, SEEK_HOLE);
        for (; at < hole; at += PAGE) {
            if (zeros(bytes + at))
                continue;
            struct run *last = *number > 0 ? &runs[*number - 1] : NULL;
            if (last && last->offset + last->length == (uint64_t)at) {
                last->length += PAGE;
                continue;
            }
            if (*number == capacity) {
                capacity = capacity ? 2 * capacity : 1024;
                runs = need(realloc(runs, (size_t)capacity * sizeof *runs));
            }
            runs[(*number)++] = (struct run){(uint64_t)at, PAGE};
        }
    }
    return runs;
}

static bool save(struct snapshot *snapshot, int fd, const struct nf_buffer *state)
{
    struct header header;
    if (!header_make(&header, snapshot))
        return false;
    if (!state)
        return write_all(fd, &header, sizeof header, -1);
    char *bytes = mmap(NULL, (size_t)snapshot->size, PROT_READ, MAP_SHARED, snapshot->memory, 0);
    if (bytes == MAP_FAILED)
        return false;
    struct run *runs = runs_find(snapshot, bytes, &header.runs);
    header.state = nf_buffer_size(state);
    bool ok = header.state > 0 && write_all(fd, &header, sizeof header, -1) &&
              write_all(fd, state->data + state->start, (size_t)header.state, -1) &&
              write_all(fd, runs, (size_t)header.runs * sizeof *runs, -1);
    for (uint64_t i = 0; ok && i < header.runs; i++)
        ok = write_all(fd, bytes + runs[i].offset, (size_t)runs[i].length, -1);
    free(runs);
    munmap(bytes, (size_t)snapshot->size);
    return ok;
}

/* The least recently used go, and what a crash has left. */
static void drop_others(const struct snapshot *snapshot)
{
    for (;;) {
        int copy = openat(snapshot->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), number = 0;
        DIR *entries = copy < 0 ? NULL : fdopendir(copy);
        struct dirent *entry;
        char oldest[256] = "";
        struct timespec age = {.tv_sec = 0};
        while (entries && (entry = readdir(entries))) {
            struct stat status;
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                fstatat(snapshot->directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
                continue;
            bool older = status.st_mtim.tv_sec < age.tv_sec ||
                         (status.st_mtim.tv_sec == age.tv_sec && status.st_mtim.tv_nsec < age.tv_nsec);
            if (number++ == 0 || older) {
                age = status.st_mtim;
                snprintf(oldest, sizeof oldest, "%s", entry->d_name);
            }
        }
        if (entries)
            closedir(entries);
        if (number <= MOST || unlinkat(snapshot->directory, oldest, 0) < 0)
            return;
    }
}

/* Under a name of its own until it is whole. */
static bool replace(struct snapshot *snapshot, const struct nf_buffer *state)
{
    char fresh[96];
    snprintf(fresh, sizeof fresh, UNFINISHED "%d", (int)getpid());
    int fd = openat(snapshot->directory, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool ok = save(snapshot, fd, state);
    close(fd);
    ok = ok && renameat(snapshot->directory, fresh, snapshot->directory, snapshot->name) == 0;
    if (ok)
        drop_others(snapshot);
    else
        unlinkat(snapshot->directory, fresh, 0);
    return ok;
}

bool snapshot_save(struct snapshot *snapshot, const struct nf_buffer *state)
{
    return replace(snapshot, state);
}

void snapshot_refuse(struct snapshot *snapshot)
{
    if (!replace(snapshot, NULL))
        unlinkat(snapshot->directory, snapshot->name, 0);
}
