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
    int command;
    tsc_begin();
    caller_take();
    standard_open(&standard); /* before any descriptor could take the place of a closed one */
    if (argc < 2 || strcmp(argv[1], "run") != 0)
        java_exec(argc, argv);
    if (!cache_find(&plan, argc, argv, &command))
        java_plan(&plan, argc, argv, &command);
    if (geteuid() == 0 && !plan_is(&plan, "allow-root", "1"))
        die("root is refused; run it as an ordinary user, or with --allow-root");
    window_decide(&plan, argv + command);
    terminal_init(standard.tty);
    int monitor = launch(&plan, began);
    return frontend_run(&plan, monitor, argv + command, &standard, began);
}
