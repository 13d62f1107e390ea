/*
 * printable.h - text that a guest, a VMM or another program wrote, made fit for a terminal.
 */
#ifndef NOFEAR_PRINTABLE_H
#define NOFEAR_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Copies as much as there is room for, with a closing zero; the length. Nothing of it moves the cursor, ends the line, changes
 * the terminal's state or the order in which text is shown. */
size_t printable(char *to, size_t size, const char *text, size_t length);

bool is_utf8(const char *text, size_t length);

#endif
