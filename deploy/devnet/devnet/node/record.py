# SPDX-License-Identifier: Apache-2.0
"""A network on disk: what it is made from, and every slot's plan and transactions, from which it is made again.

Two files in the folder: `network.json`, written once, and `slots.log`, a line a slot: eight hexadecimal digits of the
CRC-32 of the rest, a space, a JSON object. Each line is synced before the next slot begins, so a crash costs at most
the slot being made: its torn line is cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..seams import SlotPlan

FORMAT = 1
_LINE_BYTES_MAX = 64 << 20


class RecordError(RuntimeError):
    """A state folder that can't be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class SlotEntry:
    """A slot as it was made: enough to make it again."""

    slot: int
    plan: SlotPlan
    head_block_hash: bytes
    """Execution block hash of the head after the slot, 32 bytes: what a replay must arrive at."""
    transactions: tuple[bytes, ...]

    def encoded(self) -> bytes:
        """The entry's line."""
        healthy = asdict(SlotPlan())
        plan = {name: value for name, value in asdict(self.plan).items() if value != healthy[name]}
        body = json.dumps({"slot": self.slot, "plan": plan, "head": self.head_block_hash.hex(),
                           "transactions": [raw.hex() for raw in self.transactions]}, separators=(",", ":")).encode()
        return b"%08x %s\n" % (zlib.crc32(body), body)


def decoded(line: bytes) -> SlotEntry | None:
    """The entry of a line; None: it is torn or damaged."""
    check, space, body = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or not space or check != b"%08x" % zlib.crc32(body):
        return None
    value = json.loads(body)
    known = {field.name for field in fields(SlotPlan)}
    plan = SlotPlan(**{name: setting for name, setting in value["plan"].items() if name in known})
    return SlotEntry(value["slot"], plan, bytes.fromhex(value["head"]),
                     tuple(bytes.fromhex(raw) for raw in value["transactions"]))


class Record:
    """A state folder, held by one process at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            os.close(self._lock)
            raise RecordError(f"{folder}: another network uses this folder") from held
        self._log = os.open(folder / "slots.log", os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def begin(self, identity: dict[str, object], genesis_time: int | None) -> int | None:
        """The genesis time of the network kept here; None: none is. RecordError: it is another one than asked for."""
        path = self._folder / "network.json"
        try:
            kept = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as damage:
            raise RecordError(f"{path}: not JSON: {damage}") from damage
        if kept.get("format") != FORMAT:
            raise RecordError(f"{path}: format {kept.get('format')}, not {FORMAT}")
        wanted = dict(identity)
        if genesis_time is not None:
            wanted["genesisTime"] = genesis_time
        for name, value in wanted.items():
            if kept.get(name) != value:
                raise RecordError(f"{path}: the network kept here has {name} {kept.get(name)}, not {value}")
        return int(kept["genesisTime"])

    def create(self, identity: dict[str, object], genesis_time: int) -> None:
        """Writes down what a new network is made from, whole or not at all."""
        text = json.dumps({"format": FORMAT, **identity, "genesisTime": genesis_time}, indent=2) + "\n"
        draft = self._folder / "network.json.new"
        with open(draft, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._folder / "network.json")
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self) -> Iterator[SlotEntry]:
        """Every slot kept, oldest first; cuts off a torn end. RecordError: damage before the last line."""
        good = 0
        path = self._folder / "slots.log"
        with open(path, "rb") as file:
            number = 0
            while line := file.readline(_LINE_BYTES_MAX):
                number += 1
                entry = decoded(line)
                if entry is None:
                    if file.readline(1):
                        raise RecordError(f"{path}: line {number} is damaged")
                    os.ftruncate(self._log, good)
                    return
                good += len(line)
                yield entry

    def append(self, entry: SlotEntry) -> None:
        """Keeps a slot; returns when it is on disk."""
        line = entry.encoded()
        while line:
            line = line[os.write(self._log, line):]
        os.fdatasync(self._log)

    def close(self) -> None:
        """Lets another process use the folder."""
        os.close(self._log)
        os.close(self._lock)
