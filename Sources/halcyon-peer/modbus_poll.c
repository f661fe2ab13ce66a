// SPDX-License-Identifier: Apache-2.0

// The fastest plain loop that libmodbus allows: input registers from address 0, one read after the
// other on one connection. Prints registers per second.

#include "peer.h"

#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>

int modbus_poll(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "halcyon-peer: modbus-poll needs HOST PORT MILLISECONDS COUNT\n");
        return 2;
    }
    double seconds = (double)peer_number("MILLISECONDS", arguments[2], 1, 3600000) / 1000;
    long registers = peer_number("COUNT", arguments[3], 1, MODBUS_MAX_READ_REGISTERS);
    modbus_t *context = modbus_new_tcp_pi(arguments[0], arguments[1]);
    if (context == NULL || modbus_connect(context) != 0) {
        fprintf(stderr, "halcyon-peer: connect: %s\n", modbus_strerror(errno));
        return 1;
    }
    uint16_t values[MODBUS_MAX_READ_REGISTERS];
    double begin = peer_seconds();
    double now = begin;
    long reads = 0;
    while (now - begin < seconds) {
        if (modbus_read_input_registers(context, 0, (int)registers, values) != registers) {
            fprintf(stderr, "halcyon-peer: read: %s\n", modbus_strerror(errno));
            return 1;
        }
        reads++;
        now = peer_seconds();
    }
    printf("%.0f\n", (double)(reads * registers) / (now - begin));
    modbus_close(context);
    modbus_free(context);
    return 0;
}
