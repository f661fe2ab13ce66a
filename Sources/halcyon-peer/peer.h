// SPDX-License-Identifier: Apache-2.0

// A stand-alone program beside the agent: the reference that tests and benchmarks hold it against.
// It uses the C libraries directly and shares no code with the agent.

#ifndef HALCYON_PEER_H
#define HALCYON_PEER_H

// Each runs one subcommand with its own arguments and returns the exit status.
int modbus_serve(int count, char **arguments);
int modbus_rtu_serve(int count, char **arguments);
int modbus_poll(int count, char **arguments);
int sign(int count, char **arguments);

// The whole number that `text` spells, or exits with status 2 if it is none from `low` to `high`.
long peer_number(const char *name, const char *text, long low, long high);

// Seconds by the monotonic clock.
double peer_seconds(void);

#endif
