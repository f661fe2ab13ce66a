// SPDX-License-Identifier: Apache-2.0

#ifndef HALCYON_CGPIOD_SHIM_H
#define HALCYON_CGPIOD_SHIM_H

// One small interface over both generations of libgpiod, because Swift can call neither through
// names that are in only one of them. Which one it is, is settled by the headers that are there.
// Results are as usual in C: -1 or NULL with errno set for a failure.

#include <errno.h>
#include <gpiod.h>
#include <linux/gpio.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// A line's name and consumer have at most 32 bytes in the kernel's interface, its end included.
#define CGPIOD_NAME_BYTES 64

// How a line is requested.
struct cgpiod_settings {
    bool is_output;
    bool initial;     // an output's first level
    bool active_low;
    uint8_t bias;     // 0 as it is, 1 none, 2 pull up, 3 pull down
    uint8_t drive;    // 0 push-pull, 1 open drain, 2 open source
    bool rising;      // which edges to report
    bool falling;
    uint32_t debounce_microseconds; // API 2 only
};

// What the kernel says of a line.
struct cgpiod_line_info {
    char name[CGPIOD_NAME_BYTES];     // empty for none
    char consumer[CGPIOD_NAME_BYTES]; // who has it
    bool is_used;
    bool is_output;
};

// An edge; its number among those of the line begins at 1, and is 0 where the API has none.
struct cgpiod_edge {
    uint64_t nanoseconds; // CLOCK_MONOTONIC
    uint32_t sequence;
    bool is_rising;
};

static inline void cgpiod_copy_name(char *to, const char *from) {
    to[0] = '\0';
    if (from) {
        strncpy(to, from, CGPIOD_NAME_BYTES - 1);
        to[CGPIOD_NAME_BYTES - 1] = '\0';
    }
}

// Swift's module of the C library does not have eventfd(2).
static inline int cgpiod_bell(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

#ifdef GPIOD_BIT
#include "api1.h"
#else
#include "api2.h"
#endif

#endif
