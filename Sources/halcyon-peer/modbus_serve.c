// SPDX-License-Identifier: Apache-2.0

// Modbus slaves made of libmodbus' own server calls. Their tables, ADDRESSES long:
//   coil i      1 where i is a multiple of 3
//   discrete i  1 where i is odd
//   holding i   i
//   input i     65535 - i, except
//   input 1000  milliseconds since the start, two registers, most significant first
// Reads that touch holding or input registers HOLE to HOLE + 9 are refused as illegal addresses.

#include "peer.h"

#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESSES = 4000, CLOCK = 1000, HOLE = 500, HOLE_LENGTH = 10 };

struct options {
    long port;
    long unit;
    long seconds;
};

static modbus_mapping_t *tables;
static struct timespec start;

static int parse(struct options *options, int count, char **arguments) {
    for (int index = 0; index < count; index += 2) {
        const char *name = arguments[index];
        if (index + 1 == count) {
            fprintf(stderr, "halcyon-peer: %s needs a value\n", name);
            return -1;
        }
        const char *text = arguments[index + 1];
        if (strcmp(name, "--port") == 0) {
            options->port = peer_number(name, text, 0, 65535);
        } else if (strcmp(name, "--unit") == 0) {
            options->unit = peer_number(name, text, 1, 247);
        } else if (strcmp(name, "--seconds") == 0) {
            options->seconds = peer_number(name, text, 1, 86400);
        } else {
            fprintf(stderr, "halcyon-peer: %s is no option\n", name);
            return -1;
        }
    }
    return 0;
}

static int make_tables(void) {
    tables = modbus_mapping_new(ADDRESSES, ADDRESSES, ADDRESSES, ADDRESSES);
    if (tables == NULL) return -1;
    for (int index = 0; index < ADDRESSES; index++) {
        tables->tab_bits[index] = index % 3 == 0;
        tables->tab_input_bits[index] = index % 2;
        tables->tab_registers[index] = (uint16_t)index;
        tables->tab_input_registers[index] = (uint16_t)(65535 - index);
    }
    return clock_gettime(CLOCK_MONOTONIC, &start);
}

static void move_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long milliseconds =
        (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;
    tables->tab_input_registers[CLOCK] = (uint16_t)(milliseconds >> 16);
    tables->tab_input_registers[CLOCK + 1] = (uint16_t)milliseconds;
}

static int touches_hole(const uint8_t *request) {
    int first = request[1] << 8 | request[2];
    int end = first + (request[3] << 8 | request[4]);
    int reads_registers = request[0] == MODBUS_FC_READ_HOLDING_REGISTERS ||
                          request[0] == MODBUS_FC_READ_INPUT_REGISTERS;
    return reads_registers && first < HOLE + HOLE_LENGTH && end > HOLE;
}

// Answers one request; -1 when the connection is to be closed.
static int answer(modbus_t *context, long unit) {
    uint8_t request[MODBUS_MAX_ADU_LENGTH];
    int length = modbus_receive(context, request);
    if (length <= 0) return length;
    int header = modbus_get_header_length(context);
    if (unit != 0 && request[header - 1] != unit) return 0;
    move_clock();
    if (touches_hole(request + header)) {
        return modbus_reply_exception(context, request, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
    }
    return modbus_reply(context, request, length, tables);
}

static int announce(int listener) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) return -1;
    printf("%d\n", ntohs(address.sin_port));
    return fflush(stdout);
}

static void accept_one(int listener, fd_set *open, int *highest) {
    int descriptor = accept(listener, NULL, NULL);
    if (descriptor < 0) return;
    if (descriptor >= FD_SETSIZE) {
        close(descriptor);
        return;
    }
    FD_SET(descriptor, open);
    if (descriptor > *highest) *highest = descriptor;
}

static int serve_tcp(modbus_t *context, int listener, long unit) {
    fd_set open;
    FD_ZERO(&open);
    FD_SET(listener, &open);
    int highest = listener;
    for (;;) {
        fd_set ready = open;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
            if (errno == EINTR) continue;
            perror("halcyon-peer: select");
            return 1;
        }
        for (int descriptor = 0; descriptor <= highest; descriptor++) {
            if (!FD_ISSET(descriptor, &ready)) continue;
            if (descriptor == listener) {
                accept_one(listener, &open, &highest);
                continue;
            }
            modbus_set_socket(context, descriptor);
            if (answer(context, unit) < 0) {
                close(descriptor);
                FD_CLR(descriptor, &open);
            }
        }
    }
}

int modbus_serve(int count, char **arguments) {
    struct options options = {.port = 0, .unit = 0, .seconds = 600};
    if (parse(&options, count, arguments) != 0) return 2;
    // The default action ends the process: no test can leave a server behind for good.
    alarm((unsigned int)options.seconds);
    modbus_t *context = modbus_new_tcp("127.0.0.1", (int)options.port);
    if (context == NULL || make_tables() != 0) {
        perror("halcyon-peer: modbus-serve");
        return 1;
    }
    int listener = modbus_tcp_listen(context, 16);
    if (listener < 0 || announce(listener) != 0) {
        perror("halcyon-peer: listen");
        return 1;
    }
    return serve_tcp(context, listener, options.unit);
}

int modbus_rtu_serve(int count, char **arguments) {
    struct options options = {.port = 0, .unit = 1, .seconds = 600};
    if (count < 2) {
        fprintf(stderr, "halcyon-peer: modbus-rtu-serve needs DEVICE and BAUD\n");
        return 2;
    }
    if (parse(&options, count - 2, arguments + 2) != 0) return 2;
    alarm((unsigned int)options.seconds);
    int baud = (int)peer_number("BAUD", arguments[1], 110, 4000000);
    modbus_t *context = modbus_new_rtu(arguments[0], baud, 'N', 8, 1);
    if (context == NULL || make_tables() != 0 ||
        modbus_set_slave(context, (int)options.unit) != 0 || modbus_connect(context) != 0) {
        fprintf(stderr, "halcyon-peer: %s: %s\n", arguments[0], modbus_strerror(errno));
        return 1;
    }
    // After a request to another slave libmodbus takes what follows for that slave's answer, for
    // as long as this time-out: keep it short, or a dead neighbour would silence this one.
    modbus_set_response_timeout(context, 0, 20000);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        if (answer(context, options.unit) < 0 && (errno == EIO || errno == ECONNRESET)) return 0;
    }
}
