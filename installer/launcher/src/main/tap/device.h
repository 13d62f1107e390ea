/* The taps themselves. */
#ifndef NOFEAR_TAP_DEVICE_H
#define NOFEAR_TAP_DEVICE_H

#include "slot.h"

#include <net/if.h>

struct device {
    int fd;
    unsigned index;
    char name[IFNAMSIZ];
    struct slot slot;
};
/* A fresh tap in the first slot that is free; 0, or a negative error number: -EBUSY when none is. */
int device_make(struct device *device, const struct slots *slots);
/* Before it is up: none of what the host would do on an interface by itself. */
int device_silence(const struct device *device);

#endif
