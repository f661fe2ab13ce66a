# SPDX-License-Identifier: Apache-2.0
"""Light-client objects of a chain, by the specification's create_* functions (altair/light-client/full-node.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from devnet.consensus.views import Branch, Network


@dataclass(frozen=True)
class Anchor:
    """A block with its post-state and the fork that it belongs to."""

    fork: str
    root: bytes
    signed: Any
    state: Any

    @property
    def slot(self) -> int:
        """The block's slot."""
        return int(self.signed.message.slot)


@dataclass(frozen=True)
class BestUpdate:
    """The best update of the period a branch is in, as an object that others can be compared with."""

    period: int
    fork: str
    update: Any


def add_bootstraps(network: Network, branch: Branch, parent: Anchor | None, block: Anchor) -> Branch:
    """Returns the branch with the bootstrap of an epoch's checkpoint block, once it is known which block that is.

    It is the epoch's first block if that has the epoch's first slot, and else the last one before the epoch.
    """
    per_epoch = int(network.newest.SLOTS_PER_EPOCH)
    if block.slot % per_epoch == 0:
        checkpoint = block
    elif parent is not None and parent.slot // per_epoch < block.slot // per_epoch:
        checkpoint = parent
    else:
        return branch
    spec = network.specs[checkpoint.fork]
    bootstrap = spec.create_light_client_bootstrap(checkpoint.state, checkpoint.signed)
    return branch.with_bootstrap(checkpoint.root, network.encoder.encode(checkpoint.fork, checkpoint.slot, bootstrap))


def add_updates(
    network: Network, branch: Branch, best: BestUpdate | None, attested: Anchor, block: Anchor, finalized: Any | None
) -> tuple[Branch, BestUpdate | None]:
    """Returns the branch with the updates that a block's sync aggregate gives, and the period's best update.

    An update has the type of its attested block's fork. `finalized` is the block that the attested state calls
    finalized, None while there is none: an update that proves no more than that would be the first period's best for
    ever, because the comparison takes it for a finality update and prefers the oldest.
    """
    spec = network.specs[attested.fork]
    aggregate = block.signed.message.body.sync_aggregate
    if spec.get_set_bit_count(aggregate.sync_committee_bits) < spec.MIN_SYNC_COMMITTEE_PARTICIPANTS:
        return branch, best
    update = spec.create_light_client_update(block.state, block.signed, attested.state, attested.signed, finalized)
    optimistic = spec.create_light_client_optimistic_update(update)
    branch = replace(branch, optimistic_update=network.encoder.encode(attested.fork, attested.slot, optimistic))
    if finalized is not None:
        finality = spec.create_light_client_finality_update(update)
        branch = replace(branch, finality_update=network.encoder.encode(attested.fork, attested.slot, finality))
    period = int(spec.compute_sync_committee_period_at_slot(spec.Slot(attested.slot)))
    if period != spec.compute_sync_committee_period_at_slot(spec.Slot(block.slot)):
        return branch, best
    candidate = BestUpdate(period, attested.fork, update)
    if best is not None and best.period == period and not _better(network, candidate, best):
        return branch, best
    return branch.with_best_update(period, network.encoder.encode(attested.fork, attested.slot, update)), candidate


def _better(network: Network, candidate: BestUpdate, best: BestUpdate) -> bool:
    """Compares two updates of one period under the later one's fork, to which the earlier one is upgraded."""
    older = best.update
    if candidate.fork == "gloas" and best.fork != "gloas":
        older = network.specs["gloas"].upgrade_lc_update_to_gloas(older)
    return bool(network.specs[candidate.fork].is_better_update(candidate.update, older))
