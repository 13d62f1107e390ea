/*
 * identity.c - who the guest is: host name, guest user, machine-id, and a random seed from the host.
 *
 * BOOT's pairs: hostname; user.name, user.uid, user.gid, user.home, user.group (repeated); random (hexadecimal). Nothing of it is the host's but the
 * user's numbers. The machine-id is made once a profile: programs count on its staying.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* linux/random.h */
#define ADD_ENTROPY _IOW('R', 0x03, int[2])
#define RESEED _IO('R', 0x07)

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

size_t hex_bytes(const char *hex, unsigned char *bytes, size_t most)
{
    size_t n = 0;
    for (; n < most && digit(hex[0]) < 16 && digit(hex[1]) < 16; hex += 2)
        bytes[n++] = (unsigned char)(digit(hex[0]) << 4 | digit(hex[1]));
    return n;
}

/* A guest that has just booted has seen nothing random; without this, getrandom(2) may block where the CPU has no RDRAND. And one
 * that goes on from where others did as well must not draw the same numbers as they: the kernel takes the seed at once. */
static void random_seed(const char *hex)
{
    struct {
        int bits, bytes;
        unsigned char data[64];
    } seed = {0, 0, {0}};
    if (!hex)
        return;
    seed.bytes = (int)hex_bytes(hex, seed.data, sizeof seed.data);
    seed.bits = seed.bytes * 8;
    int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ioctl(fd, ADD_ENTROPY, &seed);
    ioctl(fd, RESEED);
    close(fd);
}

static void text_of(char *to, size_t size, struct nf_pairs boot, const char *key, const char *otherwise)
{
    const char *value = nf_pairs_get(boot, key);
    snprintf(to, size, "%s", value && *value ? value : otherwise);
}

void identity_set(struct agent *agent, struct nf_pairs boot)
{
    char host[65];
    uint64_t uid = 1000, gid = 1000;
    text_of(host, sizeof host, boot, "hostname", "nofear");
    sethostname(host, strlen(host));
    text_of(agent->user.name, sizeof agent->user.name, boot, "user.name", "user");
    text_of(agent->user.home, sizeof agent->user.home, boot, "user.home", "/home/user");
    nf_number(nf_pairs_get(boot, "user.uid"), UINT32_MAX - 1, &uid);
    nf_number(nf_pairs_get(boot, "user.gid"), UINT32_MAX - 1, &gid);
    agent->user.uid = (uid_t)uid;
    agent->user.gid = (gid_t)gid;
    if (agent->user.home[0] != '/')
        snprintf(agent->user.home, sizeof agent->user.home, "/home/user");
    const char *key, *value;
    uint64_t group;
    agent->user.group_count = 0;
    for (struct nf_pairs at = boot; nf_pairs_next(&at, &key, &value);)
        if (strcmp(key, "user.group") == 0 && agent->user.group_count < NF_GROUPS_MAX && nf_number(value, UINT32_MAX - 1, &group))
            agent->user.groups[agent->user.group_count++] = (gid_t)group;
    random_seed(nf_pairs_get(boot, "random"));
}

static void machine_id(void)
{
    unsigned char bytes[16];
    char text[34];
    int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (n >= 32)
        return;
    fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    n = read(fd, bytes, sizeof bytes);
    close(fd);
    if (n != (ssize_t)sizeof bytes)
        return;
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40); /* a random UUID, as machine-id(5) asks */
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (int i = 0; i < 16; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    text[32] = '\n';
    text[33] = 0;
    unlink("/etc/machine-id");
    write_file("/etc/machine-id", text);
    chmod("/etc/machine-id", 0444);
}

/* In the new root. */
void identity_files(struct agent *agent)
{
    (void)agent;
    machine_id();
    /* Anybody may ping: the file capability of the host's ping does not come through 9p. */
    write_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
}

/* The groups of a user as /etc/group has them; the static libc's own look-up would want its plug-ins. */
int user_groups(const struct guest_user *user, bool root, gid_t gid, gid_t *groups, int most)
{
    const char *name_of_user = root ? "root" : user->name;
    int n = 0;
    groups[n++] = gid;
    FILE *file = fopen("/etc/group", "re");
    char *line = NULL;
    size_t size = 0;
    while (file && n < most && getline(&line, &size, file) > 0) {
        char *rest = line;
        char *name = strsep(&rest, ":"), *password = strsep(&rest, ":"), *number = strsep(&rest, ":");
        uint64_t value;
        if (!name || !password || !number || !rest || !nf_number(number, UINT32_MAX - 1, &value) || value == gid)
            continue;
        rest[strcspn(rest, "\n")] = 0;
        for (char *member; (member = strsep(&rest, ","));)
            if (strcmp(member, name_of_user) == 0) {
                groups[n++] = (gid_t)value;
                break;
            }
    }
    free(line);
    if (file)
        fclose(file);
    for (int i = 0; !root && i < user->group_count && n < most; i++)
        groups[n++] = user->groups[i];
    return n;
}
