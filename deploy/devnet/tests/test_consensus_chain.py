# SPDX-License-Identifier: Apache-2.0
"""The beacon chain: finality, faults of production, forks, and what execution is told."""

from __future__ import annotations

from collections import defaultdict

import pytest
from consensus_chains import CROSSING_SLOTS, GENESIS_TIME, apart, crossing, grown, new_chain, settled
from empty_execution import EmptyExecution

from devnet.consensus import BeaconChain, ChainOptions
from devnet.consensus.chain import ReorgError
from devnet.consensus.genesis import genesis_state
from devnet.consensus.keys import ValidatorKeys
from devnet.consensus.limits import SNAPSHOTS_MAX
from devnet.seams import Payload, PayloadRequest, SlotPlan

SMALL = ChainOptions(committee_size=32)


def test_a_healthy_chain_finalizes_first_at_slot_32():
    """Justification begins with epoch 2, so that epoch 2 is final at the end of epoch 3."""
    chain, execution = new_chain(SMALL)
    outcomes = [chain.advance(slot) for slot in range(1, 33)]
    assert [outcome.finalized_epoch for outcome in outcomes] == [0] * 31 + [2]
    assert outcomes[-1].finalized_root == chain.snapshot().branch.blocks[16].root
    head, safe, finalized = execution.chosen[-1]
    blocks = chain.snapshot().branch.blocks
    assert (head, safe, finalized) == tuple(blocks[slot].execution_hash for slot in (32, 24, 16))
    assert execution.chosen[0] == (blocks[1].execution_hash, bytes(32), bytes(32))


def test_the_same_options_give_the_same_roots_and_another_seed_others():
    """Everything but the genesis time follows from the options."""
    first, second = (grown(new_chain(SMALL)[0], 9).snapshot() for _ in range(2))
    other = grown(new_chain(ChainOptions(committee_size=32, seed=1))[0], 9).snapshot()
    assert first.head.root == second.head.root
    assert first.network.genesis_validators_root == second.network.genesis_validators_root
    assert other.head.root != first.head.root
    assert other.network.genesis_validators_root != first.network.genesis_validators_root


def test_every_block_passes_an_independent_state_transition():
    """Blocks from their SSZ, every signature and state root checked, on another copy of the specification."""
    view = settled().snapshot()
    spec = apart(view.network.options)["fulu"]
    keys = ValidatorKeys(spec.bls, view.network.options.seed, view.network.options.validators)
    payload = EmptyExecution().genesis_payload
    state = genesis_state(spec, view.network.options, keys, payload, GENESIS_TIME)
    assert spec.hash_tree_root(state) == view.network.genesis_state.root
    withdrawals = 0
    for slot in range(1, 33):
        signed = spec.SignedBeaconBlock.decode_bytes(view.branch.blocks[slot].encoded.ssz)
        spec.state_transition(state, signed, validate_result=True)
        assert spec.hash_tree_root(signed.message) == view.branch.blocks[slot].root
        assert spec.hash_tree_root(state) == view.branch.states[slot].root
        assert all(signed.message.body.sync_aggregate.sync_committee_bits)
        withdrawals += len(signed.message.body.execution_payload.withdrawals)
    assert withdrawals > 0


def test_a_changed_block_does_not_pass():
    """The check above can fail."""
    view = settled().snapshot()
    spec = apart(view.network.options)["fulu"]
    keys = ValidatorKeys(spec.bls, 0, 64)
    state = genesis_state(spec, view.network.options, keys, EmptyExecution().genesis_payload, GENESIS_TIME)
    signed = spec.SignedBeaconBlock.decode_bytes(view.branch.blocks[1].encoded.ssz)
    signed.message.body.graffiti = bytes(32)
    with pytest.raises(AssertionError):
        spec.state_transition(state, signed, validate_result=True)


def test_half_the_attesters_stall_finality_and_all_of_them_resume_it():
    """Below two thirds nothing is justified."""
    chain, _ = new_chain(SMALL)
    before = grown(chain, 32).snapshot()
    assert (before.justified.epoch, before.finalized.epoch) == (3, 2)
    stalled = grown(chain, 56, SlotPlan(attesters=0.5)).snapshot()
    assert (stalled.justified.epoch, stalled.finalized.epoch) == (3, 2)
    resumed = grown(chain, 80).snapshot()
    assert (resumed.justified.epoch, resumed.finalized.epoch) == (9, 8)


