# SPDX-License-Identifier: Apache-2.0
"""A Modbus TCP server of units that hold what a file says and refuse every other address.

The file has a line for each block of registers: UNIT TABLE ADDRESS WORD..., decimal but for the words, which are
hexadecimal; TABLE is coil, discrete, holding or input. Blocks of one table must not overlap.

Prints one JSON line {"port": N} when it listens. Ends on SIGTERM, or after --seconds.
"""

import argparse
import asyncio
import json
import signal
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

TABLES = ["coil", "discrete", "holding", "input"]


def block(table: str, address: int, words: list[int]) -> SimData:
    """One block as the server wants it."""
    if table in ("coil", "discrete"):
        return SimData(address, values=[word != 0 for word in words], datatype=DataType.BITS)
    return SimData(address, values=words, datatype=DataType.REGISTERS)


def devices(lines: list[str]) -> list[SimDevice]:
    """The units of all lines."""
    units: dict[int, dict[str, list[SimData]]] = {}
    for line in lines:
        unit, table, address, *words = line.split()
        tables = units.setdefault(int(unit), {name: [] for name in TABLES})
        tables[table].append(block(table, int(address), [int(word, 16) for word in words]))
    # A table can't be empty: one of bits gets a bit, one of registers an address that is refused.
    bit = [SimData(0, values=False, datatype=DataType.BITS)]
    nothing = [SimData(0, datatype=DataType.INVALID)]
    for tables in units.values():
        for name, content in tables.items():
            content += [] if content else bit if name in ("coil", "discrete") else nothing
            content.sort(key=lambda data: data.address)
    return [SimDevice(id=unit, simdata=tuple(tables[name] for name in TABLES)) for unit, tables in units.items()]


async def serve(arguments: argparse.Namespace) -> None:
    with open(arguments.file, encoding="utf-8") as file:
        server = ModbusTcpServer(devices(file.readlines()), address=("127.0.0.1", arguments.port))
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    if not await server.listen():
        sys.exit(f"can't listen on port {arguments.port}")
    print(json.dumps({"port": server.transport.sockets[0].getsockname()[1]}), flush=True)
    try:
        await asyncio.wait_for(done.wait(), arguments.seconds)
    except TimeoutError:
        pass
    await server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="what the units hold")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seconds", type=float, default=3600, help="the longest that it runs")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
