/*
 * more.c - the caller's descriptors beyond the three, under the same numbers in the command.
 *
 * EXEC's pairs: more (repeated): NUMBER:LETTERS, or NUMBER:0, 1, 2 or t: the same open file as that standard stream, the terminal.
 * Letters: r (a stream to the command), w (one from it), s (the caller's is a file, that goes on where the command leaves it),
 * l (the caller's is not read before somebody here reads it). The streams count in their order.
 *
 * A script's `while read line <&3; do nofear run ...; done 3<list` must not lose lines to a command that knows nothing of 3. So
 * that a pipe is read is found by looking (readers.c), but for one that the command's words name.
 */
#include "agent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Both ways: the agent's end is a sink, and its copy a source. */
static bool pair_make(int *ours, int *copy, int *command)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return false;
    fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK);
    *ours = ends[0];
    *copy = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
    *command = ends[1];
    return *copy >= 0;
}

static void sink_make(struct agent *agent, struct session *session, int slot, int ours, int command, const char *letters)
{
    int index = SINK_MORE + slot;
    struct used *used = &session->used[index];
    struct stat status;
    nf_sink_init(&session->sink[index], ours, 0);
    used->seekable = strchr(letters, 's') != NULL;
    if (strchr(letters, 'l') && fstat(command, &status) == 0) {
        snprintf(used->unasked, sizeof used->unasked, "%s:[%llu]", S_ISSOCK(status.st_mode) ? "socket" : "pipe",
                 (unsigned long long)status.st_ino);
        session->asks = true;
    } else {
        nf_put_u32s(&agent->out, NF_WINDOW_ADD, session->id, sink_stream(index), NF_WINDOW);
    }
}

static int one_make(struct agent *agent, struct session *session, const char *letters, int slot, const struct command_streams *to)
{
    bool reads = strchr(letters, 'r'), writes = strchr(letters, 'w');
    int ours = -1, copy = -1, command = -1;
    if (letters[0] >= '0' && letters[0] <= '2')
        return to->fd[letters[0] - '0'] < 0 ? -1 : fcntl(to->fd[letters[0] - '0'], F_DUPFD_CLOEXEC, 3);
    if (letters[0] == 't')
        return to->terminal < 0 ? -1 : fcntl(to->terminal, F_DUPFD_CLOEXEC, 3);
    if (reads && writes ? !pair_make(&ours, &copy, &command) : !pipe_make(agent, reads, &ours, &command))
        return -1;
    if (reads)
        sink_make(agent, session, slot, ours, command, letters);
    if (writes)
        nf_source_init(&session->source[SOURCE_MORE + slot], reads ? copy : ours);
    return command;
}

bool more_make(struct agent *agent, struct session *session, struct nf_pairs request, struct command_streams *to)
{
    const char *key, *value;
    int slot = 0;
    while (nf_pairs_next(&request, &key, &value)) {
        char *colon;
        if (strcmp(key, "more") != 0 || to->mores == NF_MORE)
            continue;
        long number = strtol(value, &colon, 10);
        if (*colon != ':' || number < 3 || number > NF_MORE_HIGHEST)
            continue;
        int fd = one_make(agent, session, colon + 1, slot, to);
        slot += strpbrk(colon + 1, "rw") != NULL;
        if (fd < 0)
            return false;
        to->more[to->mores].number = (int)number;
        to->more[to->mores++].fd = fd;
    }
    return true;
}

void more_ask(struct agent *agent, struct session *session)
{
    if (!session->asks)
        return;
    session->asks = false;
    for (int i = SINK_MORE; i < SINKS; i++) {
        struct used *used = &session->used[i];
        if (!used->unasked[0] || !session->sink[i].open)
            continue;
        if (readers_exist(session->leader, used->unasked)) {
            used->unasked[0] = 0;
            nf_put_u32s(&agent->out, NF_WINDOW_ADD, session->id, sink_stream(i), NF_WINDOW);
        } else {
            session->asks = true;
        }
    }
}
