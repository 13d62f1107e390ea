/*
 * left.c - what commands leave running when they end, and whether the VM stays for it.
 *
 * As when a terminal is closed: who has left the command's session (setsid: daemons, tmux) or does not mind SIGHUP (nohup) goes on.
 * The rest of the session goes with the VM. Who still has a stream of the command open keeps its session (session.c).
 *
 * All that is left has the agent for a parent, or an ancestor that has. So mostly a look at the agent's own children is enough.
 */
#include "agent.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 2000, SOON_MS = 100 };

struct process {
    pid_t id, session;
    char state, name[LEFT_NAME];
};

/* "PID (NAME) STATE PPID PGRP SESSION ...": a name may hold anything. */
static bool process_read(const char *id, struct process *process)
{
    char path[64], text[512];
    int session;
    snprintf(path, sizeof path, "/proc/%.16s/stat", id);
    char *open = read_text(path, text, sizeof text) > 0 ? strchr(text, '(') : NULL, *close = open ? strrchr(open, ')') : NULL;
    if (!close || sscanf(close + 1, " %c %*d %*d %d", &process->state, &session) != 2)
        return false;
    process->id = (pid_t)atoi(text);
    process->session = session;
    snprintf(process->name, sizeof process->name, "%.*s", (int)(close - open - 1), open + 1);
    return true;
}

static bool hangup_ignored(pid_t process)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    const char *line = read_text(path, text, sizeof text) > 0 ? strstr(text, "\nSigIgn:") : NULL;
    return line && (strtoull(line + 8, NULL, 16) & (1ULL << (SIGHUP - 1)));
}

/* One of the agent's own, or of their sessions. */
static bool is_own(const struct agent *agent, pid_t leader)
{
    if (leader <= 1 || leader == agent->bus.process)
        return true;
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (agent->sessions[i] && (agent->sessions[i]->leader == leader || agent->sessions[i]->display.keeper == leader))
            return true;
    return false;
}

static int past(const struct agent *agent, pid_t leader)
{
    for (unsigned i = 0; i < agent->left.sessions; i++)
        if (agent->left.past[i] == leader)
            return (int)i;
    return -1;
}

void left_session(struct agent *agent, pid_t leader, bool deaf)
{
    struct left *left = &agent->left;
    if (left->sessions == LEFT_PAST) {
        memmove(left->past, left->past + 1, sizeof left->past - sizeof left->past[0]);
        memmove(left->deaf, left->deaf + 1, sizeof left->deaf - sizeof left->deaf[0]);
        left->sessions--;
    }
    left->past[left->sessions] = leader;
    left->deaf[left->sessions++] = deaf;
}

/* Whether the agent has children that it did not start. True where the kernel does not list them. */
static bool orphans(const struct agent *agent)
{
    static char text[1 << 16];
    if (read_text("/proc/1/task/1/children", text, sizeof text) < 0)
        return true;
    for (char *at = text, *end; *at; at = end) {
        long child = strtol(at, &end, 10);
        if (end == at)
            break;
        if (!is_own(agent, (pid_t)child) && past(agent, (pid_t)child) < 0)
            return true;
    }
    return false;
}

bool left_settling(const struct agent *agent, const struct session *session, bool *busy)
{
    DIR *processes = orphans(agent) ? opendir("/proc") : NULL;
    struct dirent *entry;
    struct process process;
    bool found = false;
    *busy = false;
    while (processes && !*busy && (entry = readdir(processes)))
        if (isdigit((unsigned char)entry->d_name[0]) && process_read(entry->d_name, &process) &&
            process.session == session->leader && process.id != session->leader && process.state != 'Z' &&
            (session->deaf || !hangup_ignored(process.id))) {
            found = true;
            *busy = process.state != 'S';
        }
    if (processes)
        closedir(processes);
    return found;
}

static void tell(struct agent *agent)
{
    struct nf_buffer pairs;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_pair_add_number(&pairs, "count", agent->left.count);
    for (uint64_t i = 0; i < agent->left.count && i < LEFT_NAMES; i++)
        nf_pair_add(&pairs, "by", agent->left.names[i]);
    nf_put(&agent->out, NF_LEFT, 0, pairs.data, nf_buffer_size(&pairs));
    nf_buffer_free(&pairs);
}

void left_look(struct agent *agent)
{
    struct left *left = &agent->left;
    bool seen[LEFT_PAST] = {false};
    char names[LEFT_NAMES][LEFT_NAME] = {{0}};
    uint64_t count = 0, before = left->count;
    DIR *processes = orphans(agent) ? opendir("/proc") : NULL;
    struct dirent *entry;
    struct process process;
    while (processes && (entry = readdir(processes))) {
        if (!isdigit((unsigned char)entry->d_name[0]) || !process_read(entry->d_name, &process) || process.state == 'Z' ||
            is_own(agent, process.session))
            continue;
        int i = past(agent, process.session);
        if (i >= 0)
            seen[i] = true;
        if (i >= 0 && (left->deaf[i] || !hangup_ignored(process.id)))
            continue;
        if (count < LEFT_NAMES)
            snprintf(names[count], LEFT_NAME, "%s", process.name);
        count++;
    }
    unsigned kept = 0;
    for (unsigned i = 0; processes && i < left->sessions; i++)
        if (seen[i]) {
            left->past[kept] = left->past[i];
            left->deaf[kept++] = left->deaf[i];
        }
    if (processes) {
        left->sessions = kept;
        closedir(processes);
    }
    left->count = count;
    left->looked = uptime_ns();
    left->next = count > 0 ? left->looked + LOOK_MS * 1000000ULL : 0;
    /* A program may have begun another meanwhile. */
    bool others = memcmp(left->names, names, sizeof names) != 0;
    memcpy(left->names, names, sizeof names);
    if (count != before || others)
        tell(agent);
}

uint64_t left_turn(struct agent *agent)
{
    if (agent->left.next && uptime_ns() >= agent->left.next)
        left_look(agent);
    return agent->left.next ? agent->left.next : UINT64_MAX;
}

void left_child(struct agent *agent)
{
    if (agent->left.count > 0)
        agent->left.next = agent->left.looked + SOON_MS * 1000000ULL;
}
