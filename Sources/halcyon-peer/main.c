// SPDX-License-Identifier: Apache-2.0

#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    const char *usage;
    int (*run)(int count, char **arguments);
} commands[] = {
    {"modbus-serve", "[--port PORT] [--unit UNIT] [--seconds SECONDS]", modbus_serve},
    {"modbus-rtu-serve", "DEVICE BAUD [--unit UNIT] [--seconds SECONDS]", modbus_rtu_serve},
    {"modbus-poll", "HOST PORT MILLISECONDS COUNT", modbus_poll},
    {"sign", "plain|guarded MILLISECONDS BYTES", sign},
};

long peer_number(const char *name, const char *text, long low, long high) {
    char *end = NULL;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high) {
        fprintf(stderr, "halcyon-peer: %s must be %ld to %ld, not %s\n", name, low, high, text);
        exit(2);
    }
    return value;
}

double peer_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    size_t known = sizeof commands / sizeof commands[0];
    for (size_t index = 0; count > 1 && index < known; index++) {
        if (strcmp(arguments[1], commands[index].name) == 0) {
            return commands[index].run(count - 2, arguments + 2);
        }
    }
    fprintf(stderr, "usage:\n");
    for (size_t index = 0; index < known; index++) {
        fprintf(stderr, "  halcyon-peer %s %s\n", commands[index].name, commands[index].usage);
    }
    return 2;
}
