/*
 * say.c - messages: one line each, on standard error, never mixed with what the command writes.
 */
#include "nofear.h"

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

/* One write, so that lines of several processes do not mix. In raw mode a line needs its carriage return. */
static void line(const char *text, size_t length)
{
    char whole[1400];
    const char *end = terminal_is_raw() ? "\r\n" : "\n";
    if (length > sizeof whole - 16)
        length = sizeof whole - 16;
    memcpy(whole, "nofear: ", 8);
    memcpy(whole + 8, text, length);
    memcpy(whole + 8 + length, end, strlen(end));
    if (write(STDERR_FILENO, whole, 8 + length + strlen(end)) < 0)
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

void say_foreign(const char *text, size_t length)
{
    char clean[1280];
    size_t n = 0;
    for (size_t i = 0; i < length && n < sizeof clean; i++) {
        unsigned char c = (unsigned char)text[i];
        clean[n++] = c < 32 || c == 127 ? '?' : (char)c;
    }
    line(clean, n);
}

void *need(void *memory)
{
    if (!memory)
        die("no memory");
    return memory;
}
