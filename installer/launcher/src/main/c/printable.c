/*
 * printable.c - the only way for foreign text to a terminal. Java's twin of it is org.nofear.image.Printable; the tests of both
 * read the same cases, guest-image/src/test/resources/printable.txt.
 *
 * What is well-formed UTF-8 and shows stays. Control characters (C1's as well, which some terminals obey), marks that turn the
 * direction of writing or are not to be seen, and what is no character come as \x1b, \u202e, \U000e0001; a byte that is no UTF-8
 * as \xff. Joiners (U+200C, U+200D) stay: words and pictures need them.
 */
#include "printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool shows(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {{0, 0x1f},         {0x7f, 0x9f},       {0xad, 0xad},       {0x61c, 0x61c},     {0x180e, 0x180e},
                  {0x200b, 0x200b},  {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0xd800, 0xdfff},
                  {0xfdd0, 0xfdef},  {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (c >= hidden[i].first && c <= hidden[i].last)
            return false;
    return (c & 0xfffe) != 0xfffe;
}

/* The character that begins here and its length; 0 where no well-formed one does. */
static size_t decode(const unsigned char *at, size_t length, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = at[0] < 0x80 ? 1 : at[0] < 0xc0 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf8 ? 4 : 0;
    if (n == 0 || n > length)
        return 0;
    *c = n == 1 ? at[0] : at[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (at[i] & 0x3f);
    }
    return *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : n;
}

size_t printable(char *to, size_t size, const char *text, size_t length)
{
    size_t used = 0;
    if (size == 0)
        return 0;
    for (size_t i = 0, n; i < length; i += n) {
        const unsigned char *at = (const unsigned char *)text + i;
        char piece[16];
        uint32_t c = 0;
        size_t shown;
        n = decode(at, length - i, &c);
        if (n > 0 && shows(c)) {
            memcpy(piece, at, n);
            shown = n;
        } else {
            const char *form = n < 2 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
            shown = (size_t)snprintf(piece, sizeof piece, form, n == 0 ? (unsigned)at[0] : (unsigned)c);
            n = n == 0 ? 1 : n;
        }
        if (used + shown >= size)
            break;
        memcpy(to + used, piece, shown);
        used += shown;
    }
    to[used] = 0;
    return used;
}

bool is_utf8(const char *text, size_t length)
{
    uint32_t c;
    for (size_t i = 0, n; i < length; i += n)
        if ((n = decode((const unsigned char *)text + i, length - i, &c)) == 0)
            return false;
    return true;
}