@pytest.mark.parametrize("fork", ["fulu", "gloas"])
def test_skipped_slots_have_a_state_but_no_block(fork: str):
    """Also an epoch's first slot: then the block before it is the checkpoint and has the bootstrap."""
    chain, _ = new_chain(ChainOptions(fork=fork, committee_size=32))
    for slot in range(1, 20):
        outcome = chain.advance(slot, SlotPlan(skip=slot in (5, 7, 8, 16)))
        assert outcome.produced == (slot not in (5, 7, 8, 16))
    view = chain.snapshot()
    assert [slot for slot in range(20) if slot not in view.branch.blocks] == [5, 7, 8, 16]
    assert all(slot in view.branch.states for slot in range(20))
    assert set(view.branch.bootstraps) == {view.branch.blocks[slot].root for slot in (0, 6, 15)}
    assert view.branch.blocks[9].parent_root == view.branch.blocks[6].root


def test_slots_left_out_are_skipped():
    """A late producer names the slot that it is in."""
    chain, _ = new_chain(SMALL)
    chain.advance(1)
    outcome = chain.advance(20)
    assert outcome.produced and outcome.head_slot == 20
    assert sorted(chain.snapshot().branch.blocks) == [0, 1, 20]
    assert chain.snapshot().branch.blocks[20].parent_root == chain.snapshot().branch.blocks[1].root


@pytest.mark.parametrize("fork", ["electra", "fulu", "gloas"])
def test_a_reorg_leaves_blocks_behind_and_the_chain_still_finalizes(fork: str):
    """The new block stands on the ancestor; what was left is an orphan; execution is told the new head."""
    chain, execution = new_chain(ChainOptions(fork=fork, committee_size=32))
    grown(chain, 20)
    left = [chain.snapshot().branch.blocks[slot] for slot in (19, 20)]
    outcome = chain.advance(21, SlotPlan(parent_slots_back=2))
    view = chain.snapshot()
    assert outcome.reorged
    assert view.head.parent_root == view.branch.blocks[18].root
    assert set(view.orphans) == {block.root for block in left}
    assert not {19, 20} & set(view.branch.blocks)
    assert execution.chosen[-1][0] == view.head.execution_hash
    assert execution.blocks[view.head.execution_hash].parent_hash == view.branch.blocks[18].execution_hash
    assert grown(chain, 32).snapshot().finalized.epoch == 2


def test_no_validator_ever_signs_two_votes_of_an_epoch():
    """Neither on a branch nor across branches: a slashable chain would be no model of a healthy one."""
    chain, _ = new_chain(SMALL)
    for slot in range(1, 48):
        back = {13: 3, 22: 2, 30: 4}.get(slot, 0)
        chain.advance(slot, SlotPlan(parent_slots_back=back, skip=slot in (17, 29), attesters=0.9))
    view = chain.snapshot()
    spec = view.network.specs["fulu"]
    votes, bits = defaultdict(set), defaultdict(set)
    orphaned = list(view.orphans.values())
    assert len(orphaned) >= 5
    for block in [*view.branch.blocks.values(), *orphaned]:
        for vote in spec.SignedBeaconBlock.decode_bytes(block.encoded.ssz).message.body.attestations:
            # A validator is in one slot's committee of an epoch: two votes of one are two of a slot's.
            votes[int(vote.data.slot)].add(bytes(vote.data.hash_tree_root()))
            bits[int(vote.data.slot)].add(bytes(vote.aggregation_bits.encode_bytes()))
    assert len(votes) > 40
    assert {len(found) for found in votes.values()} == {1}
    assert {len(found) for found in bits.values()} == {1}


def test_a_reorg_past_finality_is_refused_and_changes_nothing():
    """The message names the finalized slot."""
    chain, execution = new_chain(SMALL)
    before = grown(chain, 34).snapshot()
    told = len(execution.chosen)
    with pytest.raises(ReorgError, match="no block 19 slots before the head .* finalized to slot 16"):
        chain.advance(35, SlotPlan(parent_slots_back=19))
    assert chain.snapshot() is before
    assert len(execution.chosen) == told
    assert chain.advance(35, SlotPlan(parent_slots_back=18)).reorged


