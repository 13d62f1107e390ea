/*
 * agent.h - the parts of the guest agent, PID 1 of every NoFear guest.
 *
 * The agent is a static program, alone in the initramfs. It sets up the machine (agent.c, channel.c, card.c, modules.c), builds the
 * root that commands see out of the host's shares and the profile's disk (mounts.c, folders.c, place.c, root.c, temporary.c,
 * identity.c, network.c; what can be done at the same time: beside.c), runs commands (session.c, ending.c, more.c, leader.c, command.c, limits.c,
 * terminfo.c) and their display (display.c, xserver.c), gives them a D-Bus (bus.c), moves their bytes (relay.c), knows what they
 * leave running (left.c), keeps the clock right (clock.c), tells when memory was short (memory.c), and ends the machine so that the
 * disk is clean (shutdown.c).
 */
#ifndef NOFEAR_AGENT_H
#define NOFEAR_AGENT_H

#include "bus.h"
#include "left.h"
#include "protocol.h"

#include <stdio.h>

#define NF_NAME_MAX 64
#define NF_GROUPS_MAX 256

/* Who the guest user is: the caller's numbers under a name of the guest's. */
struct guest_user {
    uid_t uid;
    gid_t gid;
    char name[NF_NAME_MAX];
    char home[256];
    gid_t groups[NF_GROUPS_MAX]; /* the caller's others, by number */
    int group_count;
};

/* clock.c */
struct guest_clock {
    uint64_t asked;          /* uptime of the question that has no answer yet, ns; 0: none */
    uint64_t next;           /* uptime of the next one */
    unsigned questions;      /* one after the other */
};

struct agent {
    int channel;
    struct nf_packets *packets; /* the channel is one of packets; NULL: of bytes */
    int disk;                /* the directory that holds all that is kept, or -1 before BOOT */
    bool on_disk;            /* it is the disk, not memory */
    bool booted;
    pid_t carrier;           /* of the shared folders' bytes; 0: there are none */
    struct nf_buffer in, out;
    struct guest_user user;
    struct guest_clock clock;
    struct session *sessions[NF_SESSIONS_MAX];
    int pressure;            /* memory_watch */
    unsigned long kills;     /* of processes, for want of memory, that memory.c knows of */
    struct left left;
    struct bus bus;
};

/* What the leader process of a session tells the agent; one packet each. */
enum leader_event { LEADER_STARTED = 1, LEADER_NOTE, LEADER_FAILED, LEADER_STOPPED, LEADER_EXITED, LEADER_KILLED };
struct leader_message {
    uint32_t event;
    uint32_t value;   /* process id, exit status (FAILED: 125 to 127) or signal */
    uint64_t uptime;  /* STARTED: ns */
    char text[1024];  /* NOTE, FAILED */
};

/* A command's streams in the guest: what a leader gets. -1: closed. */
struct command_streams {
    int fd[3];
    int terminal;     /* the pty's slave, or -1 */
    int control;      /* leader_message to the agent; its end of file ends the leader */
    struct {
        int number, fd;
    } more[NF_MORE];  /* the others, and their numbers in the command */
    int mores;
};

/* The display of a session with windows: an X server and Xpra's server, under a keeper of their own (xserver.c). */
struct display {
    pid_t keeper;                /* 0: none */
    int control;                 /* display_message from the keeper, or -1 */
    struct nf_sink sink;         /* GUI_IN; its descriptor is -1 until Xpra takes connections */
    struct nf_source source;     /* GUI_OUT */
};

/* What the keeper tells the agent; one packet each, CONNECTED with the descriptor. */
enum display_event { DISPLAY_READY = 1, DISPLAY_CONNECTED, DISPLAY_FAILED };
struct display_message {
    uint32_t event;
    uint32_t value;   /* READY: the display's number */
    char text[512];   /* FAILED */
};

/* What of a session the caller writes to: IN, TTY_IN, MORE_IN; and what it reads: OUT, ERR, TTY_OUT, MORE_OUT. */
enum { SINK_MORE = 2, SINKS = SINK_MORE + NF_MORE, SOURCE_MORE = 3, SOURCES = SOURCE_MORE + NF_MORE };
static inline enum nf_stream sink_stream(int index)
{
    return index == 0 ? NF_IN : index == 1 ? NF_TTY_IN : (enum nf_stream)(NF_MORE_IN + index - SINK_MORE);
}
static inline enum nf_stream source_stream(int index)
{
    if (index >= SOURCE_MORE)
        return (enum nf_stream)(NF_MORE_OUT + index - SOURCE_MORE);
    return index == 2 ? NF_TTY_OUT : (enum nf_stream)(NF_OUT + index);
}

/* Of a sink that is no terminal: how much of it was read. */
struct used {
    bool seekable;               /* the caller's is a file: what is left unread goes back to it */
    uint64_t written;
    int probe;                   /* reads nothing, only knows how much is left, or -1 */
    char unasked[32];            /* what /proc calls it, until somebody reads it: only then the caller's is read */
};

