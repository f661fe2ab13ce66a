# SPDX-License-Identifier: Apache-2.0
"""The state between transactions as immutable maps, and the working copy that the specification's functions change.

The specification copies its whole state at every message call. Here a snapshot is two references, so a call frame, a
block and a reader in another thread cost nothing; the names of the functions are those of `forks/<fork>/state.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

from ethereum_types.bytes import Bytes32
from ethereum_types.numeric import U256
from immutables import Map

ZERO = U256(0)
Storage = Map  # of Bytes32 to U256; no zero values
NO_STORAGE: Storage = Map()


class ExecutionTimeout(Exception):
    """A call ran past its deadline. Not an `EthereumException`: the machine's own error handling must not catch it."""


@dataclass(frozen=True, slots=True)
class World:
    """All accounts (address to the fork's `Account`) and all non-empty storages (address to slot to value)."""

    accounts: Map = field(default_factory=Map)
    storage: Map = field(default_factory=Map)

    def slot(self, address: bytes, key: bytes) -> int:
        """The value at a storage slot, 0 where nothing is."""
        return int(self.storage.get(address, NO_STORAGE).get(key, ZERO))

    def with_accounts_of(self, account_class: Callable[..., Any]) -> World:
        """The same world with every account an instance of another fork's class (a fork crossing)."""
        return World(Map({address: account_class(account.nonce, account.balance, account.code)
                          for address, account in self.accounts.items()}), self.storage)


class WorkingState:
    """Stands in for the specification's `State`: begun from a world, changed by one thread, read back as a world."""

    __slots__ = ("accounts", "storage", "snapshots", "created_accounts", "touched", "touched_slots", "wiped",
                 "deadline", "clock", "ticks")

    def __init__(self, world: World, deadline: float | None = None, clock: Callable[[], float] | None = None) -> None:
        self.accounts = world.accounts
        self.storage = world.storage
        self.snapshots: list[tuple[Map, Map]] = []
        self.created_accounts: set[bytes] = set()
        self.touched: set[bytes] = set()
        self.touched_slots: dict[bytes, set[bytes]] = {}
        self.wiped: set[bytes] = set()
        self.deadline = deadline
        self.clock = clock
        self.ticks = 0

    def world(self) -> World:
        """What the state is now; between transactions only."""
        if self.snapshots:
            raise RuntimeError("the state was read inside a transaction")
        return World(self.accounts, self.storage)

    def restore(self, world: World) -> None:
        """Goes back to a world, forgetting transactions that an unexpected error left open."""
        self.accounts, self.storage = world.accounts, world.storage
        self.snapshots.clear()
        self.created_accounts.clear()


def begin_transaction(state: WorkingState, transient_storage: Any) -> None:
    """Starts a nested transaction."""
    state.snapshots.append((state.accounts, state.storage))
    transient_storage._snapshots.append(
        {address: type(trie)(trie.secured, trie.default, dict(trie._data))
         for address, trie in transient_storage._tries.items()})


def commit_transaction(state: WorkingState, transient_storage: Any) -> None:
    """Keeps what the innermost transaction changed."""
    state.snapshots.pop()
    if not state.snapshots:
        state.created_accounts.clear()
    transient_storage._snapshots.pop()


def rollback_transaction(state: WorkingState, transient_storage: Any) -> None:
    """Undoes what the innermost transaction changed."""
    state.accounts, state.storage = state.snapshots.pop()
    if not state.snapshots:
        state.created_accounts.clear()
    transient_storage._tries = transient_storage._snapshots.pop()


def get_account_optional(state: WorkingState, address: bytes) -> Any:
    """The account at an address, or None."""
    return state.accounts.get(address)


def set_account(state: WorkingState, address: bytes, account: Any) -> None:
    """Sets an account, or removes it with None (its storage stays, as in the specification)."""
    state.touched.add(address)
    if account is not None:
        state.accounts = state.accounts.set(address, account)
    elif address in state.accounts:
        state.accounts = state.accounts.delete(address)


def destroy_storage(state: WorkingState, address: bytes) -> None:
    """Removes all storage of an address."""
    if address in state.storage:
        state.wiped.add(address)
        state.touched.add(address)
        state.storage = state.storage.delete(address)


def account_has_storage(state: WorkingState, address: bytes) -> bool:
    """Whether the address holds any non-zero slot."""
    return address in state.storage


def get_storage(state: WorkingState, address: bytes, key: Bytes32) -> U256:
    """The value at a slot."""
    return state.storage.get(address, NO_STORAGE).get(key, ZERO)


def set_storage(state: WorkingState, address: bytes, key: Bytes32, value: U256) -> None:
    """Sets a slot; zero removes it. The account must exist."""
    assert address in state.accounts
    state.touched.add(address)
    state.touched_slots.setdefault(address, set()).add(key)
    slots = state.storage.get(address, NO_STORAGE)
    if value:
        state.storage = state.storage.set(address, slots.set(key, value))
    elif key in slots:
        slots = slots.delete(key)
        state.storage = state.storage.set(address, slots) if slots else state.storage.delete(address)


def get_storage_original(state: WorkingState, address: bytes, key: Bytes32) -> U256:
    """The value at a slot before the current transaction; 0 for an account made in it."""
    if address in state.created_accounts:
        return ZERO
    return state.snapshots[0][1].get(address, NO_STORAGE).get(key, ZERO)


REPLACED = (begin_transaction, commit_transaction, rollback_transaction, get_account_optional, set_account,
            destroy_storage, account_has_storage, get_storage, set_storage, get_storage_original)
"""The functions that take the place of the specification's, by name."""
