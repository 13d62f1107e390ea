/* handed.c: which of the caller's descriptors are the command's, and that nothing is read that nobody asks for. */
#include "nofear.h"

#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct standard standard = {.tty = -1};
static struct all_handed all;

/* A descriptor of that number, which nobody closes at exec. */
static void place(int fd, int number)
{
    if (fd < 0 || dup2(fd, number) < 0)
        exit(2);
}

static void closed(void)
{
    for (int fd = 3; fd < 200; fd++)
        close(fd);
    standard.closed[0] = standard.closed[1] = standard.closed[2] = true;
}

/* "3:rs 5:w": what the agent would be told. */
static const char *told(const char *word)
{
    static char text[NF_MORE * 20];
    char *words[] = {(char *)"nofear", (char *)"run", (char *)word, NULL};
    size_t n = 0;
    handed_find(&all, &standard, words);
    text[0] = 0;
    for (size_t i = 0; i < all.told; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? " " : "", all.words[i]);
    return text;
}

static bool is(const char *word, const char *wanted)
{
    const char *found = told(word);
    if (strcmp(found, wanted) == 0)
        return true;
    fprintf(stderr, "%s, not %s\n", found, wanted);
    return false;
}

int main(void)
{
    char path[] = "/tmp/nofear-handed.XXXXXX";
    int ends[2], file = mkstemp(path);
    if (file < 0 || write(file, "0123456789", 10) != 10 || freopen("/dev/null", "w", stderr) == NULL)
        return 2;
    closed();
    CHECK("none", is("true", ""));
    place(open(path, O_RDONLY | O_CLOEXEC), 7);
    place(open(path, O_WRONLY | O_CLOEXEC), 8);
    CHECK("files, as they are open, the first only when somebody reads it", is("true", "7:rsl 8:w"));
    CHECK("and nobody inherits them", fcntl(7, F_GETFD) == FD_CLOEXEC && fcntl(8, F_GETFD) == FD_CLOEXEC);
    closed();
    place(open(path, O_RDONLY | O_CLOEXEC), 70);
    CHECK("a high number is an accident", is("true", ""));
    place(70, 71);
    CHECK("unless a word names it", is("--fd=71", "71:rsl"));
    place(71, 72);
    CHECK("by its path it is read at once", is("in=/dev/fd/72", "72:rs"));
    place(72, 73);
    CHECK("but not by that of another", is("/dev/fd/731", ""));
    closed();
    if (pipe2(ends, O_CLOEXEC) < 0)
        return 2;
    place(ends[0], 5);
    place(ends[1], 6);
    CHECK("a pipe's ends", is("x", "5:rl 6:w"));
    closed();
    place(open("/", O_RDONLY | O_CLOEXEC), 5);
    CHECK("no directory", is("x", ""));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return 2;
    closed();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return 2;
    place(ends[0], 8);
    CHECK("no socket that nobody names", is("x", ""));
    place(8, 9);
    CHECK("one that is named", is("9", "9:rwl"));
    closed();
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
        return 2;
    place(ends[0], 9);
    CHECK("none of packets", is("9", ""));
    closed();
    standard.closed[2] = false;
    place(2, 3);
    CHECK("a copy of standard error", is("x", "3:2"));
    closed();

    place(open(path, O_RDONLY | O_CLOEXEC), 4);
    struct nf_buffer out, frames;
    struct nf_frame frame = {.type = NF_WINDOW_ADD, .length = 8};
    struct pollfd polls[HANDED_POLLS];
    unsigned char payload[12];
    nf_buffer_init(&out, 1 << 20);
    nf_buffer_init(&frames, 1 << 20);
    told("x");
    handed_polls(&all, polls, true);
    CHECK("nothing is read that nobody asks for", polls[0].fd < 0);
    nf_store_u32(payload, NF_MORE_IN);
    nf_store_u32(payload + 4, 6);
    frame.payload = payload;
    CHECK("asked for it is", handed_take(&all, &frame, &out));
    handed_polls(&all, polls, true);
    polls[0].revents = POLLIN;
    handed_turn(&all, &out, polls);
    CHECK("as much as is asked for", lseek(4, 0, SEEK_CUR) == 6);
    frame = (struct nf_frame){.type = NF_USED, .length = 12, .payload = payload};
    nf_store_u64(payload + 4, 1000);
    all.one[0].seekable = true;
    CHECK("no more than was read", handed_take(&all, &frame, &out) && lseek(4, 0, SEEK_CUR) == 6);
    all.one[0].seekable = true;
    nf_store_u64(payload + 4, 2);
    CHECK("what was not used", handed_take(&all, &frame, &out) && lseek(4, 0, SEEK_CUR) == 2);
    nf_store_u64(payload + 4, 0);
    CHECK("but once", handed_take(&all, &frame, &out) && lseek(4, 0, SEEK_CUR) == 2);
    nf_store_u32(payload, NF_MORE_IN + 1);
    CHECK("a descriptor that there is not breaks the protocol", !handed_take(&all, &frame, &out));
    frame = (struct nf_frame){.type = NF_DATA + NF_MORE_OUT, .length = 1, .payload = payload};
    CHECK("to one that is only read nothing is written", handed_take(&all, &frame, &out) && !handed_waiting(&all));
    nf_buffer_free(&out);
    unlink(path);
    CHECK_END();
}
