# SPDX-License-Identifier: Apache-2.0
"""Views of the chain: what is kept, what is forgotten, and that older ones stay as they were."""

from __future__ import annotations

from devnet.consensus.limits import BLOCKS_RETAINED_SLOTS_MAX, UPDATES_RETAINED_PERIODS_MAX
from devnet.consensus.views import BlockRecord, Branch, Checkpoint, Encoded, ForkRecord, StateRecord

NONE = Checkpoint(0, bytes(32))
FORK = ForkRecord(bytes(4), bytes(4), 0)
OBJECT = Encoded("fulu", "LightClientBootstrap", b"", bytes(4))


def _root(kind: int, slot: int) -> bytes:
    return bytes([kind]) + slot.to_bytes(31)


def _block(slot: int) -> BlockRecord:
    zero = bytes(32)
    return BlockRecord(slot, _root(1, slot), 0, zero, zero, zero, bytes(96), zero, OBJECT, None)


def _grow(branch: Branch, first: int, last: int) -> Branch:
    """Grows a branch by blocks in even slots, with a bootstrap in every eighth."""
    for slot in range(first, last + 1):
        if slot % 2 == 0:
            branch = branch.with_block(_block(slot))
        if slot % 8 == 0:
            branch = branch.with_bootstrap(_root(1, slot), OBJECT)
        branch = branch.with_state(StateRecord(slot, _root(2, slot), FORK, NONE, NONE, NONE))
    return branch


def test_blocks_states_and_bootstraps_are_forgotten_by_age():
    """Exactly so many slots are kept, under every key."""
    full = _grow(Branch(), 0, BLOCKS_RETAINED_SLOTS_MAX - 1)
    assert 0 in full.blocks
    older = _grow(full, BLOCKS_RETAINED_SLOTS_MAX, BLOCKS_RETAINED_SLOTS_MAX + 9)
    assert min(older.blocks) == min(older.states) == 10
    assert len(older.states) == len(older.state_slots) == BLOCKS_RETAINED_SLOTS_MAX
    assert len(older.blocks) == len(older.roots) == BLOCKS_RETAINED_SLOTS_MAX // 2
    assert len(older.bootstraps) == BLOCKS_RETAINED_SLOTS_MAX // 8
    assert _root(1, 8) not in older.bootstraps and _root(1, 16) in older.bootstraps
    assert 0 in full.blocks and _root(1, 8) in full.bootstraps


def test_best_updates_are_forgotten_by_period():
    """The oldest goes when there are too many."""
    branch = Branch()
    for period in range(UPDATES_RETAINED_PERIODS_MAX + 3):
        branch = branch.with_best_update(period, OBJECT)
    assert len(branch.updates) == UPDATES_RETAINED_PERIODS_MAX
    assert min(branch.updates) == 3
