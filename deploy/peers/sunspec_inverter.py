# SPDX-License-Identifier: Apache-2.0
"""A Modbus TCP gateway with an inverter, a meter and a plain device behind it.

Unit 126: SunSpec map at 40000: common model, 103 (three-phase inverter), 123 (controls, writable), 160 (two MPPT).
Unit 3:   SunSpec map at 50000: common model, 203 (three-phase meter).
Unit 1:   no SunSpec; holding registers 0 to 9 count up, coils 0 to 15 are off and can be switched.
Every other unit: the gateway says that nobody answers. All of them identify themselves by function 43.

Prints one JSON line {"port": N} when it listens. Ends when standard input closes, on SIGTERM, or after --seconds.
"""

import argparse
import asyncio
import json
import signal
import sys

from pymodbus.constants import ExcCodes
from pymodbus.pdu.device import ModbusDeviceIdentification
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

ABSENT = 0xFFFF
ABSENT_SIGNED = 0x8000
MARKER = [0x5375, 0x6E53]
END = [0xFFFF, 0]


def text(value: str, registers: int) -> list[int]:
    """A text padded with NUL, two bytes a register."""
    raw = value.encode().ljust(2 * registers, b"\0")
    return [raw[index] << 8 | raw[index + 1] for index in range(0, len(raw), 2)]


def model(number: int, length: int, values: dict[int, int]) -> list[int]:
    """A model whose registers, counted from its number, are those of values and else not implemented."""
    registers = [number, length] + [ABSENT] * length
    for offset, value in values.items():
        registers[offset] = value & 0xFFFF
    return registers


def common(product: str, serial: str) -> list[int]:
    """Model 1."""
    body = text("Heliotrope", 16) + text(product, 16) + text("", 8) + text("2.7.1", 8) + text(serial, 16)
    return [1, 66] + body + [1, ABSENT_SIGNED]


def inverter() -> list[int]:
    """The map of the inverter: 230.4 V, 4600 W, 50.01 Hz, 1234567 Wh; no current of phase C."""
    values = {2: 2001, 3: 667, 4: 667, 5: ABSENT, 6: -2, 10: 2304, 11: 2311, 12: 2298, 13: -1, 14: 460, 15: 1}
    values |= {16: 5001, 17: -2, 24: 1234567 >> 16, 25: 1234567, 26: 0, 33: 415, 34: ABSENT_SIGNED, 37: -1, 38: 4}
    controls = {4: 1, 5: 1000, 9: 0, 23: -1}
    tracker = [1] + text("east", 8) + [310, 3500, 1085, 0, 9, 0, 0, 40, 4, 0, 0]
    trackers = [160, 48, -2 & 0xFFFF, -1 & 0xFFFF, 0, 0, 0, 0, 2, 0] + tracker + [2] + tracker[1:]
    return MARKER + common("Sol 5", "HT-0815") + model(103, 50, values) + model(123, 24, controls) + trackers + END


def meter() -> list[int]:
    """The map of the meter: −1.25 kW, so it feeds in."""
    values = {2: 55, 6: -1, 7: 2301, 15: -1, 16: 5000, 17: -2, 18: -125, 22: 1}
    return MARKER + common("Meter 3", "HT-0816") + model(203, 105, values) + END


def device(unit: int, base: int, registers: list[int]) -> SimDevice:
    """A device with those holding registers and 16 coils."""
    nothing = [SimData(0, values=False, datatype=DataType.BITS)]
    holding = [SimData(base, values=registers, datatype=DataType.REGISTERS)]
    inputs = [SimData(65535, values=0, datatype=DataType.REGISTERS)]
    return SimDevice(id=unit, simdata=(nothing, nothing, holding, inputs))


async def nobody(*_arguments) -> ExcCodes:
    """What the gateway says for units that are not there."""
    return ExcCodes.GATEWAY_NO_RESPONSE


def devices() -> list[SimDevice]:
    """All that is behind the gateway."""
    everywhere = [SimData(0, values=0, count=65536, datatype=DataType.REGISTERS)]
    return [
        device(1, 0, list(range(10))),
        device(3, 50000, meter()),
        device(126, 40000, inverter()),
        SimDevice(id=0, simdata=everywhere, action=nobody),
    ]


async def serve(arguments: argparse.Namespace) -> None:
    identity = ModbusDeviceIdentification(
        info_name={"VendorName": "Heliotrope", "ProductCode": "GW", "MajorMinorRevision": "1.2", "ModelName": "Gate 1"}
    )
    server = ModbusTcpServer(devices(), identity=identity, address=(arguments.host, arguments.port))
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    if not await server.listen():
        sys.exit(f"can't listen on {arguments.host}:{arguments.port}")
    print(json.dumps({"port": server.transport.sockets[0].getsockname()[1]}), flush=True)

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
    parser.add_argument("--seconds", type=float, default=3600, help="the longest that it runs")
    parser.add_argument("--detached", action="store_true", help="do not end when standard input closes")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
