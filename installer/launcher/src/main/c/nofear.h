/*
 * nofear.h - the parts of the program `nofear`.
 *
 * It is a front-end to the user's terminal (main.c, caller.c, cache.c, java.c, request.c, frontend.c, window.c, terminal.c,
 * signals.c, stdio.c, handed.c), and the monitor of a VM (launch.c, monitor.c, clients.c, machine.c, vmm.c, shares.c, confine.c,
 * filter.c, supervise.c, remote.c, cpuid.c, descriptor.c, the file server of files.h, tap.c, disk.c, slot.c, rundir.c, resume.c, snapshot.c, qmp.c), one of
 * each per `nofear run` at most. All decisions about what a VM is made of are Java's and come as a plan (plan.c); this program
 * carries them out, with no JVM in the way of a launch.
 */
#ifndef NOFEAR_NOFEAR_H
#define NOFEAR_NOFEAR_H

#include "protocol.h"

#include "descriptor.h"
#include "handed.h"
#include "packets.h"
#include "shares.h"

#include <poll.h>
#include <stdio.h>

enum { EXIT_NOFEAR = 125, EXIT_USAGE = 2 };

/* say.c: one line on standard error, "nofear: ...", made printable whatever is in it */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void say_text(const char *text, size_t length);
uint64_t now_ns(void);
void *need(void *memory);

/* plan.c */
struct plan {
    char *data;
    size_t length;
    struct nf_pairs pairs;
    struct shares *shares; /* its folders, open: shares.c */
    bool windows; /* this call shows windows, see window_decide */
};
enum { PLAN_MAX = 1 << 20 };
bool plan_read(struct plan *plan, int fd);
/* The same of bytes from which nothing was dropped; the plan has them then. */
bool plan_take(struct plan *plan, struct nf_buffer *bytes);
void plan_free(struct plan *plan);
/* The first value of a key, or NULL. */
const char *plan_get(const struct plan *plan, const char *key);
const char *plan_need(const struct plan *plan, const char *key);
bool plan_is(const struct plan *plan, const char *key, const char *value);
uint64_t plan_number(const struct plan *plan, const char *key, uint64_t otherwise, uint64_t max);
/* The values of a key, one after another: start with *at = plan->pairs; NULL at the end. */
const char *plan_next(struct nf_pairs *at, const char *key);
/* A number that tells machines apart: two plans with the same one make the same VM. */
uint64_t plan_machine(const struct plan *plan);

/* cache.c: a plan that was made before for these words, if all it depends on is unchanged. */
bool cache_find(struct plan *plan, int argc, char **argv, int *command);
/* java.c: asks the Java side for a plan; exits with its status when there is none. */
void java_plan(struct plan *plan, int argc, char **argv, int *command);
void java_exec(int argc, char **argv) __attribute__((noreturn));

/* safe.c: what is opened here is the caller's own and nobody else can have written it. */
int safe_directory(int at, const char *path, bool make, const char *what, char *error, size_t size);
int safe_file(int at, const char *name, int flags, const char *what, char *error, size_t size);

/* stdio.c: the caller's three streams. */
struct standard {
    bool closed[3], terminal[3], same; /* same: standard error is the same open file as standard output */
    bool seekable;                     /* standard input is a file: what was read too much is given back */
    int fd[3];                         /* what to poll, read and write */
    size_t chunk[3];                   /* 0: never blocks, see struct nf_sink */
    int tty;                           /* the terminal, or -1 */
    size_t tty_chunk;
    struct all_handed handed;          /* those beyond the three */
};
void standard_open(struct standard *standard);
/* Whether two descriptors are one open file. */
bool standard_same(int a, int b);

/* terminal.c: raw mode, and the way back from it whatever happens. */
void terminal_init(int fd);
bool terminal_foreground(void);
void terminal_raw(void);
void terminal_restore(void);
bool terminal_is_raw(void);
/* The terminal's size and settings as EXEC's pairs and RESIZE's payload. */
void terminal_describe(struct nf_buffer *request);
bool terminal_size(unsigned char payload[8]);

/* terminfo.c: the entry of the caller's terminal, where it is the caller's own, as EXEC's pairs. */
void terminfo_describe(struct nf_buffer *request);

/* signals.c */
int signals_take(void);
void signals_default(void);
/* Stops this process (or its whole group) as the signal would; returns when it goes on. */
void signals_stop(int number, bool group);
bool signals_ignored(int number);
void signals_describe(struct nf_buffer *request);

/* limits.c: resource limits, niceness and the out-of-memory score as EXEC's pairs. */
void limits_describe(struct nf_buffer *request);
/* What may be lifted, is, for the monitor and the VMM that it starts; the signal of files that get too large is ignored. */
void limits_lift(void);

/* request.c: the frames that ask for the command. */
void request_send(struct nf_buffer *out, const struct plan *plan, const struct standard *standard, char **command);

/* launch.c: a connection to the profile's monitor; starts it when there is none. */
int launch(const struct plan *plan, uint64_t began);

/* frontend.c: serves the session; returns the exit status. */
int frontend_run(const struct plan *plan, int monitor, char **command, struct standard *standard, uint64_t began);

