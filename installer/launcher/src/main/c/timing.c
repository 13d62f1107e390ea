/*
 * timing.c - where the time of a launch went (--timing). The host's stages are from one clock; the guest's kernel time counts
 * from its own start, and the moment of that start on the host's clock follows from when HELLO came.
 */
#include "nofear.h"

#include <string.h>

static uint64_t at(const struct nf_frame *stages, const char *key)
{
    uint64_t value = 0;
    nf_number(nf_pairs_get(nf_pairs_of(stages->payload, stages->length), key), UINT64_MAX / 2, &value);
    return value;
}

static void stage(const char *name, uint64_t from, uint64_t to)
{
    say("timing: %-9s %9.1f ms", name, to > from ? (double)(to - from) / 1e6 : 0.0);
}

/* What the guest's own clock shows, which the host's load does not move: 0 is its kernel's start. */
static void uptime(const char *moment, uint64_t value)
{
    say("timing: guest uptime at %s %.3f ms", moment, (double)value / 1e6);
}

void timing_print(const struct nf_frame *stages, uint64_t began, uint64_t exited)
{
    uint64_t end = now_ns();
    if (!nf_pairs_valid(stages->payload, stages->length)) {
        say("timing: none of the VM");
        return;
    }
    uint64_t executed = at(stages, "vmm"), hello = at(stages, "hello"), booted = at(stages, "booted"),
             started = at(stages, "started");
    if (started == 0) {
        stage("start", began, exited); /* of a command that could not be started */
        stage("end", exited, end);
        stage("total", began, end);
        return;
    }
    uint64_t guest_hello = at(stages, "guest.hello"), guest_init = at(stages, "guest.init");
    uint64_t kernel = hello > guest_hello ? hello - guest_hello : executed;
    if (executed >= began) { /* else this call joined a VM that ran already */
        stage("launcher", began, executed);
        stage("vmm", executed, kernel);
        stage("kernel", kernel, kernel + guest_init);
        stage("init", kernel + guest_init, hello);
        stage("mounts", hello, booted);
        stage("start", booted, started);
    } else {
        stage("start", began, started);
    }
    stage("command", started, exited);
    stage("end", exited, end);
    stage("total", began, end);
    if (guest_init == 0) {
        say("timing: the guest did not boot, but went on from a snapshot");
        return;
    }
    uptime("init", guest_init);
    uptime("hello", guest_hello);
    uptime("exec", at(stages, "guest.exec"));
}
