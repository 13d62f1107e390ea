/*
 * main.c - `nofear`: `nofear run` is done here, every other verb is Java's.
 *
 * Nothing is decided here about options; a call that the cache does not know goes through Java, which checks it. The time from
 * exec of this program to exec of the VMM is most of what NoFear adds to a launch, so nothing is done twice.
 */
#include "nofear.h"

#include "caller.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    uint64_t began = now_ns();
    struct standard standard;
    struct plan plan;
    char error[4400];
    int command;
    tsc_begin();
    caller_take();
    standard_open(&standard); /* before any descriptor could take the place of a closed one */
    if (argc < 2 || strcmp(argv[1], "run") != 0)
        java_exec(argc, argv);
    handed_find(&standard.handed, &standard, argv);
    bool cached = cache_find(&plan, argc, argv, &command);
    if (cached && !shares_open(&plan, error, sizeof error)) {
        plan_free(&plan); /* the folders have changed: what that means is Java's to say */
        cached = false;
    }
    if (!cached) {
        java_plan(&plan, argc, argv, &command);
        if (!shares_open(&plan, error, sizeof error)) {
            say("%s", error);
            return EXIT_NOFEAR;
        }
    }
    if (geteuid() == 0 && !plan_is(&plan, "allow-root", "1"))
        die("root is refused; run it as an ordinary user, or with --allow-root");
    window_decide(&plan, argv + command);
    terminal_init(standard.tty);
    int monitor = launch(&plan, began);
    shares_close(&plan); /* the monitor has them */
    return frontend_run(&plan, monitor, argv + command, &standard, began);
}
