# SPDX-License-Identifier: Apache-2.0
"""The types at which consensus, execution and node meet. Nothing here knows a specification package or a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal of a block (EIP-4895): amount in gwei, 20-byte address."""

    index: int
    validator_index: int
    address: bytes
    amount_gwei: int


@dataclass(frozen=True)
class PayloadRequest:
    """What consensus asks of execution for a slot: the payload attributes on top of a parent (Engine API, V3)."""

    parent_hash: bytes
    timestamp: int
    prev_randao: bytes
    fee_recipient: bytes
    withdrawals: tuple[Withdrawal, ...]
    parent_beacon_block_root: bytes


@dataclass(frozen=True)
class Payload:
    """An execution block under the names of the consensus specification's ExecutionPayload (deneb); fees in wei."""

    parent_hash: bytes
    fee_recipient: bytes
    state_root: bytes
    receipts_root: bytes
    logs_bloom: bytes
    prev_randao: bytes
    block_number: int
    gas_limit: int
    gas_used: int
    timestamp: int
    extra_data: bytes
    base_fee_per_gas: int
    block_hash: bytes
    transactions: tuple[bytes, ...]
    withdrawals: tuple[Withdrawal, ...]
    blob_gas_used: int
    excess_blob_gas: int
    execution_requests: tuple[bytes, ...] = ()
    """EIP-7685 requests, each its type byte followed by its data; empty ones are left out."""


class Execution(Protocol):
    """The execution layer as the block producer sees it. Called from the producer's thread only."""

    @property
    def genesis_payload(self) -> Payload:
        """Block 0, from which consensus makes its genesis state."""
        ...

    def build(self, request: PayloadRequest) -> Payload:
        """Makes a block from the mempool, executes and stores it; the head stays. KeyError: parent unknown."""
        ...

    def choose(self, head: bytes, safe: bytes, finalized: bytes) -> None:
        """Sets the fork choice by block hashes (32 zero bytes: none yet); a reorg puts transactions back."""
        ...


@dataclass(frozen=True)
class SlotPlan:
    """Faults of block production in one slot; the defaults are a healthy slot."""

    skip: bool = False
    """No block in this slot."""
    attesters: float = 1.0
    """Share of each committee that attests, 0 to 1."""
    sync_bits: float = 1.0
    """Share of the sync committee that signs, 0 to 1."""
    parent_slots_back: int = 0
    """More than 0: build on the head's ancestor that is at least so many slots older; the new block is the head."""


@dataclass(frozen=True)
class SlotOutcome:
    """What a slot brought: the head after it, and whether a block was made. Roots and hashes are 32 bytes."""

    slot: int
    produced: bool
    head_slot: int
    head_root: bytes
    head_block_hash: bytes
    justified_epoch: int
    finalized_epoch: int
    finalized_root: bytes
    transactions: int
    """Transactions in the block of this slot."""
    reorged: bool = False
    """The head left an older branch."""


class Consensus(Protocol):
    """The consensus layer as the block producer drives it, from one thread, slots in rising order."""

    def advance(self, slot: int, plan: SlotPlan) -> SlotOutcome:
        """Makes the slot's block as planned and publishes a new snapshot. ValueError: slot not after the last one."""
        ...


@dataclass(frozen=True)
class Request:
    """An HTTP request without HTTP: the path is percent-decoded, header names are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An HTTP answer without HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes
