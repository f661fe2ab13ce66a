# SPDX-License-Identifier: Apache-2.0
"""Immutable views of the chain, made by the producer and read by any thread.

A branch is what one chain of blocks looks like from its tip. It shares its parts with the branch it grew from, so that
a reorg is nothing but growing from an older one, and an old view costs next to nothing to keep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from devnet.consensus.limits import BLOCKS_RETAINED_SLOTS_MAX, UPDATES_RETAINED_PERIODS_MAX
from devnet.consensus.options import ChainOptions


@dataclass(frozen=True)
class Encoded:
    """An SSZ object that can be served: the fork whose type it has, the type's name, its bytes, its fork digest."""

    fork: str
    kind: str
    ssz: bytes
    digest: bytes


@dataclass(frozen=True)
class Encoder:
    """Makes objects fit to be served: the newest fork's module and the root that fork digests are made with."""

    newest: Any
    genesis_validators_root: bytes

    def encode(self, fork: str, slot: int, value: Any) -> Encoded:
        """Returns an object of a fork in SSZ, with the fork digest of its slot's epoch."""
        spec = self.newest
        epoch = spec.compute_epoch_at_slot(spec.Slot(slot))
        digest = spec.compute_fork_digest(spec.Root(self.genesis_validators_root), epoch)
        return Encoded(fork, type(value).__name__, value.encode_bytes(), bytes(digest))


@dataclass(frozen=True)
class Checkpoint:
    """An epoch and the root of its first block; 32 zero bytes before there is one."""

    epoch: int
    root: bytes


@dataclass(frozen=True)
class ForkRecord:
    """A state's fork: 4-byte versions."""

    previous_version: bytes
    current_version: bytes
    epoch: int


@dataclass(frozen=True)
class StateRecord:
    """What is kept of the canonical state of a slot, with or without a block."""

    slot: int
    root: bytes
    fork: ForkRecord
    previous_justified: Checkpoint
    current_justified: Checkpoint
    finalized: Checkpoint


@dataclass(frozen=True)
class BlockRecord:
    """A block: its header's fields, its signature, the whole of it in SSZ, and its execution block's hash."""

    slot: int
    root: bytes
    proposer_index: int
    parent_root: bytes
    state_root: bytes
    body_root: bytes
    signature: bytes
    execution_hash: bytes
    encoded: Encoded
    envelope: Encoded | None
    """The signed payload envelope, since gloas."""


@dataclass(frozen=True)
class Branch:
    """A chain from its tip: blocks and states by slot and root, and the light-client objects that follow from them."""

    blocks: Map[int, BlockRecord] = Map()
    roots: Map[bytes, BlockRecord] = Map()
    states: Map[int, StateRecord] = Map()
    state_slots: Map[bytes, int] = Map()
    bootstraps: Map[bytes, Encoded] = Map()
    updates: Map[int, Encoded] = Map()
    """The best update of each sync committee period."""
    finality_update: Encoded | None = None
    optimistic_update: Encoded | None = None

    def with_block(self, block: BlockRecord) -> Branch:
        """Returns the branch grown by a block."""
        return replace(self, blocks=self.blocks.set(block.slot, block), roots=self.roots.set(block.root, block))

    def with_state(self, state: StateRecord) -> Branch:
        """Returns the branch with the state of its newest slot, and without what that makes too old."""
        states = self.states.set(state.slot, state)
        grown = replace(self, states=states, state_slots=self.state_slots.set(state.root, state.slot))
        return grown._without_slot(state.slot - BLOCKS_RETAINED_SLOTS_MAX)

    def with_bootstrap(self, root: bytes, bootstrap: Encoded) -> Branch:
        """Returns the branch with a bootstrap for a block root."""
        return replace(self, bootstraps=self.bootstraps.set(root, bootstrap))

    def with_best_update(self, period: int, update: Encoded) -> Branch:
        """Returns the branch with the best update of a period so far."""
        updates = self.updates.set(period, update)
        old = period - UPDATES_RETAINED_PERIODS_MAX
        return replace(self, updates=updates.delete(old) if old in updates else updates)

    def _without_slot(self, slot: int) -> Branch:
        state = self.states.get(slot)
        if state is None:
            return self
        kept = replace(self, states=self.states.delete(slot), state_slots=self.state_slots.delete(state.root))
        block = self.blocks.get(slot)
        if block is None:
            return kept
        bootstraps = self.bootstraps
        if block.root in bootstraps:
            bootstraps = bootstraps.delete(block.root)
        return replace(
            kept, blocks=self.blocks.delete(slot), roots=self.roots.delete(block.root), bootstraps=bootstraps
        )


@dataclass(frozen=True)
class ScheduledFork:
    """A fork of the network: name, 4-byte version, first epoch."""

    name: str
    version: bytes
    epoch: int


@dataclass(frozen=True, eq=False)
class Network:
    """What never changes in a network, and the specification's modules by fork name to decode its objects with."""

    options: ChainOptions
    genesis_time: int
    genesis_validators_root: bytes
    genesis_block: BlockRecord
    genesis_state: StateRecord
    specs: dict[str, Any]

    @property
    def newest(self) -> Any:
        """The newest fork's module: its constants and schedule functions cover all earlier ones."""
        return self.specs["gloas"]

    @property
    def encoder(self) -> Encoder:
        """Makes this network's objects fit to be served."""
        return Encoder(self.newest, self.genesis_validators_root)

    @property
    def slots_per_epoch(self) -> int:
        """Slots of an epoch."""
        return int(self.newest.SLOTS_PER_EPOCH)

    @property
    def epochs_per_period(self) -> int:
        """Epochs of a sync committee period."""
        return int(self.newest.EPOCHS_PER_SYNC_COMMITTEE_PERIOD)

    @property
    def forks(self) -> tuple[ScheduledFork, ...]:
        """The forks that are ever active, oldest first."""
        config = self.newest.config
        return tuple(
            ScheduledFork(entry.fork, bytes(getattr(config, f"{entry.fork.upper()}_FORK_VERSION")), entry.epoch)
            for entry in self.options.schedule
        )


@dataclass(frozen=True)
class Snapshot:
    """The chain as it looks in a slot; everything the Beacon API answers comes from one of these."""

    network: Network
    slot: int
    """The newest slot that has passed, with a block or without."""
    head: BlockRecord
    branch: Branch
    justified: Checkpoint
    finalized: Checkpoint
    justified_block: BlockRecord
    """The justified checkpoint's block; the genesis block before there is one."""
    finalized_block: BlockRecord
    """The finalized checkpoint's block; the genesis block before there is one."""
    orphans: Map[bytes, BlockRecord]
    """Blocks that are on no branch of the head, by root."""

    def snapshot(self) -> Snapshot:
        """Returns itself, so that a view can be answered from like the chain."""
        return self
