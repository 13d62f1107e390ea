/*
 * mounts.c - the host's shares and the profile's disk become the new root.
 *
 * BOOT's pairs: share.tag, share.path, share.mode, in triples and in order; disk=vda, or absent: then memory takes its place;
 * disk.grow, if somebody asked for a larger one; seed=vdb.
 * Every share of the host's own is a 9p mount under /shares/TAG, out of the commands' sight. How they show in the new root:
 *
 *   overlay   lower of an overlay at the path; what is changed goes to the disk, under overlay/TAG
 *   ro, rw    a folder that the user shares: no 9p, but what the file server has under TAG (folders.c), at the path as it is
 *
 * The lower parts of /etc and /var are a disk of their own, at /seed: there they are root's, whoever the caller is. What is in
 * /seed/shares lies between a share and its changes: programs that the host lets nobody read, and so not the share's server.
 *
 * 9p options. msize=131072: one round trip costs the same for 4 KiB as for 128, and files are read ahead by no more at a time;
 * with 512000, where the virtio transport of Linux ends, reading 200 MB took as long, and walking directories a fourth longer,
 * since the kernel clears a buffer of that size for each that is opened (v9fs_alloc_rdir_buf). With 65536 reading took a third
 * longer. cache=loose for what nobody changes under us: no revalidation, so a second look costs no round trip; a change that
 * the host makes to /usr (an upgrade) is seen by the next VM.
 * access=any: one attachment for all users, since the servers have one user in any case.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_ONLY_OPTIONS "trans=virtio,version=9p2000.L,msize=131072,access=any,cache=loose"

struct share {
    const char *tag, *path, *mode;
};

void mounts_early(void)
{
    mkdir("/dev", 0755);
    mkdir("/proc", 0555);
    mkdir("/sys", 0555);
    mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=755");
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    /* Without a console the kernel starts init with nothing open, and our first descriptors would be somebody's stdin. */
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd < 2);
    if (fd > 2)
        close(fd);
}

/* The blocks of the ext4 on a device, from its superblock; 0 when it can't be read. Linux, fs/ext4/ext4.h. */
static uint64_t ext4_blocks(int device)
{
    enum { SUPERBLOCK = 1024, BLOCKS_LOW = 0x4, INCOMPATIBLE = 0x60, BLOCKS_HIGH = 0x150, HAS_64_BIT = 0x80 };
    unsigned char block[1024];
    if (pread(device, block, sizeof block, SUPERBLOCK) != sizeof block)
        return 0;
    uint32_t low, high, incompatible; /* little-endian, as this machine is */
    memcpy(&low, block + BLOCKS_LOW, sizeof low);
    memcpy(&high, block + BLOCKS_HIGH, sizeof high);
    memcpy(&incompatible, block + INCOMPATIBLE, sizeof incompatible);
    return low | (incompatible & HAS_64_BIT ? (uint64_t)high << 32 : 0);
}

/* The launcher made the disk larger: the file system follows, in some milliseconds. False with errno where it can't: it is as good
 * as before then. */
static bool disk_grow(const char *device, int mounted)
{
    bool ok = true;
    enum { BLOCK = 4096 }; /* what the launcher has mke2fs make */
    int fd = open(device, O_RDONLY | O_CLOEXEC);
    uint64_t blocks = fd < 0 ? 0 : ext4_blocks(fd);
    off_t bytes = blocks ? lseek(fd, 0, SEEK_END) : -1;
    uint64_t room = bytes < 0 ? 0 : (uint64_t)bytes / BLOCK;
    if (room > blocks)
        ok = ioctl(mounted, _IOW('f', 16, uint64_t), &room) == 0; /* EXT4_IOC_RESIZE_FS */
    if (fd >= 0)
        close(fd);
    return ok;
}

