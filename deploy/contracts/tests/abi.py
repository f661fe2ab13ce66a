# SPDX-License-Identifier: Apache-2.0
"""Call data, answers, events and revert reasons by a contract's ABI: structs as named tuples, addresses lower-case."""

import functools
from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi import decode, encode
from eth_utils import keccak as keccak  # noqa: PLC0414

ERROR_SELECTOR = bytes.fromhex("08c379a0")  # Error(string)
PANIC_SELECTOR = bytes.fromhex("4e487b71")  # Panic(uint256)


@dataclass(frozen=True)
class Event:
    """One decoded event. `args` holds indexed and other arguments by name."""

    address: str
    name: str
    args: dict[str, Any]

    def __getattr__(self, argument: str) -> Any:
        try:
            return self.args[argument]
        except KeyError as error:
            raise AttributeError(argument) from error


def type_of(entry: Mapping[str, Any]) -> str:
    """The canonical type of an ABI argument: structs as tuples of their members' types."""
    kind: str = entry["type"]
    if kind.startswith("tuple"):
        return "(" + ",".join(type_of(part) for part in entry["components"]) + ")" + kind[len("tuple") :]
    return kind


@functools.cache
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names, rename=True)


def to_wire(entry: Mapping[str, Any], value: Any) -> Any:
    """Structs (mappings or sequences) to tuples, accounts and contracts to their addresses."""
    kind: str = entry["type"]
    if kind.endswith("]"):
        inner = dict(entry, type=kind[: kind.rindex("[")])
        return [to_wire(inner, item) for item in value]
    if kind == "tuple":
        parts: Sequence[Mapping[str, Any]] = entry["components"]
        if isinstance(value, Mapping):
            missing = {part["name"] for part in parts} ^ set(value)
            if missing:
                raise ValueError(f"members missing or unknown: {sorted(missing)}")
            return tuple(to_wire(part, value[part["name"]]) for part in parts)
        return tuple(to_wire(part, item) for part, item in zip(parts, value, strict=True))
    if kind == "address" and not isinstance(value, (str, bytes)):
        return value.address
    return value


def from_wire(entry: Mapping[str, Any], value: Any) -> Any:
    """Tuples to named tuples, sequences to lists."""
    kind: str = entry["type"]
    if kind.endswith("]"):
        inner = dict(entry, type=kind[: kind.rindex("[")])
        return [from_wire(inner, item) for item in value]
    if kind == "tuple":
        parts = entry["components"]
        made = _record(tuple(part["name"] for part in parts))
        return made(*(from_wire(part, item) for part, item in zip(parts, value, strict=True)))
    return value


def signature_of(entry: Mapping[str, Any]) -> str:
    """`name(type,type)` of a function or event."""
    return f"{entry['name']}({','.join(type_of(argument) for argument in entry['inputs'])})"


class Interface:
    """An ABI, indexed. Function names must be unique: Vyper's default arguments are not used here."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries = entries
        self._functions = {entry["name"]: entry for entry in entries if entry["type"] == "function"}
        self._selectors = {name: keccak(text=signature_of(entry))[:4] for name, entry in self._functions.items()}
        self.events = {keccak(text=signature_of(entry)): entry for entry in entries if entry["type"] == "event"}
        made = [entry for entry in entries if entry["type"] == "constructor"]
        self._constructor = made[0]["inputs"] if made else []

    def function(self, name: str) -> Mapping[str, Any]:
        """The ABI entry of a function. Raises KeyError."""
        return self._functions[name]

    def writers(self) -> list[str]:
        """The names of all functions that may change state, sorted."""
        return sorted(
            name for name, entry in self._functions.items() if entry["stateMutability"] not in ("view", "pure")
        )

    def encode(self, name: str, args: Sequence[Any]) -> bytes:
        """Call data of a function."""
        return self._selectors[name] + _encode(self._functions[name]["inputs"], args)

    def encode_constructor(self, args: Sequence[Any]) -> bytes:
        """What follows the creation code."""
        return _encode(self._constructor, args)

    def decode_output(self, name: str, data: bytes) -> Any:
        """A function's answer: None, one value, or a tuple."""
        outputs = self._functions[name]["outputs"]
        if not outputs:
            return None
        values = decode([type_of(entry) for entry in outputs], data)
        made = [from_wire(entry, value) for entry, value in zip(outputs, values, strict=True)]
        return made[0] if len(made) == 1 else tuple(made)


def _encode(inputs: Sequence[Mapping[str, Any]], args: Sequence[Any]) -> bytes:
    if len(inputs) != len(args):
        raise ValueError(f"{len(args)} arguments, {len(inputs)} expected")
    wire = [to_wire(entry, value) for entry, value in zip(inputs, args, strict=True)]
    return encode([type_of(entry) for entry in inputs], wire)


def decode_logs(logs: Sequence[Any], interfaces: Mapping[str, Interface]) -> list[Event]:
    """Events of known contracts by name; others as `?` with their raw parts."""
    return [_decode_log(log, interfaces.get("0x" + bytes(log.address).hex())) for log in logs]


def _decode_log(log: Any, interface: Interface | None) -> Event:
    address = "0x" + bytes(log.address).hex()
    topics = [bytes(topic) for topic in log.topics]
    entry = interface.events.get(topics[0]) if interface and topics else None
    if entry is None:
        return Event(address, "?", {"topics": topics, "data": bytes(log.data)})
    plain = [argument for argument in entry["inputs"] if not argument["indexed"]]
    values = decode([type_of(argument) for argument in plain], bytes(log.data))
    args = {argument["name"]: from_wire(argument, value) for argument, value in zip(plain, values, strict=True)}
    indexed = [argument for argument in entry["inputs"] if argument["indexed"]]
    for argument, topic in zip(indexed, topics[1:], strict=True):
        args[argument["name"]] = decode([type_of(argument)], topic)[0]
    return Event(address, entry["name"], args)


def reason(error: Exception, data: bytes) -> str:
    """A revert's string; "panic N"; "" for a revert without data; else the name of the EVM's exception."""
    name = type(error).__name__
    if name != "Revert":
        return name
    if data[:4] == ERROR_SELECTOR:
        return str(decode(["string"], data[4:])[0])
    if data[:4] == PANIC_SELECTOR:
        return f"panic {decode(['uint256'], data[4:])[0]}"
    return data.hex()
