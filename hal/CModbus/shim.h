// SPDX-License-Identifier: Apache-2.0

#ifndef HALCYON_CMODBUS_SHIM_H
#define HALCYON_CMODBUS_SHIM_H

#include <modbus/modbus.h>

// Swift does not import these: macros whose expansion adds an enumerator to another macro.

static inline int cmodbus_bad_crc(void) { return EMBBADCRC; }
static inline int cmodbus_bad_data(void) { return EMBBADDATA; }
static inline int cmodbus_too_many_data(void) { return EMBMDATA; }
static inline int cmodbus_bad_slave(void) { return EMBBADSLAVE; }

#endif