static void disk_mount(struct agent *agent, const char *disk, bool grow)
{
    mkdir(DISK, 0755);
    agent->on_disk = disk != NULL;
    char device[64] = "";
    if (disk) {
        snprintf(device, sizeof device, "/dev/%s", disk);
        /* noinit_itable: the image is sparse and new tables read as zeros already; writing them would only fill it. discard:
         * what is deleted goes back to the host, where the VMM can do that (QEMU; the kernel says so in its log where not). */
        if (mount(device, DISK, "ext4", MS_NOATIME, "noinit_itable,discard") < 0)
            agent_fail(agent, "the profile's disk can't be mounted in the VM: %s", strerror(errno));
    } else if (mount("disk", DISK, "tmpfs", MS_NOATIME, "mode=755") < 0) {
        agent_fail(agent, "no memory file system in the guest's kernel: %s", strerror(errno));
    }
    agent->disk = open(DISK, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (agent->disk < 0)
        agent_fail(agent, "the profile's disk can't be read: %s", strerror(errno));
    if (disk && !disk_grow(device, agent->disk) && grow)
        agent_fail(agent, "the profile's file system can't be made larger: %s; leave --size out, or take another profile", strerror(errno));
    mkdir(DISK "/overlay", 0755);
}

static void seed_mount(struct agent *agent, const char *disk)
{
    char device[64];
    snprintf(device, sizeof device, "/dev/%s", disk ? disk : "");
    mkdir("/seed", 0755);
    if (mount(device, "/seed", "ext4", MS_RDONLY | MS_NODEV | MS_NOATIME, NULL) < 0)
        agent_fail(agent, "the image of the guest's /etc can't be mounted in the VM: %s: remove the directory .seed beside the profiles, and it is made anew",
                   strerror(errno));
}

/*
 * What overlays are asked for, whatever the kernel's own defaults are:
 * redirect_dir=on: a directory of the host's can be renamed, as package managers do; its new place remembers where it was.
 * xino=on: all of a tree is on one device (du -x, find -xdev, tar --one-file-system). 9p has no file handles, so "auto" is off.
 * index=off: it needs such handles of the lower tree (so hard links of the host's part at their first change), and where that
 * is /seed it would refuse the next one that is made.
 * metacopy=off: a file whose mode was changed would go on having the host's contents, of whatever version these then are.
 */
#define OVERLAY_OPTIONS "redirect_dir=on,xino=on,index=off,metacopy=off"

/* above: a lower directory more, above the first, or an empty string. */
static void overlay_mount(struct agent *agent, const char *name, const char *lower, const char *above, const char *path)
{
    char upper[512], work[512], at[4200], options[4096];
    struct stat status;
    snprintf(upper, sizeof upper, DISK "/overlay/%s", name);
    mkdir(upper, 0755);
    snprintf(work, sizeof work, DISK "/overlay/%s/work", name);
    mkdir(work, 0755);
    snprintf(upper, sizeof upper, DISK "/overlay/%s/upper", name);
    /* The upper directory is what the root of the overlay looks like: mode, owner and times are the lower's at first. */
    if (mkdir(upper, 0755) == 0 && stat(lower, &status) == 0) {
        const struct timespec times[2] = {status.st_atim, status.st_mtim};
        if (chown(upper, status.st_uid, status.st_gid) == 0)
            chmod(upper, status.st_mode & 07777);
        utimensat(AT_FDCWD, upper, times, 0);
    }
    snprintf(at, sizeof at, NEW_ROOT "%s", path);
    make_directories(at, 0755);
    snprintf(options, sizeof options, OVERLAY_OPTIONS ",lowerdir=%s%s%s,upperdir=%s,workdir=%s", above, *above ? ":" : "", lower, upper, work);
    if (mount(name, at, "overlay", MS_NODEV | MS_NOATIME, options) < 0)
        agent_fail(agent, "the overlay of %s can't be mounted: %s", path, strerror(errno));
}

static void seed_show(struct agent *agent, const char *name)
{
    char lower[64], path[64];
    snprintf(lower, sizeof lower, "/seed/%s", name);
    snprintf(path, sizeof path, "/%s", name);
    if (access(lower, F_OK) == 0)
        overlay_mount(agent, name, lower, "", path);
}

static bool tag_is_plain(const char *tag)
{
    size_t length = strlen(tag);
    return length > 0 && length < 32 && tag[0] != '.' && strchr(tag, '/') == NULL && strspn(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* The triples of BOOT, one after the other. */
static bool share_next(struct nf_pairs *boot, struct share *share)
{
    const char *key, *value;
    *share = (struct share){"", "", ""};
    while (nf_pairs_next(boot, &key, &value)) {
        if (strcmp(key, "share.tag") == 0)
            share->tag = value;
        else if (strcmp(key, "share.path") == 0)
            share->path = value;
        else if (strcmp(key, "share.mode") == 0) {
            share->mode = value;
            return true;
        }
    }
    return false;
}

static bool share_is_overlay(const struct share *share)
{
    return strcmp(share->mode, "overlay") == 0;
}

static void share_check(struct agent *agent, const struct share *share)
{
    if (!tag_is_plain(share->tag) || share->path[0] != '/' || strlen(share->path) > 4000)
        agent_fail(agent, "a share has a bad tag or path: %s", share->tag);
}

static void share_mount(struct agent *agent, const struct share *share, const char *at, unsigned long flags, const char *options)
{
    if (mount(share->tag, at, "9p", MS_NODEV | flags, options) < 0)
        agent_fail(agent, "the share of %s can't be mounted in the VM: %s", share->path, strerror(errno));
}

/* What lies below the overlays. */
static void lower_mount(struct agent *agent, struct nf_pairs boot)
{
    struct share share;
    seed_mount(agent, nf_pairs_get(boot, "seed"));
    while (share_next(&boot, &share)) {
        char at[64];
        share_check(agent, &share);
        snprintf(at, sizeof at, "/shares/%s", share.tag);
        if (share_is_overlay(&share)) {
            make_directories(at, 0755);
            share_mount(agent, &share, at, MS_RDONLY, READ_ONLY_OPTIONS);
        }
    }
}

static void overlay_show(struct agent *agent, const struct share *share)
{
    char lower[64], above[4200];
    snprintf(lower, sizeof lower, "/shares/%s", share->tag);
    snprintf(above, sizeof above, "/seed/shares%s", share->path);
    overlay_mount(agent, share->tag, lower, access(above, F_OK) == 0 ? above : "", share->path);
}

static void folder_show(struct agent *agent, const struct share *share)
{
    char at[64], from[64];
    share_check(agent, share);
    int place = place_open(&agent->user, share->path);
    if (place < 0)
        agent_fail(agent, "-f: there can't be a folder at %s in the VM: %s", share->path, strerror(errno));
    snprintf(at, sizeof at, "/proc/self/fd/%d", place);
    snprintf(from, sizeof from, FOLDERS "/%s", share->tag);
    if (mount(from, at, NULL, MS_BIND, NULL) < 0)
        agent_fail(agent, "the shared folder at %s can't be mounted in the VM: %s", share->path, strerror(errno));
    close(place);
    place = place_open(&agent->user, share->path); /* what is mounted there now */
    snprintf(at, sizeof at, "/proc/self/fd/%d", place);
    if (mount(NULL, at, NULL, MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NODEV | (strcmp(share->mode, "rw") == 0 ? 0 : MS_RDONLY), NULL) < 0)
        agent_fail(agent, "the shared folder at %s can't be mounted in the VM: %s", share->path, strerror(errno));
    close(place);
}

void mounts_build(struct agent *agent, struct nf_pairs boot)
{
    mkdir(NEW_ROOT, 0755);
    mkdir("/shares", 0700);
    if (mount("root", NEW_ROOT, "tmpfs", 0, "mode=755,size=32m") < 0)
        agent_fail(agent, "no memory file system in the guest's kernel: %s", strerror(errno));
    struct beside lower = beside_begin(agent, lower_mount, boot);
    disk_mount(agent, nf_pairs_get(boot, "disk"), nf_pairs_get(boot, "disk.grow"));
    beside_end(agent, lower);

    /* These first: shares may lie in them. */
    seed_show(agent, "etc");
    seed_show(agent, "var");
}

void mounts_show_overlays(struct agent *agent, struct nf_pairs boot)
{
    struct share share;
    while (share_next(&boot, &share))
        if (share_is_overlay(&share))
            overlay_show(agent, &share);
}

void mounts_show_folders(struct agent *agent, struct nf_pairs boot)
{
    struct share share;
    while (share_next(&boot, &share))
        if (!share_is_overlay(&share)) {
            if (!agent->carrier)
                folders_begin(agent);
            folder_show(agent, &share);
        }
}

/* Read-only, so that nobody changes an overlay's upper directory behind its back. */
static void change_show(const char *from, const char *path)
{
    char at[4200];
    snprintf(at, sizeof at, NEW_ROOT "/run/nofear/changes%s", path);
    make_directories(at, 0755);
    if (mount(from, at, NULL, MS_BIND, NULL) == 0)
        mount(NULL, at, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC, NULL);
}

void mounts_show_changes(struct nf_pairs boot)
{
    static const char *const seeds[] = {"etc", "var"}, *const kept[] = {"home", "root", "srv"};
    struct share share;
    char from[512], at[64];
    mkdir(NEW_ROOT "/run/nofear/changes", 0700);
    /* As they are mounted themselves: shares may lie in these. */
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        snprintf(from, sizeof from, DISK "/overlay/%s/upper", seeds[i]);
        snprintf(at, sizeof at, "/%s", seeds[i]);
        change_show(from, at);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        snprintf(from, sizeof from, DISK "/%s", kept[i]);
        snprintf(at, sizeof at, "/%s", kept[i]);
        change_show(from, at);
    }
    while (share_next(&boot, &share))
        if (share_is_overlay(&share)) {
            snprintf(from, sizeof from, DISK "/overlay/%s/upper", share.tag);
            change_show(from, share.path);
        }
}
