# SPDX-License-Identifier: Apache-2.0
"""A block as the chain keeps it, and the immutable view of the chain that readers answer from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from immutables import Map

from ..seams import Payload, Withdrawal
from .commitment import Commitment
from .rules import Rules
from .transaction import SignedTransaction
from .world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transaction did in its block. `logs` are (address, topics, data)."""

    succeeded: bool
    gas_used: int
    cumulative_gas_used: int
    price: int
    """Wei paid per gas."""
    contract: bytes | None
    """The address of a contract it created."""
    bloom: bytes
    logs: tuple[tuple[bytes, tuple[bytes, ...], bytes], ...]
    first_log: int
    """The index in the block of its first log."""


@dataclass(frozen=True, slots=True)
class Body:
    """A block's transactions with their outcomes, and its withdrawals."""

    transactions: tuple[SignedTransaction, ...]
    outcomes: tuple[Outcome, ...]
    withdrawals: tuple[Withdrawal, ...]
    size: int
    """Bytes of the block's RLP."""


@dataclass(frozen=True, slots=True)
class BlockState:
    """The state after a block, and the hashes of up to 256 blocks up to and including it."""

    world: World
    commitment: Commitment
    hashes: tuple[bytes, ...]


class Block:
    """A block. `state` and `body` become None when they leave the retained window; the rest never changes."""

    __slots__ = ("rules", "header", "hash", "number", "timestamp", "base_fee", "payload", "state", "body")

    def __init__(self, rules: Rules, header: Any, block_hash: bytes, payload: Payload, body: Body,
                 state: BlockState) -> None:
        self.rules = rules
        self.header = header
        self.hash = block_hash
        self.number = int(header.number)
        self.timestamp = int(header.timestamp)
        self.base_fee = int(header.base_fee_per_gas)
        self.payload: Payload | None = payload
        self.body: Body | None = body
        self.state: BlockState | None = state

    @property
    def parent_hash(self) -> bytes:
        """The 32-byte hash of the block below."""
        return bytes(self.header.parent_hash)


@dataclass(frozen=True, slots=True)
class View:
    """The chain at one moment: what a request is answered from, whatever the producer does meanwhile."""

    head: Block
    safe: Block | None
    finalized: Block | None
    blocks: Map
    """Every known block by hash, side branches included."""
    numbers: Map
    """The canonical chain: block by number."""
    transactions: Map
    """Canonical transactions: (block, index) by hash."""

    def canonical(self, block_hash: bytes) -> bool:
        """Whether a known block is on the chain of the head."""
        block = self.blocks.get(block_hash)
        return block is not None and self.numbers.get(block.number) is block
