/* slot.c: processes that start at once get slots of their own, which come back however the processes end. */
#include "nofear.h"

#include "check.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 32 };

/* A subnet of the test's own: slots are the network namespace's. */
#define PLAN(reach) "format\0nofear-plan-2\0net.mode\0capability\0net.subnet\0" "198.19.251.0/24\0net.reach\0" reach "\0"

static struct plan plan_of(const char *bytes, size_t length)
{
    struct plan plan;
    FILE *file = tmpfile();
    if (!file || fwrite(bytes, 1, length, file) != length || fflush(file) != 0)
        exit(2);
    lseek(fileno(file), 0, SEEK_SET);
    if (!plan_read(&plan, fileno(file)))
        exit(2);
    fclose(file);
    return plan;
}

static int take(const char *bytes, size_t length, struct places *places)
{
    char error[256] = "";
    struct plan plan = plan_of(bytes, length);
    int fd = slot_take(&plan, places, error, sizeof error);
    plan_free(&plan);
    return fd;
}
#define TAKE(reach, places) take(PLAN(reach), sizeof PLAN(reach) - 1, places)

static void at_once(void)
{
    int said[2], gate[2];
    pid_t children[PROCESSES];
    if (pipe(said) < 0 || pipe(gate) < 0)
        exit(2);
    for (int i = 0; i < PROCESSES; i++)
        if ((children[i] = fork()) == 0) {
            struct places places = {.tap = ""};
            char go;
            close(gate[1]);
            (void)!read(gate[0], &go, 1); /* all at once */
            int fd = TAKE("lan", &places);
            unsigned char slot = fd < 0 ? 255 : (unsigned char)atoi(places.tap + strlen("nofear"));
            (void)!write(said[1], &slot, 1);
            pause();
        }
    close(gate[0]);
    close(gate[1]);
    bool seen[256] = {false}, distinct = true;
    for (int i = 0; i < PROCESSES; i++) {
        unsigned char slot = 255;
        (void)!read(said[0], &slot, 1);
        distinct &= slot < PROCESSES && !seen[slot];
        seen[slot] = true;
    }
    CHECK("processes that start at once get slots of their own", distinct);
    struct places places = {.tap = ""};
    CHECK("when all are taken there is none", TAKE("lan", &places) < 0);
    int other = TAKE("internet", &places);
    CHECK("those for the Internet alone are others", other >= 0 && strcmp(places.tap, "nofear32") == 0);
    CHECK("in the upper half", strcmp(places.host_ip, "198.19.251.129") == 0 && strcmp(places.guest_ip, "198.19.251.130") == 0);
    close(other);
    for (int i = 0; i < PROCESSES; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    int fd = TAKE("lan", &places);
    CHECK("a killed process gives its slot back", fd >= 0 && strcmp(places.tap, "nofear0") == 0);
    CHECK("the first has the first addresses", strcmp(places.host_ip, "198.19.251.1") == 0 && strcmp(places.guest_ip, "198.19.251.2") == 0 && strcmp(places.prefix, "30") == 0);
    close(fd);
}

static void subnets(void)
{
    static const char tiny[] = "format\0nofear-plan-2\0net.mode\0capability\0net.subnet\0" "198.19.252.0/29\0",
                      single[] = "format\0nofear-plan-2\0net.mode\0capability\0net.subnet\0" "198.19.252.0/30\0",
                      none[] = "format\0nofear-plan-2\0net.mode\0capability\0net.subnet\0" "x\0";
    struct places places = {.tap = ""};
    int fd = take(tiny, sizeof tiny - 1, &places);
    CHECK("a /29 has one of each kind", fd >= 0 && take(tiny, sizeof tiny - 1, &places) < 0);
    close(fd);
    CHECK("a /30 cannot be halved", take(single, sizeof single - 1, &places) < 0);
    CHECK("what is no subnet has no slots", take(none, sizeof none - 1, &places) < 0);
}

int main(void)
{
    at_once();
    subnets();
    CHECK_END();
}
