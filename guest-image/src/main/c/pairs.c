/*
 * pairs.c - key NUL value NUL key NUL value NUL ...: the payloads with structure, the plan file and the status file.
 *
 * A list is a key that comes more than once; the order is kept. The reader never runs past the end: data that is cut short
 * ends the iteration, and nf_pairs_valid says so beforehand.
 */
#include "protocol.h"

#include <stdio.h>
#include <string.h>

struct nf_pairs nf_pairs_of(const void *data, size_t length)
{
    const char *at = data;
    return (struct nf_pairs){at, at ? at + length : at};
}

static const char *word(struct nf_pairs *pairs)
{
    if (pairs->at == pairs->end)
        return NULL;
    const char *nul = memchr(pairs->at, 0, (size_t)(pairs->end - pairs->at));
    if (!nul) {
        pairs->at = pairs->end;
        return NULL;
    }
    const char *found = pairs->at;
    pairs->at = nul + 1;
    return found;
}

bool nf_pairs_next(struct nf_pairs *pairs, const char **key, const char **value)
{
    *key = word(pairs);
    *value = *key ? word(pairs) : NULL;
    return *value != NULL;
}

bool nf_pairs_valid(const void *data, size_t length)
{
    const char *bytes = data;
    size_t words = 0;
    for (size_t i = 0; i < length; i++)
        words += bytes[i] == 0;
    return words % 2 == 0 && (length == 0 || bytes[length - 1] == 0);
}

const char *nf_pairs_get(struct nf_pairs pairs, const char *wanted)
{
    const char *key, *value;
    while (nf_pairs_next(&pairs, &key, &value))
        if (strcmp(key, wanted) == 0)
            return value;
    return NULL;
}

int nf_pair_add(struct nf_buffer *out, const char *key, const char *value)
{
    size_t before = out->end - out->start;
    if (nf_buffer_add(out, key, strlen(key) + 1) == 0 && nf_buffer_add(out, value, strlen(value) + 1) == 0)
        return 0;
    out->end = out->start + before;
    return -1;
}

int nf_pair_add_number(struct nf_buffer *out, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return nf_pair_add(out, key, text);
}

bool nf_number(const char *text, uint64_t max, uint64_t *value)
{
    if (!text || !*text)
        return false;
    uint64_t sum = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (digit > max || sum > (max - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}
