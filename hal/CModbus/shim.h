// SPDX-License-Identifier: Apache-2.0

#ifndef HALCYON_CMODBUS_SHIM_H
#define HALCYON_CMODBUS_SHIM_H

#include <linux/serial.h>
#include <modbus/modbus.h>

// Swift does not import these: macros whose expansion adds an enumerator to another macro.

static inline int cmodbus_bad_crc(void) { return EMBBADCRC; }
static inline int cmodbus_bad_data(void) { return EMBBADDATA; }
static inline int cmodbus_too_many_data(void) { return EMBMDATA; }
static inline int cmodbus_bad_slave(void) { return EMBBADSLAVE; }

// Swift does not import these: flags that newer headers write by a macro with arguments.

static inline unsigned int cmodbus_rs485_enabled(void) { return SER_RS485_ENABLED; }
static inline unsigned int cmodbus_rs485_rts_on_send(void) { return SER_RS485_RTS_ON_SEND; }
static inline unsigned int cmodbus_rs485_rts_after_send(void) { return SER_RS485_RTS_AFTER_SEND; }

// Swift does not import this one either; headers before Linux 5.19 lack it.
static inline unsigned int cmodbus_rs485_terminated(void) {
#ifdef SER_RS485_TERMINATE_BUS
    return SER_RS485_TERMINATE_BUS;
#else
    return 0;
#endif
}

#endif
