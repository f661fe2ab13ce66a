# SPDX-License-Identifier: Apache-2.0
"""Loads a fork of the executable execution specification and gives it our state beneath and a memory beside it.

Three things are exchanged, none of which decides what is valid: the state's storage (`world.REPLACED`), pure functions
that are remembered (jump destinations of a code, the sender of a transaction), and trace events nobody listens to.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, Callable

from ethereum_types.numeric import U64
from lru import LRU

from . import limits
from .world import REPLACED, ExecutionTimeout, World

FORKS = ("prague", "osaka")
_TICKS_BETWEEN_CLOCK_READS = 512
_loading = threading.Lock()
_loaded: dict[str, Rules] = {}


@dataclass(frozen=True, slots=True)
class Rules:
    """The modules of one fork and what is remembered for it."""

    name: str
    fork: ModuleType
    state: ModuleType
    trie: ModuleType
    blocks: ModuleType
    transactions: ModuleType
    vm: ModuleType
    interpreter: ModuleType
    gas: ModuleType
    types: ModuleType
    message: ModuleType
    delegation: ModuleType
    requests: ModuleType
    senders: Senders

    @property
    def transaction_gas_max(self) -> int | None:
        """The cap on a transaction's gas (EIP-7825), None before osaka."""
        cap = getattr(self.transactions, "TX_MAX_GAS_LIMIT", None)
        return None if cap is None else int(cap)

    def adopt(self, world: World, previous: Rules) -> World:
        """The world as this fork's functions want it when the previous block followed other rules."""
        return world if previous is self else world.with_accounts_of(self.types.Account)


class Senders:
    """Remembers the senders of transaction objects by identity; holding the object keeps its identity unique."""

    def __init__(self, recover: Callable[[U64, Any], bytes]) -> None:
        self._recover = recover
        self._known = LRU(limits.SENDERS_MAX)

    def __call__(self, chain_id: U64, tx: Any) -> bytes:
        """The sender's address. InvalidSignatureError: the signature has none."""
        known = self._known.get(id(tx))
        if known is not None and known[0] is tx and known[1] == chain_id:
            return known[2]
        sender = self._recover(chain_id, tx)
        self._known[id(tx)] = (tx, chain_id, sender)
        return sender


def load(name: str) -> Rules:
    """The rules of a fork by its name in `FORKS`. ValueError: another name."""
    if name not in FORKS:
        raise ValueError(f"no execution rules for fork {name!r}; there are {', '.join(FORKS)}")
    with _loading:
        if name not in _loaded:
            sys.setrecursionlimit(max(sys.getrecursionlimit(), limits.CALL_FRAMES_RECURSION))
            _loaded[name] = _load(name)
        return _loaded[name]


def _load(name: str) -> Rules:
    package = f"ethereum.forks.{name}"
    modules = {short: import_module(f"{package}.{path}") for short, path in (
        ("fork", "fork"), ("state", "state"), ("trie", "trie"), ("blocks", "blocks"), ("transactions", "transactions"),
        ("vm", "vm"), ("interpreter", "vm.interpreter"), ("gas", "vm.gas"), ("types", "fork_types"),
        ("message", "utils.message"), ("delegation", "vm.eoa_delegation"), ("requests", "requests"))}
    for function in REPLACED:
        _exchange(package, function.__name__, getattr(modules["state"], function.__name__), function)
    interpreter, gas = modules["interpreter"], modules["gas"]
    interpreter.get_valid_jump_destinations = lru_cache(limits.CODE_ANALYSES_MAX)(
        interpreter.get_valid_jump_destinations)
    interpreter.evm_trace = _watch
    interpreter.OpStart = interpreter.OpEnd = _no_event
    gas.evm_trace = gas.GasAndRefund = _no_event
    senders = Senders(modules["transactions"].recover_sender)
    modules["fork"].recover_sender = senders
    return Rules(name=name, senders=senders, **modules)


def _exchange(package: str, name: str, old: Any, new: Any) -> None:
    """Puts `new` wherever a module of the package holds `old` under that name."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith(package) and getattr(module, name, None) is old:
            setattr(module, name, new)


def _no_event(*_: object) -> None:
    """Stands for a trace event, or its hearer, that nothing wants."""


def _watch(evm: Any, _event: object) -> None:
    """Ends an execution that has a deadline and ran past it; looks at the clock now and then only."""
    state = evm.message.block_env.state
    if state.deadline is not None:
        state.ticks += 1
        if state.ticks % _TICKS_BETWEEN_CLOCK_READS == 0 and state.clock() > state.deadline:
            raise ExecutionTimeout
