# SPDX-License-Identifier: Apache-2.0
"""A light client made of the specification's own functions follows the chain through its Beacon API."""

from __future__ import annotations

from typing import Any

import pytest
from consensus_chains import Client, apart, crossing, grown, new_chain, settled

from devnet.consensus import ChainOptions
from devnet.consensus.views import Snapshot
from devnet.seams import SlotPlan

LIGHT = "/eth/v1/beacon/light_client"


class Follower:
    """The specification's sync protocol over SSZ answers, in a copy of the modules that the chain does not share."""

    def __init__(self, view: Snapshot, trusted_root: bytes) -> None:
        self.view = view
        self.client = Client(view)
        self.specs = apart(view.network.options)
        self.newest = view.network.options.schedule[-1].fork
        self.spec = self.specs[self.newest]
        self.root = self.spec.Root(view.network.genesis_validators_root)
        bootstrap = self.decode(self.client.ssz(f"{LIGHT}/bootstrap/0x{trusted_root.hex()}"), "LightClientBootstrap")
        self.store = self.spec.initialize_light_client_store(self.spec.Root(trusted_root), bootstrap)

    def decode(self, response: Any, kind: str) -> Any:
        """Returns an answer's object as the newest fork's type."""
        return self.upgrade(response.headers["Eth-Consensus-Version"], kind, response.body)

    def upgrade(self, fork: str, kind: str, ssz: bytes) -> Any:
        """Decodes under a fork and upgrades to the newest one."""
        value = getattr(self.specs[fork], kind).decode_bytes(ssz)
        if self.newest == "gloas" and fork != "gloas":
            name = {"LightClientBootstrap": "bootstrap", "LightClientUpdate": "update"}.get(kind, "")
            name = name or {"LightClientFinalityUpdate": "finality_update"}.get(kind, "optimistic_update")
            value = getattr(self.spec, f"upgrade_lc_{name}_to_gloas")(value)
        return value

    def fork_of_digest(self, digest: bytes) -> str:
        """Returns the fork that a context names."""
        by_digest = {
            bytes(self.spec.compute_fork_digest(self.root, self.spec.Epoch(entry.epoch))): entry.fork
            for entry in self.view.network.options.schedule
        }
        return by_digest[digest]

    def updates(self, start: int, count: int) -> list[Any]:
        """Returns the best updates, cut out of the length-prefixed chunks."""
        body = self.client.ssz(f"{LIGHT}/updates", start_period=str(start), count=str(count)).body
        found = []
        while body:
            length = int.from_bytes(body[:8], "little")
            chunk, body = body[8 : 8 + length], body[8 + length :]
            assert len(chunk) == length
            found.append(self.upgrade(self.fork_of_digest(chunk[:4]), "LightClientUpdate", chunk[4:]))
        return found

    @property
    def slot(self) -> Any:
        """The slot that the follower's clock says."""
        return self.spec.Slot(self.view.slot)

    def apply(self, update: Any) -> None:
        """Processes a period update."""
        self.spec.process_light_client_update(self.store, update, self.slot, self.root)

    def finish(self) -> None:
        """Processes finality and optimistic update."""
        finality = self.decode(self.client.ssz(f"{LIGHT}/finality_update"), "LightClientFinalityUpdate")
        self.spec.process_light_client_finality_update(self.store, finality, self.slot, self.root)
        optimistic = self.decode(self.client.ssz(f"{LIGHT}/optimistic_update"), "LightClientOptimisticUpdate")
        self.spec.process_light_client_optimistic_update(self.store, optimistic, self.slot, self.root)


def checkpoint_root(view: Snapshot, slot: int) -> bytes:
    """Returns the root of a block."""
    return view.branch.blocks[slot].root


def test_a_client_follows_from_electra_through_fulu_into_gloas():
    """Bootstrap in the first period, two period updates across both forks, then finality and optimistic update."""
    view = crossing().snapshot()
    follower = Follower(view, checkpoint_root(view, 16))
    for update in follower.updates(0, 3):
        follower.apply(update)
    follower.finish()
    store = follower.store
    # An update carries what its attested block, the one before the head, knows.
    assert int(store.finalized_header.beacon.slot) == view.finalized_block.slot
    assert follower.spec.hash_tree_root(store.finalized_header.beacon) == view.finalized.root
    assert int(store.optimistic_header.beacon.slot) == view.head.slot - 1
    assert store.next_sync_committee != follower.spec.SyncCommittee()


