/*
 * channel.c - the way to the host: a virtio port named nofear.0 (QEMU), or a vsock connection to CID 2 when the kernel's
 * command line names its port (lkvm, which has no virtio ports).
 *
 * The port's device appears after the kernel and the VMM have talked about it, which may be after init has started. So this
 * waits for it: without a channel the machine is of no use, and the host's deadline ends it.
 */
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* linux/vm_sockets.h, which not every libc's packages bring along */
struct vsock_address {
    unsigned short family, reserved;
    unsigned int port, cid;
    unsigned char zero[4];
};
enum { VSOCK_FAMILY = 40, VSOCK_HOST = 2 };

static unsigned vsock_port(void)
{
    char line[4096];
    read_text("/proc/cmdline", line, sizeof line);
    const char *found = strstr(line, NF_PORT_PARAMETER);
    return found ? (unsigned)strtoul(found + strlen(NF_PORT_PARAMETER), NULL, 10) : 0;
}

static int vsock_open(unsigned port)
{
    int fd = socket(VSOCK_FAMILY, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct vsock_address address = {.family = VSOCK_FAMILY, .port = port, .cid = VSOCK_HOST};
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool is_ours(const char *port)
{
    char path[320], name[sizeof NF_PORT_NAME + 1];
    snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", port);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, name, sizeof name);
    close(fd);
    size_t length = strlen(NF_PORT_NAME);
    return n >= (ssize_t)length && memcmp(name, NF_PORT_NAME, length) == 0 && (n == (ssize_t)length || name[length] == '\n');
}

static int port_open(void)
{
    int fd = -1;
    DIR *ports = opendir("/sys/class/virtio-ports");
    struct dirent *port;
    while (ports && fd < 0 && (port = readdir(ports)))
        if (port->d_name[0] != '.' && is_ours(port->d_name)) {
            char path[320];
            snprintf(path, sizeof path, "/dev/%s", port->d_name);
            fd = open(path, O_RDWR | O_CLOEXEC);
        }
    if (ports)
        closedir(ports);
    return fd;
}

int channel_open(void)
{
    unsigned port = vsock_port();
    for (;;) {
        int fd = port ? vsock_open(port) : port_open();
        if (fd >= 0)
            return fd;
        struct timespec pause = {.tv_nsec = 1000000};
        nanosleep(&pause, NULL);
    }
}
