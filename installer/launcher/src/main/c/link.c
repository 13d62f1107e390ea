/*
 * link.c - the channel to the guest, on the host's side.
 *
 * virtio-serial (QEMU): one end of a socket pair, inherited by the VMM. vsock (lkvm): a listening port of the host; only the
 * guest with the number that was chosen for this VM is let in, since any user's guest may knock at it.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/vm_sockets.h */
struct vsock_address {
    unsigned short family, reserved;
    unsigned int port, cid;
    unsigned char zero[4];
};
enum { VSOCK_FAMILY = 40, FIRST_CID = 3 };
static const unsigned any = ~0U;

static bool vsock_listen(struct link *link, struct places *places, char *error, size_t size)
{
    struct vsock_address address = {.family = VSOCK_FAMILY, .port = any, .cid = any};
    socklen_t length = sizeof address;
    link->listener = socket(VSOCK_FAMILY, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (link->listener < 0 || bind(link->listener, (struct sockaddr *)&address, length) < 0 ||
        listen(link->listener, 4) < 0 || getsockname(link->listener, (struct sockaddr *)&address, &length) < 0) {
        snprintf(error, size, "no vsock can be made: %s (modprobe vhost_vsock)", strerror(errno));
        return false;
    }
    /* One in a thousand million is somebody else's; the VMM then ends with an error of its own. */
    if (getrandom(&link->cid, sizeof link->cid, 0) != sizeof link->cid)
        link->cid = (unsigned)getpid();
    link->cid = FIRST_CID + link->cid % 0x3fffffffU;
    snprintf(places->cid, sizeof places->cid, "%u", link->cid);
    snprintf(places->port, sizeof places->port, "%u", address.port);
    return true;
}

bool link_open(struct link *link, const struct plan *plan, struct places *places, char *error, size_t size)
{
    *link = (struct link){.fd = -1, .listener = -1, .vmm_end = -1};
    if (plan_is(plan, "channel", "vsock"))
        return vsock_listen(link, places, error, size);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        snprintf(error, size, "no socket can be made: %s", strerror(errno));
        return false;
    }
    link->fd = ends[0];
    link->vmm_end = ends[1];
    fcntl(link->fd, F_SETFL, fcntl(link->fd, F_GETFL) | O_NONBLOCK);
    return true;
}

/* True once the guest is connected; whoever else comes is sent away. */
bool link_accept(struct link *link)
{
    struct vsock_address peer;
    socklen_t length = sizeof peer;
    int fd = accept4(link->listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return false;
    if (peer.cid != link->cid) {
        close(fd);
        return false;
    }
    link->fd = fd;
    close(link->listener);
    link->listener = -1;
    return true;
}
