# SPDX-License-Identifier: Apache-2.0
"""Faults on request: what they are, how they are read, and which of them strike a request. Choices are seeded."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import limits

TARGETS = ("beacon", "execution")


class FaultError(ValueError):
    """A fault that can't be: the message names the parameter and its rule."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a fault kind: its default and the rule that a value must keep."""

    default: object
    rule: str
    holds: Callable[[object], bool]


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _number(default: float, low: float, high: float) -> Parameter:
    return Parameter(default, f"a number from {low:g} to {high:g}", lambda value: _is_number(value, low, high))


def _integer(default: int | None, low: int, high: int) -> Parameter:
    def holds(value: object) -> bool:
        return isinstance(value, int) and _is_number(value, low, high)

    return Parameter(default, f"an integer from {low} to {high}", holds)


def _text(default: str | None, *choices: str) -> Parameter:
    def holds(value: object) -> bool:
        return isinstance(value, str) and len(value) <= limits.FAULT_PATTERN_CHARACTERS_MAX and value.isprintable() \
            and (not choices or value in choices)

    return Parameter(default, f"one of {', '.join(choices)}" if choices else "printable text", holds)


def _flag(default: bool) -> Parameter:
    return Parameter(default, "true or false", lambda value: isinstance(value, bool))


_ANY = Parameter(None, "any JSON value", lambda value: True)

KINDS: Mapping[str, Mapping[str, Parameter]] = {
    # What is answered.
    "stale": {"slots": _integer(8, 1, limits.VIEWS_MAX - 1)},
    "other-chain": {"sameChainId": _flag(False)},
    "hide": {},
    "alter": {"field": _text(None), "value": _ANY},
    "wrong-proof": {},
    # How the answer looks.
    "status": {"status": _integer(503, 400, 599), "retryAfterSeconds": _integer(None, 0, 3600)},
    "malformed": {"how": _text("truncate", "truncate", "garble")},
    "wrong-type": {"contentType": _text("text/html")},
    "huge": {"megabytes": _integer(64, 1, limits.FAULT_MEGABYTES_MAX), "declared": _flag(True)},
    # How the answer travels.
    "delay": {"seconds": _number(1.0, 0.0, limits.FAULT_SECONDS_MAX)},
    "slow": {"bytesPerSecond": _number(100.0, 1.0, 1e9)},
    "cut": {"bytes": _integer(0, 0, 1 << 30)},
}
_COMMON = {"kind", "target", "match", "count", "probability"}


@dataclass
class Fault:
    """A fault that is on: where it strikes, how often still, and how often it has."""

    id: int
    kind: str
    target: str
    match: str = ""
    count: int | None = None
    """Requests left; None: without end."""
    probability: float = 1.0
    parameters: dict[str, object] = field(default_factory=dict)
    hits: int = 0

    def __post_init__(self) -> None:
        self.pattern = re.compile(self.match)
        self.dice = random.Random(0)

    def shown(self) -> dict[str, object]:
        """The fault as the control API shows it."""
        return {"id": self.id, "kind": self.kind, "target": self.target, "match": self.match, "count": self.count,
                "probability": self.probability, **self.parameters, "hits": self.hits}


def read_fault(number: int, wanted: object) -> Fault:
    """A fault from its JSON object. FaultError: the first rule that it breaks."""
    if not isinstance(wanted, dict):
        raise FaultError("a fault is a JSON object")
    kind, target = wanted.get("kind"), wanted.get("target")
    if not isinstance(kind, str) or kind not in KINDS:
        raise FaultError(f"kind must be one of {', '.join(KINDS)}")
    if target not in TARGETS:
        raise FaultError(f"target must be one of {', '.join(TARGETS)}")
    known = KINDS[kind]
    for name in wanted:
        if name not in _COMMON and name not in known:
            raise FaultError(f"{kind} has no parameter {name}")
    match = wanted.get("match", "")
    if not isinstance(match, str) or len(match) > limits.FAULT_PATTERN_CHARACTERS_MAX:
        most = limits.FAULT_PATTERN_CHARACTERS_MAX
        raise FaultError(f"match must be a regular expression of up to {most} characters")
    count, probability = wanted.get("count"), wanted.get("probability", 1.0)
    if count is not None and not _integer(None, 1, limits.FAULT_COUNT_MAX).holds(count):
        raise FaultError(f"count must be null or an integer from 1 to {limits.FAULT_COUNT_MAX}")
    if not _is_number(probability, 0.0, 1.0):
        raise FaultError("probability must be a number from 0 to 1")
    parameters = {}
    for name, parameter in known.items():
        parameters[name] = wanted.get(name, parameter.default)
        if name in wanted and not parameter.holds(wanted[name]):
            raise FaultError(f"{name} must be {parameter.rule}")
    try:
        return Fault(number, kind, str(target), match, count, float(probability), parameters)
    except re.error as problem:
        raise FaultError(f"match is not a regular expression: {problem}") from problem


class FaultBoard:
    """The faults that are on. Thread-safe."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._next = 1

    def add(self, wanted: object) -> Fault:
        """Turns a fault on. FaultError: it can't be, or limits.FAULTS_MAX are on."""
        with self._lock:
            if len(self._faults) >= limits.FAULTS_MAX:
                raise FaultError(f"{limits.FAULTS_MAX} faults are on, the most there can be")
            fault = read_fault(self._next, wanted)
            fault.dice = random.Random(f"{self._seed}/fault/{fault.id}")
            self._next += 1
            self._faults.append(fault)
            return fault

    def shown(self) -> list[dict[str, object]]:
        """All faults that are on, oldest first."""
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def clear(self, number: int | None = None) -> int:
        """Turns one fault off, or all; how many were on."""
        with self._lock:
            before = len(self._faults)
            self._faults = [fault for fault in self._faults if number is not None and fault.id != number]
            return before - len(self._faults)

    def any(self, kind: str) -> bool:
        """Whether a fault of this kind is on and not used up."""
        with self._lock:
            return any(fault.kind == kind and fault.count != 0 for fault in self._faults)

    def strike(self, target: str, names: list[str]) -> list[Fault]:
        """The faults that strike a request known by these names (a path, or RPC methods); each counts one hit."""
        struck = []
        with self._lock:
            for fault in self._faults:
                if fault.target != target or fault.count == 0:
                    continue
                if not any(fault.pattern.search(name) for name in names):
                    continue
                if fault.probability < 1.0 and fault.dice.random() >= fault.probability:
                    continue
                fault.hits += 1
                if fault.count is not None:
                    fault.count -= 1
                struck.append(fault)
        return struck
