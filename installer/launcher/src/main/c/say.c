/*
 * say.c - messages: one line each, on standard error, never mixed with what the command writes.
 */
#include "nofear.h"

#include "printable.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* One write, so that lines of several processes do not mix. In raw mode a line needs its carriage return. Whatever is in the text,
 * a name that the caller gave or what a guest says, it is made printable here. */
static void line(const char *text, size_t length)
{
    char whole[4096] = "nofear: ";
    const char *end = terminal_is_raw() ? "\r\n" : "\n";
    size_t n = strlen(whole);
    n += printable(whole + n, sizeof whole - n - strlen(end), text, length);
    memcpy(whole + n, end, strlen(end));
    if (write(STDERR_FILENO, whole, n + strlen(end)) < 0)
        return;
}

static void say_arguments(const char *format, va_list arguments)
{
    char text[1280];
    vsnprintf(text, sizeof text, format, arguments);
    line(text, strlen(text));
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
}

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    terminal_restore();
    say_arguments(format, arguments);
    va_end(arguments);
    exit(EXIT_NOFEAR);
}

void say_text(const char *text, size_t length)
{
    line(text, length);
}

void *need(void *memory)
{
    if (!memory)
        die("no memory");
    return memory;
}