def test_a_gloas_header_names_the_parents_execution_block():
    """Its execution block hash is the one that the bid stands on."""
    view = crossing().snapshot()
    follower = Follower(view, checkpoint_root(view, 128))
    header = follower.store.finalized_header
    assert header.execution_block_hash == view.branch.blocks[127].execution_hash


@pytest.mark.parametrize("slot", [24, 80])
def test_a_client_starts_on_the_first_block_of_a_fork(slot: int):
    """Its bootstrap has the new fork's type and branch depth."""
    view = crossing().snapshot()
    follower = Follower(view, checkpoint_root(view, slot))
    assert int(follower.store.finalized_header.beacon.slot) == slot


def test_mainnet_sizes_on_the_wire():
    """Committees of 512 keys: what a client reads here is as large as what it will read in the field."""
    view = settled().snapshot()
    client = Client(view)
    assert len(client.ssz(f"{LIGHT}/bootstrap/0x{view.finalized.root.hex()}").body) == 25_648
    # Extra data is empty here; the update has an 8-byte length and a 4-byte fork digest before it.
    assert len(client.ssz(f"{LIGHT}/updates", start_period="0", count="1").body) == 8 + 4 + 26_872
    follower = Follower(view, view.finalized.root)
    follower.finish()
    assert int(follower.store.optimistic_header.beacon.slot) == view.head.slot - 1


def test_half_the_sync_committee_is_held_but_not_applied():
    """The update says so truthfully; the specification's client keeps it and moves nothing final."""
    chain, _ = new_chain(ChainOptions(committee_size=32))
    grown(chain, 40)
    chain.advance(41, SlotPlan(sync_bits=0.5))
    view = chain.snapshot()
    follower = Follower(view, checkpoint_root(view, 8))
    finality = follower.decode(follower.client.ssz(f"{LIGHT}/finality_update"), "LightClientFinalityUpdate")
    assert sum(map(int, finality.sync_aggregate.sync_committee_bits)) == 16
    follower.spec.process_light_client_finality_update(follower.store, finality, follower.slot, follower.root)
    assert int(follower.store.finalized_header.beacon.slot) == 8
    assert follower.store.best_valid_update is not None
    chain.advance(42)
    whole = Client(chain).ssz(f"{LIGHT}/finality_update")
    follower.view = chain.snapshot()
    finality = follower.decode(whole, "LightClientFinalityUpdate")
    follower.spec.process_light_client_finality_update(follower.store, finality, follower.slot, follower.root)
    assert int(follower.store.finalized_header.beacon.slot) == 24


def test_without_any_signature_the_last_update_stays():
    """Nothing is made up for a slot whose committee was silent."""
    chain, _ = new_chain(ChainOptions(committee_size=32))
    grown(chain, 5)
    before = chain.snapshot().branch.optimistic_update
    chain.advance(6, SlotPlan(sync_bits=0.0))
    assert chain.snapshot().branch.optimistic_update is before
    chain.advance(7)
    assert chain.snapshot().branch.optimistic_update is not before


def test_a_better_update_replaces_a_periods_best_and_a_worse_one_does_not():
    """Supermajority first, then finality, then the older one, as is_better_update has it."""
    chain, _ = new_chain(ChainOptions(committee_size=32))
    chain.advance(1, SlotPlan(sync_bits=0.5))
    poor = chain.snapshot().branch.updates[0]
    grown(chain, 2)
    full = chain.snapshot().branch.updates[0]
    assert full != poor
    grown(chain, 3, SlotPlan(sync_bits=0.9))
    assert chain.snapshot().branch.updates[0] is full
    assert grown(chain, 32).snapshot().branch.updates[0] is full
    # Its attested block is the first that knows of a finalized one.
    final = grown(chain, 33).snapshot().branch.updates[0]
    assert final is not full
    assert grown(chain, 35).snapshot().branch.updates[0] is final


def test_an_altered_update_is_refused_by_the_specifications_client():
    """The follower above can refuse."""
    view = settled().snapshot()
    follower = Follower(view, view.finalized.root)
    response = follower.client.ssz(f"{LIGHT}/optimistic_update")
    update = follower.decode(response, "LightClientOptimisticUpdate")
    update.attested_header.beacon.proposer_index = 1 + update.attested_header.beacon.proposer_index
    with pytest.raises(AssertionError):
        follower.spec.process_light_client_optimistic_update(follower.store, update, follower.slot, follower.root)
