/*
 * files-test.c - a guest's kernel, played by hand, against the file server on two folders: each operation once as it is meant, what a
 * guest must not get, and 100,000 seeded requests of which the server must survive every one, and the outside must see none.
 */
#include "files.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITABLE = FILES_FIRST, READABLE = FILES_FIRST + 1, TMPFILE = 51, FUZZ = 100000 };

static int guest;
static uint64_t unique = 2;
static unsigned char reply[FILES_MESSAGE];
static size_t reply_size;
static char top[64];

static void send_all(const void *bytes, size_t size)
{
    for (size_t sent = 0; sent < size;) {
        ssize_t n = send(guest, (const char *)bytes + sent, size - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        sent += (size_t)n;
    }
}

static bool receive_all(void *bytes, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = recv(guest, (char *)bytes + got, size - got, 0);
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static uint64_t ask(uint32_t opcode, uint64_t node, const void *body, size_t size)
{
    static unsigned char message[FILES_MESSAGE];
    struct fuse_in_header head = {.len = (uint32_t)(sizeof head + size), .opcode = opcode, .unique = unique += 2, .nodeid = node};
    memcpy(message, &head, sizeof head);
    if (size)
        memcpy(message + sizeof head, body, size);
    send_all(message, sizeof head + size);
    return head.unique;
}

/* The error number (0: none) of the next answer. */
static int answer(uint64_t expected)
{
    struct fuse_out_header head;
    if (!receive_all(&head, sizeof head) || head.len < sizeof head || head.len > sizeof reply || !receive_all(reply, head.len - sizeof head))
        return 9999;
    reply_size = head.len - sizeof head;
    return head.unique == expected ? -head.error : 9998;
}

static int call(uint32_t opcode, uint64_t node, const void *body, size_t size)
{
    return answer(ask(opcode, node, body, size));
}

/* A structure, then one or two names. */
static int call_names(uint32_t opcode, uint64_t node, const void *head, size_t size, const char *one, const char *two)
{
    unsigned char body[2048];
    size_t n = size;
    if (size)
        memcpy(body, head, size);
    memcpy(body + n, one, strlen(one) + 1);
    n += strlen(one) + 1;
    if (two) {
        memcpy(body + n, two, strlen(two) + 1);
        n += strlen(two) + 1;
    }
    return call(opcode, node, body, n);
}

static const struct fuse_entry_out *entry(void)
{
    return (const void *)reply;
}

static uint64_t look_up(uint64_t parent, const char *name)
{
    return call_names(FUSE_LOOKUP, parent, NULL, 0, name, NULL) == 0 ? entry()->nodeid : 0;
}

static uint64_t create(uint64_t parent, const char *name, uint32_t flags, uint64_t *node)
{
    struct fuse_create_in in = {.flags = flags | O_CREAT, .mode = S_IFREG | 06755, .umask = 022};
    if (call_names(FUSE_CREATE, parent, &in, sizeof in, name, NULL) != 0)
        return 0;
    *node = entry()->nodeid;
    struct fuse_open_out out;
    memcpy(&out, reply + sizeof(struct fuse_entry_out), sizeof out);
    return out.fh;
}

static uint64_t open_file(uint64_t node, uint32_t flags)
{
    struct fuse_open_in in = {.flags = flags};
    return call(FUSE_OPEN, node, &in, sizeof in) == 0 ? ((const struct fuse_open_out *)(const void *)reply)->fh : 0;
}

static int write_text(uint64_t node, uint64_t fh, uint64_t offset, const char *text, uint32_t flags)
{
    unsigned char body[512];
    struct fuse_write_in in = {.fh = fh, .offset = offset, .size = (uint32_t)strlen(text), .flags = flags};
    memcpy(body, &in, sizeof in);
    memcpy(body + sizeof in, text, strlen(text));
    return call(FUSE_WRITE, node, body, sizeof in + strlen(text));
}

static bool reads(uint64_t node, uint64_t fh, const char *text)
{
    struct fuse_read_in in = {.fh = fh, .size = 4096};
    return call(FUSE_READ, node, &in, sizeof in) == 0 && reply_size == strlen(text) && memcmp(reply, text, reply_size) == 0;
}

static const char *at(const char *name)
{
    static char path[2][300];
    static int i;
    i = !i;
    snprintf(path[i], sizeof path[i], "%s/%s", top, name);
    return path[i];
}

static bool is(const char *name, const char *text)
{
    char found[512];
    int fd = open(at(name), O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, found, sizeof found);
    if (fd >= 0)
        close(fd);
    return n == (ssize_t)strlen(text) && memcmp(found, text, (size_t)n) == 0;
}

static void put(const char *name, const char *text)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
}

static void beginning(void)
{
    struct fuse_init_in in = {.major = 7, .minor = 36, .max_readahead = 1 << 20, .flags = UINT32_MAX};
    CHECK("the two agree on a version", call(FUSE_INIT, 0, &in, sizeof in) == 0 && reply_size == sizeof(struct fuse_init_out));
    CHECK("a share is found by its number", look_up(FILES_ROOT, "0") == WRITABLE && look_up(FILES_ROOT, "1") == READABLE);
    CHECK("and nothing else is", look_up(FILES_ROOT, "2") == 0 && look_up(FILES_ROOT, "0x") == 0 && look_up(FILES_ROOT, "..") == 0);
}

static void writing(void)
{
    uint64_t node = 0, fh = create(WRITABLE, "new", O_RDWR | O_EXCL, &node);
    struct stat status;
    CHECK("a file is made", fh && node && stat(at("rw/new"), &status) == 0);
    CHECK("with the guest's umask and neither setuid nor setgid", (status.st_mode & 07777) == 0755);
    CHECK("it is written", write_text(node, fh, 0, "hello", 0) == 0 && is("rw/new", "hello"));
    CHECK("and read", reads(node, fh, "hello"));
    put("rw/new", "hello, host");
    CHECK("what is appended goes to the end that the host has made", write_text(node, fh, 5, "!", O_APPEND) == 0 && is("rw/new", "hello, host!"));
    CHECK("a page that is written back goes to its place", write_text(node, fh, 0, "H", 0) == 0 && is("rw/new", "Hello, host!"));
    struct fuse_setattr_in in = {.valid = FATTR_MTIME | FATTR_ATIME, .mtime = (uint64_t)-5, .mtimensec = 123456789, .atime = 7};
    CHECK("times before 1970 have their nanoseconds", call(FUSE_SETATTR, node, &in, sizeof in) == 0 && stat(at("rw/new"), &status) == 0 &&
                                                          status.st_mtim.tv_sec == -5 && status.st_mtim.tv_nsec == 123456789 && status.st_atim.tv_sec == 7);
    in = (struct fuse_setattr_in){.valid = FATTR_MODE, .mode = 06711};
    CHECK("a mode is changed without setuid and setgid", call(FUSE_SETATTR, node, &in, sizeof in) == 0 && stat(at("rw/new"), &status) == 0 && (status.st_mode & 07777) == 0711);
    struct fuse_fallocate_in more = {.fh = fh, .offset = 0, .length = 65536};
    CHECK("room is allocated", call(FUSE_FALLOCATE, node, &more, sizeof more) == 0 && stat(at("rw/new"), &status) == 0 && status.st_size == 65536);
    CHECK("a file that is open is removed", call_names(FUSE_UNLINK, WRITABLE, NULL, 0, "new", NULL) == 0 && stat(at("rw/new"), &status) < 0);
    in = (struct fuse_setattr_in){.valid = FATTR_SIZE | FATTR_FH, .fh = fh, .size = 3};
    CHECK("and is cut", call(FUSE_SETATTR, node, &in, sizeof in) == 0 && reads(node, fh, "Hel"));
    in = (struct fuse_setattr_in){.valid = FATTR_MODE, .mode = 0600};
    CHECK("changed", call(FUSE_SETATTR, node, &in, sizeof in) == 0);
    uint64_t again = open_file(node, O_RDONLY);
    CHECK("and opened once more", again && reads(node, again, "Hel"));
}

static void naming(void)
{
    struct stat status;
    struct fuse_mkdir_in directory = {.mode = 0777, .umask = 027};
    CHECK("a directory is made", call_names(FUSE_MKDIR, WRITABLE, &directory, sizeof directory, "dir", NULL) == 0 && stat(at("rw/dir"), &status) == 0 && (status.st_mode & 0777) == 0750);
    uint64_t dir = entry()->nodeid, node = 0;
    CHECK("a link is made and read", call_names(FUSE_SYMLINK, dir, NULL, 0, "link", "/etc/passwd") == 0 && call(FUSE_READLINK, entry()->nodeid, NULL, 0) == 0 &&
                                         reply_size == 11 && memcmp(reply, "/etc/passwd", 11) == 0);
    node = look_up(dir, "link");
    CHECK("but not followed", open_file(node, O_RDONLY) == 0);
    CHECK("nor is anything looked up behind it", look_up(node, "x") == 0);
    put("rw/one", "1");
    put("rw/two", "2");
    uint64_t one = look_up(WRITABLE, "one");
    struct fuse_rename2_in rename = {.newdir = WRITABLE, .flags = RENAME_EXCHANGE};
    CHECK("two files change places", call_names(FUSE_RENAME2, WRITABLE, &rename, sizeof rename, "one", "two") == 0 && is("rw/one", "2") && is("rw/two", "1"));
    rename.flags = RENAME_NOREPLACE;
    CHECK("none takes another's place unasked", call_names(FUSE_RENAME2, WRITABLE, &rename, sizeof rename, "one", "two") == EEXIST);
    rename.newdir = dir;
    CHECK("one goes to another directory", call_names(FUSE_RENAME2, WRITABLE, &rename, sizeof rename, "one", "one") == 0 && is("rw/dir/one", "2"));
    struct fuse_link_in link = {.oldnodeid = one};
    CHECK("and has a second name", call_names(FUSE_LINK, dir, &link, sizeof link, "again", NULL) == 0 && is("rw/dir/again", "1") && entry()->nodeid == one);
    struct fuse_mknod_in fifo = {.mode = S_IFIFO | 0600}, socket = {.mode = S_IFSOCK | 0600}, device = {.mode = S_IFCHR | 0600, .rdev = 0x103};
    CHECK("a FIFO is made", call_names(FUSE_MKNOD, dir, &fifo, sizeof fifo, "fifo", NULL) == 0);
    CHECK("and never opened here", open_file(entry()->nodeid, O_RDONLY) == 0);
    struct fuse_create_in over = {.flags = O_CREAT | O_WRONLY, .mode = S_IFREG | 0600};
    CHECK("not even as a file that is to be made", call_names(FUSE_CREATE, dir, &over, sizeof over, "fifo", NULL) == EINVAL);
    CHECK("a socket is made", call_names(FUSE_MKNOD, dir, &socket, sizeof socket, "socket", NULL) == 0);
    CHECK("a device is not", call_names(FUSE_MKNOD, dir, &device, sizeof device, "device", NULL) == EPERM);
    struct fuse_open_in open = {0};
    CHECK("a directory is opened", call(FUSE_OPENDIR, dir, &open, sizeof open) == 0);
    struct fuse_read_in list = {.fh = ((const struct fuse_open_out *)(const void *)reply)->fh, .size = 4096};
    CHECK("and listed", call(FUSE_READDIR, dir, &list, sizeof list) == 0 && memmem(reply, reply_size, "again", 5) && memmem(reply, reply_size, "fifo", 4));
    CHECK("with all that is known of each", call(FUSE_READDIRPLUS, dir, &list, sizeof list) == 0 && memmem(reply, reply_size, "socket", 6));
    uint64_t fh = 0;
    struct fuse_create_in nameless = {.flags = O_RDWR, .mode = S_IFREG | 0600};
    if (call_names(TMPFILE, dir, &nameless, sizeof nameless, "", NULL) == 0) {
        struct fuse_open_out out;
        link.oldnodeid = entry()->nodeid;
        memcpy(&out, reply + sizeof(struct fuse_entry_out), sizeof out);
        fh = out.fh;
        CHECK("a nameless file is written and gets a name", write_text(link.oldnodeid, fh, 0, "named", 0) == 0 &&
                                                                call_names(FUSE_LINK, dir, &link, sizeof link, "named", NULL) == 0 && is("rw/dir/named", "named"));
    }
    struct fuse_setxattr_in value = {.size = 3};
    unsigned char body[64] = {0};
    memcpy(body, &value, 8);
    memcpy(body + 8, "user.a\0abc", 10);
    int error = call(FUSE_SETXATTR, one, body, 18);
    CHECK("an attribute is set", error == 0 || error == EOPNOTSUPP);
    memcpy(body + 8, "trusted.a\0abc", 13);
    CHECK("one of root's is not", call(FUSE_SETXATTR, one, body, 21) == EOPNOTSUPP);
}

static struct fuse_lk_in lock_in(uint64_t fh, uint64_t owner, uint32_t type, uint32_t flags)
{
    return (struct fuse_lk_in){.fh = fh, .owner = owner, .lk = {.start = 0, .end = INT64_MAX, .type = type, .pid = 77}, .lk_flags = flags};
}

static void locking(void)
{
    put("rw/locked", "x");
    uint64_t node = look_up(WRITABLE, "locked"), fh = open_file(node, O_RDWR), other = open_file(node, O_RDWR);
    struct flock host = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(at("rw/locked"), O_RDWR);
    struct fuse_lk_in lock = lock_in(fh, 1, F_WRLCK, 0), second = lock_in(other, 2, F_WRLCK, 0);
    CHECK("a lock is taken", call(FUSE_SETLK, node, &lock, sizeof lock) == 0);
    CHECK("another owner has not the same", call(FUSE_SETLK, node, &second, sizeof second) == EAGAIN);
    CHECK("nor has the host", fcntl(fd, 37 /* F_OFD_SETLK */, &host) < 0 && errno == EAGAIN);
    uint64_t waiting = ask(FUSE_SETLKW, node, &second, sizeof second);
    lock.lk.type = F_UNLCK;
    uint64_t unlocking = ask(FUSE_SETLK, node, &lock, sizeof lock);
    int first = answer(unlocking);
    if (first == 9998)
        first = 0; /* the one that waited may be quicker than the one that it waited for */
    int then = answer(waiting);
    CHECK("who waits has it when it is free", first == 0 && (then == 0 || then == 9998));
    lock.lk.type = F_WRLCK;
    waiting = ask(FUSE_SETLKW, node, &lock, sizeof lock);
    struct fuse_interrupt_in interrupt = {.unique = waiting};
    ask(FUSE_INTERRUPT, 0, &interrupt, sizeof interrupt);
    CHECK("who is interrupted waits no more", answer(waiting) == EINTR);
    struct fuse_flush_in flush = {.fh = other, .lock_owner = 2};
    CHECK("a close lets the owner's go", call(FUSE_FLUSH, node, &flush, sizeof flush) == 0 && fcntl(fd, 37, &host) == 0);
    CHECK("and then the guest waits for the host", call(FUSE_SETLK, node, &lock, sizeof lock) == EAGAIN);
    close(fd);
    lock = lock_in(fh, 1, F_WRLCK, FUSE_LK_FLOCK);
    second = lock_in(other, 2, F_RDLCK, FUSE_LK_FLOCK);
    CHECK("flock is apart from that", call(FUSE_SETLK, node, &lock, sizeof lock) == 0 && call(FUSE_SETLK, node, &second, sizeof second) == EAGAIN);
}

static void refusing(void)
{
    uint64_t node = look_up(READABLE, "keep"), other = look_up(WRITABLE, "two"), made = 0;
    struct fuse_setattr_in in = {.valid = FATTR_MODE, .mode = 0777};
    struct fuse_rename_in rename = {.newdir = READABLE};
    struct fuse_link_in link = {.oldnodeid = node};
    CHECK("what is shared for reading is read", reads(node, open_file(node, O_RDONLY), "keep"));
    CHECK("not opened for writing", open_file(node, O_RDWR) == 0 && open_file(node, O_RDONLY | O_TRUNC) == 0);
    CHECK("not changed", call(FUSE_SETATTR, node, &in, sizeof in) == EROFS);
    CHECK("nothing is made there", create(READABLE, "new", O_RDWR, &made) == 0 && call_names(FUSE_SYMLINK, READABLE, NULL, 0, "l", "x") == EROFS);
    CHECK("nothing is removed", call_names(FUSE_UNLINK, READABLE, NULL, 0, "keep", NULL) == EROFS);
    CHECK("nothing is brought in", call_names(FUSE_RENAME, WRITABLE, &rename, sizeof rename, "two", "two") != 0);
    CHECK("nor linked out, to be changed there", call_names(FUSE_LINK, WRITABLE, &link, sizeof link, "linked", NULL) == EXDEV);
    CHECK("names are one component", look_up(WRITABLE, "../ro") == 0 && look_up(WRITABLE, "..") == 0 && look_up(WRITABLE, "dir/one") == 0 && look_up(WRITABLE, "") == 0);
    CHECK("numbers must be known", call(FUSE_GETATTR, 123456789, &in, sizeof(struct fuse_getattr_in)) == ESTALE);
    struct fuse_read_in read = {.fh = 424242, .size = 10};
    CHECK("and those of open files", call(FUSE_READ, other, &read, sizeof read) == EBADF);
    CHECK("what is cut short is an error", call(FUSE_OPEN, other, &read, 3) == EINVAL && call(FUSE_LOOKUP, WRITABLE, "two", 3) == EINVAL);
    CHECK("the file is as it was", is("ro/keep", "keep") && is("outside", "secret"));
}

static int answers;

static void *drain(void *unused)
{
    struct fuse_out_header head;
    (void)unused;
    while (receive_all(&head, sizeof head) && head.len >= sizeof head && head.len <= sizeof reply && receive_all(reply, head.len - sizeof head))
        answers++;
    return NULL;
}

static const char *word(void)
{
    static const char *const words[] = {"dir", "one", "two", "..", ".", "a/b", "", "../outside", "fifo", "link", "keep", "user.x", "new\xff"};
    return words[check_random(sizeof words / sizeof *words)];
}

/* Requests that are nearly right, with numbers that mostly exist and sizes that mostly fit. */
static void noise(void)
{
    pthread_t drainer;
    pthread_create(&drainer, NULL, drain, NULL);
    for (int i = 0; i < FUZZ; i++) {
        union {
            unsigned char bytes[512];
            uint64_t words[64];
        } body;
        size_t size = check_random(4) ? 8 * check_random(24) : check_random(sizeof body.bytes);
        for (size_t j = 0; j < 64; j++)
            body.words[j] = check_random(3) ? check_random(64) : check_random(4) ? check_random(UINT32_MAX) : ~0ULL >> check_random(64);
        if (check_random(2)) {
            const char *name = word();
            size_t from = 8 * check_random(6);
            memcpy(body.bytes + from, name, strlen(name) + 1);
            size = from + strlen(name) + 1;
        }
        uint32_t opcode = (uint32_t)check_random(54);
        if (opcode == FUSE_FORGET || opcode == FUSE_BATCH_FORGET)
            body.words[0] = check_random(3); /* all forgotten, there would be nothing to attack */
        ask(opcode, check_random(8) ? 1 + check_random(90) : check_random(UINT32_MAX), body.bytes, size);
    }
    shutdown(guest, SHUT_WR);
    pthread_join(drainer, NULL);
}

static struct shares shares;
static struct files files;
static struct link channel;
static int ended = -1;

static void *serve(void *unused)
{
    (void)unused;
    memset(&files, 0, sizeof files);
    files.most = 24; /* fewer than there are files */
    ended = files_serve(&files, &shares, &channel, 4);
    close(channel.fd);
    return NULL;
}

static void begin(pthread_t *server)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    guest = ends[0];
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    channel = (struct link){.fd = ends[1], .vmm_end = -1};
    shares.share[0].fd = open(at("rw"), O_PATH | O_DIRECTORY);
    shares.share[1].fd = open(at("ro"), O_PATH | O_DIRECTORY);
    shares.share[0].writable = true;
    shares.count = 2;
    pthread_create(server, NULL, serve, NULL);
}

