/*
 * places.c - the plan's placeholders, whose values are known only when the VM starts.
 */
#include "nofear.h"

#include <stdlib.h>
#include <string.h>

static const char *value_of(const struct places *places, const char *name, size_t length)
{
    const struct {
        const char *name, *value;
    } known[] = {{"@RUN@", places->run},         {"@CHANNEL_FD@", places->channel_fd}, {"@HOST_IP@", places->host_ip},
                 {"@TSC_KHZ@", places->tsc_khz}, {"@TAP_FD@", places->tap_fd},
                 {"@MEMORY_FD@", places->memory_fd}, {"@QMP_FD@", places->qmp_fd}, {"@FILES_FD@", places->files_fd},
                 {"@GUEST_IP@", places->guest_ip}, {"@PREFIX@", places->prefix},       {"@NAME@", places->name}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i].name) == length && memcmp(known[i].name, name, length) == 0)
            return known[i].value;
    return NULL;
}

char *places_fill(const struct places *places, const char *text)
{
    struct nf_buffer out;
    nf_buffer_init(&out, 1 << 20);
    for (const char *at = text;; at++) {
        const char *end = *at == '@' ? strchr(at + 1, '@') : NULL;
        const char *value = end ? value_of(places, at, (size_t)(end - at) + 1) : NULL;
        if (value) {
            nf_buffer_add(&out, value, strlen(value));
            at = end;
            continue;
        }
        if (nf_buffer_add(&out, at, 1) < 0)
            break;
        if (*at == 0)
            break;
    }
    return need(out.data);
}
