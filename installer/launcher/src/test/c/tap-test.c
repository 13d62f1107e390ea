/* tap.c of the launcher: what nofear-tap says and does, or does not, becomes a tap or one line. The makers are shell scripts. */
#include "nofear.h"

#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/nofear-tap-test.XXXXXX";

static struct plan plan_of(const char *maker, const char *reach)
{
    static char bytes[512];
    int n = snprintf(bytes, sizeof bytes, "net.mode%ctap%cnet.subnet%c10.177.33.0/24%cnet.reach%c%s%cnet.tap.maker%c%s", 0, 0, 0, 0, 0, reach, 0,
                     0, maker) + 1;
    return (struct plan){.data = bytes, .length = (size_t)n, .pairs = nf_pairs_of(bytes, (size_t)n)};
}

static const char *script(const char *text)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/maker", directory);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    if (fd < 0 || dprintf(fd, "#!/bin/sh\n%s\n", text) < 0)
        exit(2);
    close(fd);
    return path;
}

static bool fails(const char *maker, const char *line)
{
    struct tap tap = {-1, -1};
    struct places places = {.run = ""};
    char error[200] = "";
    struct plan plan = plan_of(maker, "lan");
    bool ok = tap_make(&tap, &plan, &places, 1, error, sizeof error);
    if (ok || !strstr(error, line) || strchr(error, '\n'))
        printf("# %s\n", error);
    return !ok && strstr(error, line) && !strchr(error, '\n') && tap.fd == -1 && tap.keeper == -1 && !places.guest_ip[0];
}

/* This program is its own maker: it gives /dev/null by the name that it is told by its link's. */
static int make(const char *self, const char *reach)
{
    char word[32];
    snprintf(word, sizeof word, "%s", strrchr(self, '/') + 1);
    if (strcmp(word, "nofear33") == 0 && strcmp(reach, "internet") != 0)
        return 1;
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (!descriptor_give_named(STDOUT_FILENO, fd, word))
        return 1;
    char byte;
    return recv(STDOUT_FILENO, &byte, 1, 0) == 0 ? 0 : 1; /* stays until the other end closes */
}

static bool makes(const char *name, const char *reach, const char *host, const char *guest)
{
    char self[1024], path[1100], error[200] = "";
    struct tap tap = {-1, -1};
    struct places places = {.run = ""};
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (symlink(self, path) < 0)
        exit(2);
    struct plan plan = plan_of(path, reach);
    bool ok = tap_make(&tap, &plan, &places, 1, error, sizeof error);
    if (!ok)
        printf("# %s\n", error);
    ok = ok && tap.fd >= 0 && tap.keeper >= 0 && (fcntl(tap.fd, F_GETFD) & FD_CLOEXEC) && (fcntl(tap.keeper, F_GETFD) & FD_CLOEXEC) &&
         strcmp(places.host_ip, host) == 0 && strcmp(places.guest_ip, guest) == 0 && strcmp(places.prefix, "30") == 0;
    close(tap.fd);
    close(tap.keeper);
    unlink(path);
    return ok;
}

int main(int argc, char **argv)
{
    char path[128];
    if (argc == 2)
        return make(argv[0], argv[1]);
    if (!mkdtemp(directory))
        return 2;
    CHECK("a tap comes with the addresses of its name", makes("nofear3", "lan", "10.177.33.13", "10.177.33.14"));
    CHECK("the maker is told how far it is to reach", makes("nofear33", "internet", "10.177.33.133", "10.177.33.134"));
    CHECK("what it says is the reason", fails(script("echo 'nofear-tap: no luck' >&2; echo more >&2; exit 1"), "nofear-tap: no luck"));
    CHECK("an end without a word is one", fails(script("exit 0"), "ended without a tap"));
    CHECK("so is a message without a tap", fails(script("echo nofear0"), "ended without a tap"));
    CHECK("one that can't be started is", fails("/nonexistent/nofear-tap", "can't be started"));
    uint64_t before = now_ns();
    CHECK("one that does nothing is not waited for for ever", fails(script("exec sleep 60"), "within 1 s"));
    CHECK("but for as long as was said", now_ns() - before > 900000000U && now_ns() - before < 9000000000U);
    snprintf(path, sizeof path, "%s/maker", directory);
    unlink(path);
    rmdir(directory);
    CHECK_END();
}