int main(void)
{
    pthread_t server;
    char remove[128];
    signal(SIGPIPE, SIG_IGN);
    check_seed();
    umask(0);
    snprintf(top, sizeof top, "/tmp/nofear-files-test.XXXXXX");
    if (!mkdtemp(top) || mkdir(at("rw"), 0755) < 0 || mkdir(at("ro"), 0755) < 0)
        return 1;
    put("ro/keep", "keep");
    put("outside", "secret");
    begin(&server);
    beginning();
    writing();
    naming();
    locking();
    refusing();
    close(guest);
    pthread_join(server, NULL);
    CHECK("the server ends with its channel", ended == 0);
    begin(&server);
    noise();
    pthread_join(server, NULL);
    close(guest);
    CHECK("most strange requests are answered", answers > FUZZ / 2);
    CHECK("the server is there after 100,000 strange requests", ended == 0);
    CHECK("what is for reading, and what is outside, is as before", is("ro/keep", "keep") && is("outside", "secret"));
    begin(&server);
    struct fuse_in_header head = {.len = 3};
    send_all(&head, sizeof head);
    pthread_join(server, NULL);
    CHECK("a message that is none ends it", ended != 0);
    snprintf(remove, sizeof remove, "chmod -R u+rwx %s; rm -rf %s", top, top);
    if (system(remove) != 0)
        return 1;
    CHECK_END();
}