def test_a_reorg_across_a_period_keeps_the_branches_own_best_update():
    """The left branch's update of the new period goes with it, and the next one comes from the new branch."""
    chain, _ = new_chain(SMALL)
    grown(chain, 66)
    left = chain.snapshot().branch.updates[1]
    chain.advance(67, SlotPlan(parent_slots_back=4))
    assert sorted(chain.snapshot().branch.updates) == [0]
    renewed = grown(chain, 70).snapshot().branch.updates
    assert sorted(renewed) == [0, 1]
    assert renewed[1] != left


@pytest.mark.parametrize(
    ("slot", "plan", "reason"),
    [
        (3, SlotPlan(), "slot 3 is not among the 4096 after 3"),
        (4100, SlotPlan(), "slot 4100 is not among the 4096 after 3"),
        (4, SlotPlan(attesters=1.5), "a share of 1.5 is outside 0 to 1"),
        (4, SlotPlan(sync_bits=-0.1), "a share of -0.1 is outside 0 to 1"),
        (4, SlotPlan(parent_slots_back=-1), "parent_slots_back is negative"),
    ],
)
def test_an_impossible_slot_or_plan_is_refused(slot: int, plan: SlotPlan, reason: str):
    """With its reason, and nothing is made."""
    chain = _short_chain()
    with pytest.raises(ValueError) as refusal:
        chain.advance(slot, plan)
    assert str(refusal.value) == reason
    assert chain.snapshot().slot == 3


_short: list[BeaconChain] = []


def _short_chain() -> BeaconChain:
    if not _short:
        _short.append(grown(new_chain(SMALL)[0], 3))
    return _short[0]


def test_a_payload_that_was_not_asked_for_is_refused():
    """Consensus does not take execution's word for what it asked."""

    class Stubborn(EmptyExecution):
        def build(self, request: PayloadRequest) -> Payload:
            other = PayloadRequest(
                request.parent_hash, request.timestamp + 1, request.prev_randao, request.fee_recipient,
                request.withdrawals, request.parent_beacon_block_root,
            )
            return super().build(other)

    chain = BeaconChain(SMALL, Stubborn(), GENESIS_TIME)
    with pytest.raises(RuntimeError, match="^slot 1: execution built a payload of another timestamp$"):
        chain.advance(1)


def test_forks_are_crossed_by_schedule():
    """Each block has its epoch's fork, and finality goes on."""
    view = crossing().snapshot()
    forks = {slot: block.encoded.fork for slot, block in view.branch.blocks.items()}
    assert forks == {
        slot: "electra" if slot < 24 else "fulu" if slot < 80 else "gloas" for slot in range(CROSSING_SLOTS + 1)
    }
    assert view.branch.states[80].fork.current_version.hex() == "07000001"
    assert view.finalized.epoch == CROSSING_SLOTS // 8 - 2
    assert all((block.envelope is not None) == (block.slot >= 80) for block in view.branch.blocks.values())


def test_since_gloas_the_payload_is_revealed_beside_the_block():
    """The bid names the envelope's payload, and the next bid stands on it."""
    view = crossing().snapshot()
    spec = view.network.specs["gloas"]
    for slot in (80, 81, 120):
        block, following = view.branch.blocks[slot], view.branch.blocks[slot + 1]
        assert block.envelope is not None
        envelope = spec.SignedExecutionPayloadEnvelope.decode_bytes(block.envelope.ssz).message
        body = spec.SignedBeaconBlock.decode_bytes(block.encoded.ssz).message.body
        after = spec.SignedBeaconBlock.decode_bytes(following.encoded.ssz).message.body
        assert envelope.payload.block_hash == body.signed_execution_payload_bid.message.block_hash
        assert after.signed_execution_payload_bid.message.parent_block_hash == envelope.payload.block_hash
        assert len(after.payload_attestations) == 1


def test_older_views_are_kept_for_a_while_and_stay_as_they_were():
    """A stale answer is an honest answer of then."""
    chain, _ = new_chain(SMALL)
    views = [chain.advance(slot) and chain.snapshot() for slot in range(1, 6)]
    assert [chain.snapshot(ago).slot for ago in range(5)] == [5, 4, 3, 2, 1]
    assert chain.snapshot(2) is views[2]
    assert chain.snapshot(2).head.slot == 3
    assert chain.snapshot(SNAPSHOTS_MAX * 2).slot == 0
    with pytest.raises(ValueError, match="^slots_ago is negative$"):
        chain.snapshot(-1)