struct session {
    uint16_t id;
    bool started, ended;         /* ended: the command has ended; what it wrote is still on the way */
    bool stay, deaf;             /* what it leaves running goes on; it ignored SIGHUP from the start */
    bool tail;                   /* the caller has the status, and still gets what others write */
    uint64_t ended_at, settle_look; /* uptime when it ended, and when to look whether what it left has become a daemon; ns */
    pid_t leader, command;
    int control, master;         /* of the leader; of the pty, or -1 */
    struct nf_buffer request;    /* EXEC, until it is whole */
    struct nf_sink sink[SINKS];
    struct used used[SINKS];
    struct nf_source source[SOURCES];
    uint64_t left[SOURCES];      /* once ended: bytes that still belong to the command */
    struct display display;
    uint32_t exit_kind, exit_value;
    unsigned long kills_before;  /* agent.kills when it started */
    bool lazy;                   /* the caller's terminal is not touched until somebody here reads it */
    bool asks;                   /* nor is one of the descriptors beyond the three */
    unsigned lazy_pause;         /* ms until we look again */
    uint64_t lazy_next, kill_at; /* uptime, ns; 0: never */
};

/* agent.c */
uint64_t uptime_ns(void);
void agent_note(struct agent *agent, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Tells the host what failed, ends the machine; beside the agent, tells the agent, which ends it then. */
void agent_fail(struct agent *agent, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* beside.c */
enum { BESIDE_FAILED = 1 };
struct beside {
    pid_t process;
    int said; /* frames for the host */
};
/* Starts a part; its agent is a copy that has no sessions and no disk. */
struct beside beside_begin(const struct agent *agent, void (*part)(struct agent *, struct nf_pairs), struct nf_pairs boot);
/* Waits for it. Does not return when it has failed. */
void beside_end(struct agent *agent, struct beside beside);

/* clock.c */
void clock_set(const char *realtime);
/* Begins to ask the host for the time; clock_answer goes on with it. */
void clock_ask(struct agent *agent);
void clock_answer(struct agent *agent, const struct nf_frame *frame);
/* Asks when it is time; the uptime of the next time. */
uint64_t clock_turn(struct agent *agent);

/* channel.c: does not return without a channel. */
void channel_open(struct agent *agent);
void channel_block(struct agent *agent, bool block);
/* What to poll the channel for, and when to write although nothing happens (uptime, ns; 0: never). */
short channel_events(const struct agent *agent);
uint64_t channel_deadline(const struct agent *agent);
/* As nf_buffer_fill, to agent.in; and what can be written of agent.out, -1 with errno. */
ssize_t channel_fill(struct agent *agent, size_t most);
int channel_write(struct agent *agent);
/* Writes all that waits for the channel; false when the host is gone. */
bool channel_flush(struct agent *agent);
/* The same for the last time: until the host has it all, or does not answer. */
void channel_end(struct agent *agent);

/* The virtio port of that name, or -1 when it is not there yet. */
int port_open(const char *name);

/* card.c: the packet socket of a channel, whose card has this address, or -1 when it is not there yet. */
int card_open(struct nf_packets *packets, const uint8_t own[6], const uint8_t peer[6]);

/* folders.c: mounts what the host's file server has at FOLDERS, by number. */
#define FOLDERS "/shares/folders"
void folders_begin(struct agent *agent);

/* modules.c: loads /modules/NNN.ko in order (kernels of the distribution). */
void modules_load(void);

/* files.c */
int write_file(const char *path, const char *text);
/* A text and its closing zero: the text's length, or -1. What is longer is cut. */
ssize_t read_text(const char *path, char *text, size_t size);
void make_directories(const char *path, mode_t mode);
int copy_tree(const char *from, const char *to, uid_t uid, gid_t gid, int depth);

/* place.c: a directory of the new root, made if need be, its links being the new root's own; -1 with errno. */
int place_open(const struct guest_user *user, const char *path);

/* mounts.c */
void mounts_early(void);
void mounts_build(struct agent *agent, struct nf_pairs boot);
/* After what they may be inside of: /var/opt, /srv/opt. */
void mounts_show_overlays(struct agent *agent, struct nf_pairs boot);
/* After all else: a folder may be inside of anything, such as /home/user or /bin, which is a link. */
void mounts_show_folders(struct agent *agent, struct nf_pairs boot);
/* Shows root of the guest, under /run/nofear/changes, what the profile changed. */
void mounts_show_changes(struct nf_pairs boot);

/* root.c: the parts of the root that are not the host's, then the root becomes the root. */
void root_finish(struct agent *agent, struct nf_pairs boot);
/* temporary.c */
void temporary_mount(struct agent *agent);
#define NEW_ROOT "/newroot"
#define DISK "/disk"

/* identity.c */
void identity_set(struct agent *agent, struct nf_pairs boot);
void identity_files(struct agent *agent);
/* The bytes that hexadecimal digits stand for, as far as they go. */
size_t hex_bytes(const char *hex, unsigned char *bytes, size_t most);
/* With the caller's, if he is the guest's user. */
int user_groups(const struct guest_user *user, bool root, gid_t gid, gid_t *groups, int most);

/* network.c */
void network_set(struct agent *agent, struct nf_pairs boot);
/* Which name servers there are, for programs in the new root. */
void network_files(struct nf_pairs boot);

/* memory.c */
/* A descriptor that polls as POLLPRI when nothing gets on for want of memory, or -1. */
int memory_watch(void);
/* It did: a process is killed, if it is memory that is missing. */
void memory_short(void);
/* Tells the caller, if processes were killed for want of memory while its session ran. */
void memory_tell(struct agent *agent, const struct session *session);

/* session.c */
struct session *session_find(struct agent *agent, unsigned id);
void session_request(struct agent *agent, const struct nf_frame *frame);
void session_signal(struct session *session, uint32_t number);
void session_hangup(struct session *session);
void session_kill(struct session *session);
void session_event(struct agent *agent, struct session *session);
void session_free(struct agent *agent, struct session *session);
void session_sinks_close(struct session *session);
/* ending.c: the command has ended, with a signal (1) or a status (0). */
void session_ended(struct session *session, uint32_t kind, uint32_t value);
/* All that it wrote has been sent. */
void session_end(struct agent *agent, struct session *session);
/* The pipe of a sink is at its end: gone, its readers are, else all is written. */
void session_sink_close(struct agent *agent, struct session *session, int index, bool gone);
/* A pipe whose agent's end does not block. */
bool pipe_make(const struct agent *agent, bool to_command, int *ours, int *command);
/* It ends now with 125 and this line, whatever runs in it. */
void session_fail(struct agent *agent, struct session *session, const char *text);
/* Starts the command of a request that is whole; with windows, once its display is there. */
void session_start(struct agent *agent, struct session *session);

/* more.c: the caller's descriptors beyond the three. */
bool more_make(struct agent *agent, struct session *session, struct nf_pairs request, struct command_streams *to);
/* Lets the caller's be read where somebody waits for it. */
void more_ask(struct agent *agent, struct session *session);

/* display.c */
void display_init(struct display *display);
bool display_wanted(const struct session *session);
void display_start(struct agent *agent, struct session *session);
void display_end(struct agent *agent, struct display *display);
void display_event(struct agent *agent, struct session *session);
void display_take(struct agent *agent, struct session *session, const struct nf_frame *frame);
/* The two ends of Xpra's connection: what to poll for, and one turn; false when Xpra has closed it. */
short display_polls(const struct display *display, bool congested);
bool display_turn(struct agent *agent, struct session *session, short events);

#define DISPLAY_DIRECTORY "/run/nofear/gui%u"
#define DISPLAY_SOUND DISPLAY_DIRECTORY "/pulse"
/* xserver.c: becomes the keeper of a display; never returns. */
void xserver_run(const struct agent *agent, struct nf_pairs request, int control, unsigned id) __attribute__((noreturn));

/* leader.c: becomes the leader of a session and runs its command; never returns. */
void leader_run(const struct agent *agent, struct nf_pairs request, const struct command_streams *streams)
    __attribute__((noreturn));
/* limits.c: resource limits, niceness and out-of-memory score of the calling process, as the request has them. */
void limits_take(struct nf_pairs request);
/* terminfo.c: the caller's terminal, for the calling process's user. */
void terminfo_take(struct nf_pairs request);
/* command.c: becomes the command; returns only on failure, with the message filled in. */
void command_run(const struct agent *agent, struct nf_pairs request, int report, struct leader_message *message);
bool command_user(const struct agent *agent, bool root);
/* What the agent's own services for the guest's user have for an environment, in the place of this process's. */
void service_environment(const struct agent *agent);
/* All values of a key, NULL-ended, with room for `more` others; NULL without memory. */
char **command_words(struct nf_pairs request, const char *wanted, size_t more);

/* terminal.c */
int terminal_open(const struct agent *agent, struct nf_pairs request, bool lazy, int *slave);
void terminal_resize(int master, const struct nf_frame *frame);
bool terminal_wanted(struct session *session);
void terminal_take(struct session *session);

/* readers.c */
/* Calls visit for the processes of a session until it says true. */
bool session_visit(pid_t leader, bool (*visit)(pid_t process, const void *argument), const void *argument);
/* Whether one of them waits for input from a file, by the name that /proc/PID/fd has for it. */
bool readers_exist(pid_t leader, const char *file);

/* relay.c: moves what is ready; false when the channel is gone. */
bool relay_turn(struct agent *agent, int wake);
void relay_frame(struct agent *agent, const struct nf_frame *frame);

/* shutdown.c */
void machine_end(struct agent *agent, uint32_t grace_ms) __attribute__((noreturn));
void machine_restart(void) __attribute__((noreturn));

#endif
