/*
 * monitor.h - the parts of the monitor: monitor.c (life of the VM), machine.c (what the guest says), clients.c (what the
 * front-ends say), resume.c (how a VM begins without booting), clock.c (the time); all of them in one loop.
 */
#ifndef NOFEAR_MONITOR_H
#define NOFEAR_MONITOR_H

#include "files.h"
#include "nofear.h"
#include "resume.h"

#include <sys/types.h>

enum phase {
    WAITING,  /* for the agent's HELLO */
    BOOTING,  /* BOOT was sent */
    RUNNING,
    ENDING,   /* SHUTDOWN was sent */
    OVER      /* the VMM is being killed, or is gone */
};

/* A front-end, and its session in the guest. Either may be gone before the other. */
struct client {
    int fd;                    /* -1: gone; the session is being ended */
    uint16_t session;
    bool told_full;            /* that the host's disk is */
    bool exited;               /* its command has ended, though what that left may still write */
    int64_t linger;            /* for how many seconds the VM stays after it; -1: for what it leaves running; 0: not at all */
    bool greeted, requested, started, finished; /* finished: the agent has said how it ended */
    size_t request;            /* bytes of EXEC */
    struct nf_buffer in, out;
    uint32_t credit[NF_STREAMS]; /* bytes that the sender of the stream may still send */
};

struct monitor {
    const struct plan *plan;
    enum phase phase;
    struct link link;
    struct file_server files;
    struct vmm vmm;
    struct rundir run;
    struct places places;
    struct tap tap;
    struct resume resume;
    struct nf_buffer in, out;      /* of the channel */
    struct client clients[NF_SESSIONS_MAX];
    uint16_t last_session;
    int profile, gate, lock, listener, signals, clock, log;
    size_t logged;
    char last_line[200];           /* of the VMM's output */
    size_t last_length;
    bool stopping, failed, vmm_gone;
    uint64_t boot_deadline, stop_deadline, end_deadline, gate_retry; /* now_ns; 0: none */
    uint64_t answer_deadline, hangup_deadline, accept_retry;         /* of a signal; of sessions that nobody waits for */
    uint64_t hello, booted, guest_init, guest_hello;
    uint64_t linger_until;         /* with nothing to do */
    bool yields;                   /* to another VM of the profile, whose front-end has the gate */
    bool stays;                    /* what commands left running keeps it: */
    uint64_t left;
    char left_by[160];
    uint64_t room_next;            /* when the disk's room may be looked at again */
    time_t began_at;
};

/* monitor.c */
/* All front-ends get the line and 125; the VM is killed. */
void monitor_fail(struct monitor *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* clients.c */
struct client *client_add(struct monitor *m, int fd);
struct client *client_of(struct monitor *m, unsigned session);
size_t clients_present(const struct monitor *m);
size_t sessions_alive(const struct monitor *m);
void client_read(struct monitor *m, struct client *client);
void client_flush(struct monitor *m, struct client *client);
void client_gone(struct monitor *m, struct client *client);
void client_free(struct client *client);
void client_fail(struct client *client, const char *text);

/* machine.c */
void machine_read(struct monitor *m);
/* Tells the guest what it is to be. */
void machine_boot(struct monitor *m);
void machine_flush(struct monitor *m);
void machine_signal_all(struct monitor *m, int number);
void machine_hangup_all(struct monitor *m);

/* clock.c */
/* A descriptor that is ready when the host's clock was set, or the host has slept; -1 where there is none. */
int clock_watch(void);
void clock_changed(struct monitor *m);
/* The answer to the agent's question of that number; false when the channel is too full to take it. */
bool clock_tell(struct monitor *m, uint64_t asked);

/* status.c */
void status_write(const struct monitor *m);
void log_read(struct monitor *m);
/* Tells the front-ends when the host's disk is full: the guest only sees that its own writes fail. */
void room_look(struct monitor *m, bool sure);

#endif