/* window.c: Xpra's client and its connection. */
enum { WINDOW_POLLS = 4 };
struct window {
    pid_t client;
    int listener, process, output, directory; /* process: of the client, readable when it has ended */
    struct nf_source source;                  /* GUI_IN */
    struct nf_sink sink;                      /* GUI_OUT */
    char socket[32], line[200];
    size_t line_length;
    bool line_ended;
};
/* Whether this call shows windows; ends with a message when they are asked for and there is nowhere to show them. */
void window_decide(struct plan *plan, char **command);
/* detect.c */
bool needs_display(const struct plan *plan, const char *command);
void window_open(struct window *window, const struct plan *plan);
void window_polls(const struct window *window, struct pollfd polls[WINDOW_POLLS], bool calm);
/* False when the client has ended or closed its connection. */
bool window_turn(struct window *window, struct nf_buffer *out, const struct pollfd polls[WINDOW_POLLS]);
void window_close(struct window *window);

/* timing.c */
void timing_print(const struct nf_frame *stages, uint64_t began, uint64_t exited);

/* rundir.c: the private directory of a VM. */
struct rundir {
    int base, fd, alive;  /* the base and the directory; the locked file that says it is in use */
    char path[1024], name[80];
};
/* The directory of all run directories, made if need be; -1 with a message. */
int rundir_base(const struct plan *plan, char *error, size_t size);
bool rundir_make(struct rundir *run, const struct plan *plan, char *error, size_t size);
void rundir_remove(struct rundir *run, bool keep_log);
int rundir_listen(const struct rundir *run);
int rundir_connect(const char *path);

/* vmm.c */
struct vmm {
    pid_t keeper, pid;
    int pidfd, log, keeper_fd;
    uint64_t executed;
};
/* tsc.c */
void tsc_begin(void);
uint64_t tsc_khz(void);

/* Values of the placeholders in the plan's values. */
struct places {
    char run[1024], channel_fd[16], tap_fd[16], memory_fd[16], qmp_fd[16], files_fd[16], name[64], tsc_khz[16];
    char host_ip[16], guest_ip[16], prefix[8];
};
/* A copy of the text with placeholders replaced; to be freed. */
char *places_fill(const struct places *places, const char *text);
/* What the VMM inherits; -1: it has none. */
struct inherited {
    int channel, tap, memory, qmp, files;
};
/* The keys are of the plan, and name the VMM's words. */
bool vmm_start(struct vmm *vmm, const struct plan *plan, const struct places *places, struct rundir *run,
               const struct inherited *inherited, const char *const *keys, int lock, char *error, size_t size);
void vmm_kill(const struct vmm *vmm);
/* Descriptors from first on; up to end, or all when that is 0. */
void close_from(unsigned first, unsigned end);
/* confine.c: in the VMM's process just before exec; false with errno when the kernel has Landlock and it could not be set. */
bool confine(const struct plan *plan, const struct places *places);
/* The same for the file server, which has the shared folders and nothing else. */
bool confine_shares(const struct plan *plan);
/* filter.c: the VMM's system calls. Some of lkvm's its keeper gets to see, through a descriptor that goes over the socket; -1: another
 * VMM, nobody sees any. */
bool filter_set(int keeper);
/* supervise.c: answers one of these calls. */
void supervise(const struct plan *plan, int listener);

/* remote.c: all of these bytes, or false with EFAULT. */
bool remote_read(pid_t pid, uint64_t from, void *bytes, size_t size);
bool remote_write(pid_t pid, uint64_t to, const void *bytes, size_t size);
/* cpuid.c: clears the flags of hardware virtualization in a process's struct kvm_cpuid2; false with errno. */
bool cpuid_hide(pid_t pid, uint64_t address);

/* disk.c: makes the profile's disk if it is missing, or larger if that is asked for, and checks it. */
bool disk_ready(const struct plan *plan, const struct places *places, char *error, size_t size);

/* Whether a write to the disk may fail for want of room on the host: ENOSPC, EDQUOT, or 0. `sure`: by trying. */
int disk_full(const struct plan *plan, bool sure);

/* tap.c: the VM's tap, made for it alone, and the socket whose other end nofear-tap waits for the end of. */
struct tap {
    int fd, keeper;
};
/* With the VM's addresses; false with a message, after so many seconds at the latest. */
bool tap_make(struct tap *tap, const struct plan *plan, struct places *places, unsigned seconds, char *error, size_t size);

/* link.c: the channel to the guest. */
struct link {
    int fd;                     /* or -1 */
    int vmm_end;                /* what the VMM gets, or -1 */
    struct nf_packets *packets; /* lkvm; NULL: the descriptor carries bytes */
};
bool link_open(struct link *link, const struct plan *plan, char *error, size_t size);
/* Another one, between cards of these addresses. */
bool link_open_as(struct link *link, const struct plan *plan, const uint8_t own[6], const uint8_t peer[6], char *error, size_t size);
void link_close(struct link *link);
/* What to poll for, and when to flush although nothing happens (now_ns; 0: never). */
short link_events(const struct link *link, const struct nf_buffer *out);
uint64_t link_deadline(const struct link *link);
/* As nf_buffer_fill; and writes what can be written, -1 with errno. */
ssize_t link_fill(struct link *link, struct nf_buffer *in, size_t most);
int link_flush(struct link *link, struct nf_buffer *out, size_t most);

/* boot.c: the BOOT frame. */
void boot_send(struct nf_buffer *out, const struct plan *plan, const struct places *places);

/* monitor.c */
void monitor_run(const struct plan *plan, int client, int profile, int gate, uint64_t began) __attribute__((noreturn));

#endif
