/*
 * signals.c - signals to this program are signals to the command.
 *
 * They are blocked and read from a descriptor, so that each is one event of the loop. What the caller ignores (nohup, a shell's
 * background job) stays ignored, here and in the guest.
 */
#include "nofear.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t ignored;

static bool forwarded(int number)
{
    switch (number) {
    case SIGKILL:
    case SIGSTOP:
    case SIGCHLD:
    case SIGPIPE:
    case SIGTTIN:
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGABRT:
    case SIGTRAP:
        return false;
    default:
        return number < 32 || (number >= SIGRTMIN && number <= SIGRTMAX);
    }
}

bool signals_ignored(int number)
{
    return sigismember(&ignored, number) == 1;
}

int signals_take(void)
{
    sigset_t taken;
    sigemptyset(&taken);
    sigemptyset(&ignored);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            sigaddset(&ignored, number);
        /* SIGTTOU is blocked, not forwarded: setting the terminal back must not stop us. */
        if (forwarded(number) && !signals_ignored(number))
            sigaddset(&taken, number);
    }
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_SETMASK, &taken, NULL);
    return signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* In a child: as a program expects to start. */
void signals_default(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void signals_stop(int number, bool group)
{
    sigset_t just, before;
    sigemptyset(&just);
    sigaddset(&just, number);
    if (number != SIGSTOP)
        signal(number, SIG_DFL);
    if (group)
        kill(0, number);
    else
        raise(number);
    /* Blocked until here: now it stops us, unless our process group is orphaned; then nothing would ever continue it. */
    sigprocmask(SIG_UNBLOCK, &just, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void signals_describe(struct nf_buffer *request)
{
    for (int number = 1; number < NSIG; number++)
        if (signals_ignored(number))
            nf_pair_add_number(request, "ignore", (uint64_t)number);
}
