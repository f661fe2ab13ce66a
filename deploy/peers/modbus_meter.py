# SPDX-License-Identifier: Apache-2.0
"""A Modbus TCP server that plays a three-phase energy meter whose registers move.

Input registers, IEEE 754 float32 in ABCD order, laid out as common DIN-rail meters have them:
    0, 2, 4     phase voltages, V          6, 8, 10    phase currents, A
    12, 14, 16  phase powers, W            52          total power, W
    70          frequency, Hz              72          imported energy, kWh
Holding registers: 0 device state (uint16), 1 supply temperature in 0.1 degrees C (int16).
Coil 0: the relay. Discrete input 0: whether power is drawn. Every other address is an illegal one.

Prints one JSON line {"port": N} when it listens. Ends when standard input closes, on SIGTERM, or after --seconds.
"""

import argparse
import asyncio
import json
import math
import signal
import struct
import sys
import time

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

COILS, DISCRETE, HOLDING, INPUT = 1, 2, 3, 4


def floats(value: float) -> list[int]:
    """A float32 as two registers, most significant first."""
    return list(struct.unpack(">HH", struct.pack(">f", value)))


class Meter:
    """The quantities of the meter at any moment, as functions of the time since it was switched on."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def quantities(self) -> dict[int, float]:
        now = time.monotonic() - self.start
        volts = [230 + 2.5 * math.sin(now / 17 + phase) for phase in (0, 2.1, 4.2)]
        amps = [4 + phase + 1.5 * math.sin(now / (5 + phase)) for phase in (0, 1, 2)]
        watts = [volt * amp for volt, amp in zip(volts, amps)]
        values = {0: volts[0], 2: volts[1], 4: volts[2], 6: amps[0], 8: amps[1], 10: amps[2]}
        values |= {12: watts[0], 14: watts[1], 16: watts[2], 52: sum(watts)}
        values |= {70: 50 + 0.02 * math.sin(now / 3), 72: 1234.5 + sum(watts) * now / 3_600_000}
        return values

    async def refresh(self, function, start, _address, _count, registers, _set_values):
        """Brings the registers up to date whenever a client looks at them."""
        if function == INPUT:
            for address, value in self.quantities().items():
                at = address - start
                if 0 <= at and at + 2 <= len(registers):
                    registers[at : at + 2] = floats(value)
        elif function == HOLDING and start <= 1 < start + len(registers):
            tenths = round(10 * (38 + 3 * math.sin(time.monotonic() / 60)))
            registers[1 - start] = tenths & 0xFFFF


def device(meter: Meter, unit: int) -> SimDevice:
    """The register map."""
    inputs = [SimData(address, values=0, count=2, datatype=DataType.REGISTERS) for address in meter.quantities()]
    return SimDevice(
        id=unit,
        simdata=(
            [SimData(0, values=True, datatype=DataType.BITS)],
            [SimData(0, values=True, datatype=DataType.BITS)],
            [SimData(0, values=1, datatype=DataType.REGISTERS), SimData(1, values=380, datatype=DataType.REGISTERS)],
            inputs,
        ),
        action=meter.refresh,
    )


async def serve(arguments: argparse.Namespace) -> None:
    server = ModbusTcpServer(device(Meter(), arguments.unit), address=(arguments.host, arguments.port))
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    if not await server.listen():
        sys.exit(f"can't listen on {arguments.host}:{arguments.port}")
    port = server.transport.sockets[0].getsockname()[1]
    print(json.dumps({"port": port}), flush=True)

    def read_input() -> None:
        if not sys.stdin.buffer.raw.read(4096):
            loop.remove_reader(sys.stdin)
            done.set()

    if not arguments.detached:
        loop.add_reader(sys.stdin, read_input)
    try:
        await asyncio.wait_for(done.wait(), arguments.seconds)
    except TimeoutError:
        pass
    await server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--unit", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600, help="the longest that it runs")
    parser.add_argument("--detached", action="store_true", help="do not end when standard input closes")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
