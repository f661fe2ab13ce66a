// SPDX-License-Identifier: Apache-2.0

// A 1-Wire bus of simulated DS18B20 thermometers, bit by bit, so that the kernel's own search, CRC check and
// thermometer driver run unchanged. Everything is a parameter that may be written while it runs, one value for each
// thermometer, as in: echo 21500,-7250 > /sys/module/w1_ds18b20/parameters/millidegrees
//
// Commands and the scratchpad are those of the DS18B20 data sheet (Analog Devices 19-7487).

#include <linux/module.h>
#include <linux/w1.h>

#define SLAVES 2

static int millidegrees[SLAVES] = {21500, 4250};
module_param_array(millidegrees, int, NULL, 0644);
MODULE_PARM_DESC(millidegrees, "temperatures, in thousandths of a degree Celsius");

static bool bad_crc[SLAVES];
module_param_array(bad_crc, bool, NULL, 0644);
MODULE_PARM_DESC(bad_crc, "scratchpads arrive with a wrong checksum");

static bool brownout[SLAVES];
module_param_array(brownout, bool, NULL, 0644);
MODULE_PARM_DESC(brownout, "power fails in every conversion: the scratchpad holds the power-on value, 85 degrees");

static bool absent[SLAVES];
module_param_array(absent, bool, NULL, 0644);
MODULE_PARM_DESC(absent, "thermometers that are unplugged");

enum state { IDLE, ROM_COMMAND, FUNCTION_COMMAND, SEARCH, MATCH, SEND, STORE };

struct slave {
    u8 rom[8];
    u8 scratchpad[9];
    enum state state;
    // Bits so far in this state; in SEARCH three steps for each bit of the ROM code.
    unsigned int count;
    u8 shift;
    u8 sent[9];
    unsigned int sent_bytes;
};

static struct slave slaves[SLAVES] = {
    {.rom = {0x28, 0x01, 0x48, 0x41, 0x4c, 0x00, 0x00}},
    {.rom = {0x28, 0x02, 0x48, 0x41, 0x4c, 0x00, 0x00}},
};

static const u8 power_on[] = {0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10};

// The kernel's own is for modules of its licence only.
static u8 crc8(const u8 *bytes, unsigned int count) {
    u8 crc = 0;
    unsigned int bit;

    while (count--) {
        crc ^= *bytes++;
        for (bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0x8c : 0);
    }
    return crc;
}

static void enter(struct slave *slave, enum state state) {
    slave->state = state;
    slave->count = 0;
    slave->shift = 0;
}

static void send(struct slave *slave, const u8 *bytes, unsigned int count) {
    memcpy(slave->sent, bytes, count);
    slave->sent_bytes = count;
    enter(slave, SEND);
}

static void convert(struct slave *slave, unsigned int number) {
    // The lowest bits are undefined at less than twelve bits of resolution.
    const int unused = 3 - ((slave->scratchpad[4] >> 5) & 3);
    const s16 value = (millidegrees[number] * 16 / 1000) & ~((1 << unused) - 1);

    if (brownout[number]) {
        // It forgets everything, its settings too.
        memcpy(slave->scratchpad, power_on, sizeof(power_on));
        return;
    }
    slave->scratchpad[0] = value & 0xff;
    slave->scratchpad[1] = (value >> 8) & 0xff;
    // Not in the data sheet, but in the chip: what the last step left over. It tells 85 degrees from a power-on.
    slave->scratchpad[6] = 0x10 - (value & 0x0f);
}

static void send_scratchpad(struct slave *slave, unsigned int number) {
    slave->scratchpad[8] = crc8(slave->scratchpad, 8) ^ (bad_crc[number] ? 0x01 : 0x00);
    send(slave, slave->scratchpad, sizeof(slave->scratchpad));
}

static void rom_command(struct slave *slave, u8 command) {
    switch (command) {
    case 0xf0: enter(slave, SEARCH); break;
    case 0x55: enter(slave, MATCH); break;
    case 0xcc: enter(slave, FUNCTION_COMMAND); break;
    case 0x33: send(slave, slave->rom, sizeof(slave->rom)); break;
    default: enter(slave, IDLE); break;
    }
}

static void function_command(struct slave *slave, unsigned int number, u8 command) {
    static const u8 external_power[] = {0xff};

    switch (command) {
    case 0x44:
        convert(slave, number);
        enter(slave, IDLE);
        break;
    case 0xbe: send_scratchpad(slave, number); break;
    case 0x4e: enter(slave, STORE); break;
    case 0xb4: send(slave, external_power, sizeof(external_power)); break;
    default: enter(slave, IDLE); break;
    }
}

static u8 bit_of(const u8 *bytes, unsigned int index) {
    return (bytes[index / 8] >> (index % 8)) & 1;
}

// Takes a bit and, once there are eight, tells that `shift` holds a byte.
static bool collect(struct slave *slave, u8 bit) {
    if (slave->count % 8 == 0) slave->shift = 0;
    slave->shift |= bit << (slave->count % 8);
    return ++slave->count % 8 == 0;
}

// A slot of one slave: what the master writes, and what the slave leaves of a one.
static u8 slot(struct slave *slave, unsigned int number, u8 bit) {
    u8 own;

    switch (slave->state) {
    case ROM_COMMAND:
        if (collect(slave, bit)) rom_command(slave, slave->shift);
        return bit;
    case FUNCTION_COMMAND:
        if (collect(slave, bit)) function_command(slave, number, slave->shift);
        return bit;
    case SEARCH:
        own = bit_of(slave->rom, slave->count / 3);
        switch (slave->count++ % 3) {
        case 0: return bit & own;
        case 1: return bit & !own;
        }
        if (bit != own) enter(slave, IDLE);
        else if (slave->count == 3 * 64) enter(slave, FUNCTION_COMMAND);
        return bit;
    case MATCH:
        if (bit != bit_of(slave->rom, slave->count++)) enter(slave, IDLE);
        else if (slave->count == 64) enter(slave, FUNCTION_COMMAND);
        return bit;
    case SEND:
        if (slave->count == 8 * slave->sent_bytes) return bit;
        return bit & bit_of(slave->sent, slave->count++);
    case STORE:
        if (collect(slave, bit)) slave->scratchpad[1 + slave->count / 8] = slave->shift;
        if (slave->count == 24) enter(slave, IDLE);
        return bit;
    default: return bit;
    }
}

// The bus is a wired AND of all that hang on it.
static u8 touch_bit(void *data, u8 bit) {
    unsigned int number;
    u8 level = bit;

    for (number = 0; number < SLAVES; number++)
        if (!absent[number]) level &= slot(&slaves[number], number, bit);
    return level;
}

// Zero where somebody answers with a presence pulse.
static u8 reset_bus(void *data) {
    unsigned int number;
    u8 level = 1;

    for (number = 0; number < SLAVES; number++) {
        enter(&slaves[number], ROM_COMMAND);
        if (!absent[number]) level = 0;
    }
    return level;
}

static struct w1_bus_master master = {.touch_bit = touch_bit, .reset_bus = reset_bus};

static int __init start(void) {
    unsigned int number;

    for (number = 0; number < SLAVES; number++) {
        slaves[number].rom[7] = crc8(slaves[number].rom, 7);
        memcpy(slaves[number].scratchpad, power_on, sizeof(power_on));
    }
    return w1_add_master_device(&master);
}

static void __exit stop(void) { w1_remove_master_device(&master); }

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("simulated DS18B20 thermometers on a 1-Wire bus");
MODULE_LICENSE("Apache-2.0");
