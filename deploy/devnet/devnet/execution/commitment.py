# SPDX-License-Identifier: Apache-2.0
"""The tries that commit to a world: its account trie and its storage tries, carried from block to block."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from immutables import Map

from . import limits, patricia
from .patricia import EMPTY_ROOT, Node, keccak, rlp_integer, rlp_list, rlp_string
from .world import NO_STORAGE, WorkingState, World

EMPTY_CODE_HASH = keccak(b"")


@lru_cache(limits.HASHED_KEYS_MAX)
def trie_key(preimage: bytes) -> str:
    """The path of an address or a storage slot: the hexadecimal digits of its hash."""
    return keccak(bytes(preimage)).hex()


@lru_cache(limits.CODE_ANALYSES_MAX)
def code_hash(code: bytes) -> bytes:
    """The 32-byte hash of a contract's code."""
    return keccak(code)


@dataclass(frozen=True, slots=True)
class Commitment:
    """The root nodes of a world's tries."""

    accounts: Node | None = None
    storage: Map = field(default_factory=Map)

    @property
    def state_root(self) -> bytes:
        """The header's state root."""
        return patricia.root_hash(self.accounts)

    def storage_root(self, address: bytes) -> bytes:
        """The root of an account's storage."""
        return patricia.root_hash(self.storage.get(address))

    def prove_account(self, address: bytes) -> list[bytes]:
        """The account's proof, of presence or absence."""
        return patricia.prove(self.accounts, trie_key(address))

    def prove_slot(self, address: bytes, key: bytes) -> list[bytes]:
        """A slot's proof, of presence or absence; empty where the account has no storage."""
        return patricia.prove(self.storage.get(address), trie_key(key))

    def advance(self, before: World, state: WorkingState) -> Commitment:
        """The tries after the changes of a working state that began at `before`; all hashes are computed."""
        after = state.world()
        accounts, storage = self.accounts, self.storage
        for address in sorted(state.touched):
            old, new = before.storage.get(address), after.storage.get(address)
            if new is None and old is not None:
                storage = storage.delete(address)
            elif new is not None and new is not old:
                start = None if address in state.wiped else storage.get(address)
                changed = list(new) if start is None else state.touched_slots.get(address, ())
                storage = storage.set(address, _write_slots(start, changed, new, old or NO_STORAGE, start is None))
            account = after.accounts.get(address)
            if account is None:
                accounts = patricia.remove(accounts, trie_key(address))
            elif account is not before.accounts.get(address) or new is not old:
                accounts = patricia.put(accounts, trie_key(address), encode_account(
                    int(account.nonce), int(account.balance), patricia.root_hash(storage.get(address)),
                    code_hash(account.code)))
        result = Commitment(accounts, storage)
        result.state_root  # noqa: B018 (hashes now, in the builder's thread, not in a reader's)
        return result


def encode_account(nonce: int, balance: int, storage_root: bytes, code: bytes) -> bytes:
    """An account as the trie holds it: RLP of nonce, balance, storage root, code hash."""
    return rlp_list(rlp_integer(nonce) + rlp_integer(balance) + rlp_string(storage_root) + rlp_string(code))


def commit(world: World) -> Commitment:
    """The tries of a world, made from nothing."""
    state = WorkingState(World())
    state.accounts, state.storage = world.accounts, world.storage
    state.touched.update(world.accounts)
    return Commitment().advance(World(), state)


def indexed_root(values: list[bytes]) -> bytes:
    """The root of a trie that holds the values at the RLP of their indices (transactions, receipts, withdrawals)."""
    root: Node | None = None
    for index, value in enumerate(values):
        root = patricia.put(root, rlp_integer(index).hex(), value)
    return patricia.root_hash(root)


def _write_slots(root: Node | None, keys: object, new: Map, old: Map, fresh: bool) -> Node | None:
    for key in sorted(keys):  # type: ignore[call-overload]
        value = new.get(key)
        if value is None:
            root = patricia.remove(root, trie_key(key))
        elif fresh or value != old.get(key):
            root = patricia.put(root, trie_key(key), rlp_integer(int(value)))
    return root


__all__ = ["Commitment", "EMPTY_CODE_HASH", "EMPTY_ROOT", "code_hash", "commit", "encode_account", "indexed_root",
           "trie_key"]
