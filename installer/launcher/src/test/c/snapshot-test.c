/* snapshot.c: what is kept comes back byte for byte, and only to the machine, the disk and the boot of the host that it is of. */
#include "snapshot.h"

#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 1 << 20, BOOT_AT = 16 };

static char directory[] = "/tmp/nofear-snapshot-XXXXXX";
static const struct places places;

static struct plan plan_of(const char *key, const char *memory)
{
    struct nf_buffer bytes;
    struct plan plan;
    FILE *file = tmpfile();
    nf_buffer_init(&bytes, 4096);
    nf_pair_add(&bytes, "format", "nofear-plan-2");
    nf_pair_add(&bytes, "snapshot", key);
    nf_pair_add(&bytes, "snapshot.dir", directory);
    nf_pair_add(&bytes, "snapshot.memory", memory);
    if (!file || nf_buffer_flush(&bytes, fileno(file), 4096) <= 0 || lseek(fileno(file), 0, SEEK_SET) < 0 ||
        !plan_read(&plan, fileno(file)))
        exit(2);
    fclose(file);
    nf_buffer_free(&bytes);
    return plan;
}

static struct snapshot opened(const char *key, const char *memory)
{
    struct snapshot snapshot;
    struct plan plan = plan_of(key, memory);
    snapshot_open(&snapshot, &plan, &places);
    plan_free(&plan);
    return snapshot;
}

static int use_of(const char *key, const char *memory)
{
    struct snapshot snapshot = opened(key, memory);
    int use = snapshot.use;
    snapshot_close(&snapshot);
    return use;
}

/* Some pages of noise, some of zeros that were written, and holes. */
static void memory_fill(unsigned char *memory, int fd)
{
    memset(memory, 0, MEMORY);
    for (int page = 0; page < MEMORY / 4096; page++) {
        uint64_t kind = check_random(4);
        for (int i = 0; kind == 0 && i < 4096; i++)
            memory[page * 4096 + i] = (unsigned char)check_random(256);
        if (kind < 2 && pwrite(fd, memory + page * 4096, 4096, page * 4096) != 4096)
            exit(2);
    }
    memory[MEMORY - 1] = 7; /* the last byte counts as well */
    if (pwrite(fd, memory + MEMORY - 4096, 4096, MEMORY - 4096) != 4096)
        exit(2);
}

static void keep(const char *key, unsigned char *memory, struct nf_buffer *state)
{
    struct snapshot snapshot = opened(key, "1048576");
    CHECK("a machine that is not there is kept", snapshot.use == SNAPSHOT_KEEP && snapshot.memory >= 0);
    memory_fill(memory, snapshot.memory);
    CHECK("it can be saved", snapshot_save(&snapshot, state));
    snapshot_close(&snapshot);
}

static void comes_back(void)
{
    static unsigned char memory[MEMORY], back[MEMORY];
    struct nf_buffer state, found;
    nf_buffer_init(&state, 1 << 20);
    for (int i = 0; i < 100000; i++) {
        unsigned char byte = (unsigned char)check_random(256);
        nf_buffer_add(&state, &byte, 1);
    }
    keep("one", memory, &state);
    struct snapshot snapshot = opened("one", "1048576");
    CHECK("then it is taken", snapshot.use == SNAPSHOT_TAKE);
    CHECK("it can be loaded", snapshot_load(&snapshot, &found));
    CHECK("the VMM's state is the same", nf_buffer_size(&found) == nf_buffer_size(&state) &&
                                             memcmp(found.data + found.start, state.data + state.start, nf_buffer_size(&state)) == 0);
    CHECK("the memory is the same", pread(snapshot.memory, back, MEMORY, 0) == MEMORY && memcmp(back, memory, MEMORY) == 0);
    struct stat file;
    CHECK("nobody else can read the file", fstat(snapshot.file, &file) == 0 && (file.st_mode & 0777) == 0600);
    CHECK("zeros take no room in it", file.st_size < MEMORY / 2);
    nf_buffer_free(&found);
    nf_buffer_free(&state);
    snapshot_close(&snapshot);
    CHECK("another machine is another one", use_of("two", "1048576") == SNAPSHOT_KEEP);
    CHECK("so is one with more memory", use_of("one", "2097152") == SNAPSHOT_KEEP);
}

static int file_open(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/one-0", directory);
    return open(path, O_RDWR);
}

static void goes_stale(void)
{
    char was, now = '!';
    int fd = file_open();
    if (pread(fd, &was, 1, BOOT_AT) != 1 || pwrite(fd, &now, 1, BOOT_AT) != 1)
        exit(2);
    CHECK("one of an earlier boot of the host does not count", use_of("one", "1048576") == SNAPSHOT_KEEP);
    if (pwrite(fd, &was, 1, BOOT_AT) != 1)
        exit(2);
    CHECK("but for that it would", use_of("one", "1048576") == SNAPSHOT_TAKE);
    fchmod(fd, 0666);
    CHECK("one that others can write does not count", use_of("one", "1048576") == SNAPSHOT_KEEP);
    fchmod(fd, 0600);
    close(fd);
}

/* However short it is, loading it fails or is not tried; nothing else happens. */
static void is_cut(void)
{
    struct stat file;
    int fd = file_open(), taken = 0;
    fstat(fd, &file);
    for (off_t size = file.st_size - 1; size >= 0; size = size < 300 ? size - 1 : size - (off_t)check_random(5000)) {
        struct nf_buffer state;
        if (size < 0 || ftruncate(fd, size) < 0)
            break;
        struct snapshot snapshot = opened("one", "1048576");
        if (snapshot.use == SNAPSHOT_TAKE) {
            taken += snapshot_load(&snapshot, &state);
            nf_buffer_free(&state);
        }
        snapshot_close(&snapshot);
    }
    close(fd);
    CHECK("one that is cut short is never loaded", taken == 0);
}

static void is_refused(void)
{
    struct snapshot snapshot = opened("one", "1048576");
    snapshot_refuse(&snapshot);
    snapshot_close(&snapshot);
    CHECK("one that is refused is not tried again", use_of("one", "1048576") == SNAPSHOT_NONE);
    CHECK("other machines are", use_of("two", "1048576") == SNAPSHOT_KEEP);
}

static void are_few(void)
{
    static unsigned char memory[MEMORY];
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    struct nf_buffer state;
    nf_buffer_init(&state, 4096);
    nf_buffer_add(&state, "state", 5);
    for (int i = 0; i < 6; i++) {
        keep(names[i], memory, &state);
        usleep(20000); /* more than a tick, in which times are counted */
        use_of("a", "1048576"); /* used again and again */
        usleep(20000);
    }
    nf_buffer_free(&state);
    CHECK("the one that is used stays", use_of("a", "1048576") == SNAPSHOT_TAKE);
    CHECK("so does the newest", use_of("f", "1048576") == SNAPSHOT_TAKE);
    CHECK("the oldest goes", use_of("b", "1048576") == SNAPSHOT_KEEP);
}

static void clean_up(void)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    rmdir(directory);
}

int main(void)
{
    check_seed();
    if (!mkdtemp(directory))
        return 2;
    comes_back();
    goes_stale();
    is_refused();
    are_few();
    clean_up();
    if (mkdir(directory, 0700) < 0)
        return 2;
    static unsigned char memory[MEMORY];
    struct nf_buffer state;
    nf_buffer_init(&state, 4096);
    nf_buffer_add(&state, "state", 5);
    keep("one", memory, &state);
    nf_buffer_free(&state);
    is_cut();
    clean_up();
    CHECK_END();
}
