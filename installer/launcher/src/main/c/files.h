/*
 * files.h - the file server: a process beside each VM that has shared folders, which serves them over FUSE's protocol, on a
 * stream of its own to the guest's relay.
 *
 * server.c starts it and moves its messages, operations.c has what the protocol knows, by name (names.c), by number (attributes.c) or
 * by open file (opened.c, directories.c); nodes.c and handles.c keep what the guest knows of, locks.c its locks; cage.c is the
 * process's own confinement. Nothing of what a guest says is believed: numbers must be known, names are one component, sizes have
 * bounds.
 */
#ifndef NOFEAR_FILES_H
#define NOFEAR_FILES_H

#include "nofear.h"

#include <linux/fuse.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum {
    FILES_DATA = 1 << 20,                          /* the most that is read or written at once */
    FILES_MESSAGE = FILES_DATA + 8192,             /* the longest message, either way */
    FILES_NODES = 1 << 20,                         /* the most files that a guest may know of */
    FILES_ROOT = 1, FILES_FIRST = 2,               /* nodes: the root's number, the first share's */
    FILES_WAITING = 1024,                          /* the most requests for locks that wait */
    FILES_VALID_NS = 100000000,                    /* how long the guest may believe what it was told: the host changes files as well */
    NO_REPLY = INT32_MIN
};

/* A file that the guest knows. Found again by its parent and name when its descriptor was closed for others' sake. */
struct node {
    uint64_t id, lookups;
    uint64_t dev, ino;
    int64_t born[2];                               /* 0: the file system does not tell */
    mode_t type;
    int fd;                                        /* O_PATH, or -1 */
    unsigned share, pins, children, opened;
    bool kept;                                     /* its name may be gone: the descriptor is the only way */
    int64_t seen[5];                               /* size and times at the last open */
    struct node *parent, *next_id, *next_file, *newer, *older;
    struct lock *locks;
    char *name;
};

/* A lock owner of the guest's: an open file of its own on the host. */
struct lock {
    uint64_t owner, handle;
    uint32_t pid;
    int fd;
    struct lock *next;
};

struct handle {
    uint64_t id;
    int fd;
    bool writes, gone;
    unsigned pins;
    struct node *node;
    pthread_mutex_t position;                      /* of a directory */
    struct handle *next;
};

struct waiter;
enum { TABLE = 1 << 16, HANDLES = 1 << 12 };
struct files {
    const struct shares *shares;
    uint64_t dev;                                  /* whose inode numbers stay as they are */
    struct link link;
    int wake;
    struct nf_buffer in, out;
    bool over, unlocked;                           /* of the reader's; of the thread of locks */
    pthread_mutex_t reading, writing, lock;
    pthread_cond_t waits;
    uint64_t next_node, next_handle;
    size_t nodes, descriptors, most;               /* most: O_PATH descriptors that nodes may hold */
    struct node *by_id[TABLE], *by_file[TABLE], *newest, *oldest, root, *roots[SHARES_MAX];
    struct handle *handles[HANDLES];
    struct waiter *first, **last;
    unsigned waiting;
};

struct request {
    struct fuse_in_header head;
    const unsigned char *body;
    size_t size;
    unsigned char *out;                            /* FILES_DATA bytes and some */
    bool own_umask;                                /* the thread's umask is its own */
};

/* server.c */
struct file_server {
    pid_t pid;                                     /* 0: none, or gone */
    int vmm_end;
};
bool files_start(struct file_server *server, const struct plan *plan, char *error, size_t size);
/* Serves on an open link until that ends. Of the structure, which is zero else, the caller has set how many descriptors nodes may hold. */
int files_serve(struct files *files, const struct shares *shares, const struct link *link, unsigned threads);
void files_reply(struct files *files, uint64_t unique, int result, const void *body);

/* cage.c: false with errno. */
bool cage_enter(const struct plan *plan);

/* operations.c: the reply's size, or an error number below 0, or NO_REPLY. */
int files_answer(struct files *files, struct request *request);
const void *request_body(const struct request *request, size_t size);
/* The name at an offset of the body, and where the next begins; NULL: none that could be. */
const char *request_name(const struct request *request, size_t at, size_t *next);
const char *request_text(const struct request *request, size_t at, size_t *next);
bool files_writable(const struct files *files, const struct node *node);

/* names.c, attributes.c, opened.c, directories.c */
int op_lookup(struct files *, struct request *);
int op_getattr(struct files *, struct request *);
int op_setattr(struct files *, struct request *);
int op_readlink(struct files *, struct request *);
int op_make(struct files *, struct request *);
int op_remove(struct files *, struct request *);
int op_rename(struct files *, struct request *);
int op_link(struct files *, struct request *);
int op_statfs(struct files *, struct request *);
int op_xattr(struct files *, struct request *);
int op_open(struct files *, struct request *);
int op_create(struct files *, struct request *);
int op_opendir(struct files *, struct request *);
int op_readdir(struct files *, struct request *);
int op_read(struct files *, struct request *);
int op_write(struct files *, struct request *);
int op_release(struct files *, struct request *);
int op_flush(struct files *, struct request *);
int op_fsync(struct files *, struct request *);
int op_fallocate(struct files *, struct request *);
int op_seek(struct files *, struct request *);
int op_copy(struct files *, struct request *);

/* names.c */
int entry_fill(struct files *files, struct node *parent, const char *name, int fd, const struct statx *status, struct fuse_entry_out *out);
/* Keeps what was opened (the descriptor is taken) and answers with it, behind so many bytes that are there. */
int opened_reply(struct files *files, struct request *request, struct node *node, int fd, bool writing, size_t at);
/* By descriptor; -1 with errno. */
int status_of(int fd, struct statx *status);
void attributes_fill(const struct files *files, const struct statx *status, struct fuse_attr *out);
void umask_take(struct request *request, uint32_t mask);
/* The path of an open descriptor, to have it opened or changed. */
void self_path(char path[40], int fd);

/* nodes.c */
void nodes_begin(struct files *files);
void nodes_end(struct files *files);
/* With its descriptor, which stays open until node_put; NULL with errno. */
struct node *node_get(struct files *files, uint64_t id, int *fd);
void node_put(struct files *files, struct node *node);
/* One more look-up of what the descriptor (taken; -1: none yet) leads to; its number, or 0 with errno. */
uint64_t node_add(struct files *files, struct node *parent, const char *name, int fd, const struct statx *status);
void node_forget(struct files *files, uint64_t id, uint64_t times);
/* What has this name will lose it, or has got it. */
void node_keep(struct files *files, struct node *parent, int at, const char *name);
void node_place(struct files *files, struct node *parent, int at, const char *name);
/* Closes descriptors of nodes until an open may succeed; false: none can be. */
bool nodes_yield(struct files *files);
int open_yielding(struct files *files, int at, const char *path, int flags, mode_t mode);

/* handles.c */
uint64_t handle_add(struct files *files, struct node *node, int fd, bool writes);
struct handle *handle_get(struct files *files, uint64_t id);
void handle_put(struct files *files, struct handle *handle);
void handle_release(struct files *files, uint64_t id);
void handles_end(struct files *files);

/* locks.c */
int op_lock(struct files *, struct request *);
bool locks_begin(struct files *files);
/* A request that may wait: answered by the thread of locks. */
int locks_wait(struct files *files, const struct request *request);
void locks_interrupt(struct files *files, uint64_t unique);
/* Those of an owner, or (0) those made through a handle. */
void locks_drop(struct files *files, struct node *node, uint64_t owner, uint64_t handle);
void locks_end(struct files *files);

#endif
