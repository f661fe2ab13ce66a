# SPDX-License-Identifier: Apache-2.0
"""The beacon chain: a slot at a time, with skipped slots, missing votes, reorgs and fork crossings as planned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from devnet.consensus import genesis, light_client
from devnet.consensus.keys import ValidatorKeys
from devnet.consensus.limits import ORPHANS_MAX, SKIPPED_SLOTS_MAX, SNAPSHOTS_MAX, STATES_RETAINED_SLOTS_MAX
from devnet.consensus.options import ChainOptions
from devnet.consensus.production import Base, BlockMaker, Made
from devnet.consensus.specification import load
from devnet.consensus.views import BlockRecord, Branch, Checkpoint, Encoder, ForkRecord, Network, Snapshot, StateRecord
from devnet.consensus.votes import Vote, Voters, observe, whole_share
from devnet.seams import Execution, Payload, SlotOutcome, SlotPlan

NO_ROOT = bytes(32)
FINALIZED_MARGIN_SLOTS = 32
"""Blocks kept before the finalized one: their states still name an older finalized block."""


class ReorgError(ValueError):
    """A reorg that is not possible: past finality, or past the states that are kept."""


@dataclass(frozen=True)
class _Block:
    """A block that others may be built on."""

    anchor: light_client.Anchor
    parent_root: bytes
    branch: Branch
    best: light_client.BestUpdate | None
    requests: Any | None
    included: frozenset[int]
    record: BlockRecord


class BeaconChain:
    """A network's consensus layer. `advance` belongs to one thread; `snapshot` may be called from any."""

    def __init__(
        self,
        options: ChainOptions,
        execution: Execution,
        genesis_time: int,
        specs: dict[str, Any] | None = None,
    ) -> None:
        """Makes genesis. Loaded specifications may be shared by chains of like options that one thread drives."""
        self.options = options
        self._execution = execution
        self._specs = load(options) if specs is None else specs
        spec = self._specs[options.fork]
        keys = ValidatorKeys(spec.bls, options.seed, options.validators)
        voters = Voters(keys, options.seed)
        self._maker = BlockMaker(keys, voters, execution, options.seed)
        payload = execution.genesis_payload
        state = genesis.genesis_state(spec, options, keys, payload, genesis_time)
        signed = genesis.genesis_block(spec, state)
        anchor = light_client.Anchor(options.fork, bytes(spec.hash_tree_root(signed.message)), signed, state)
        first = _state_record(spec, state)
        root = bytes(state.genesis_validators_root)
        record = _block_record(Encoder(self._specs["gloas"], root), anchor, payload, None)
        self.network = Network(options, genesis_time, root, record, first, self._specs)
        branch = Branch().with_block(record).with_state(first)
        branch = light_client.add_bootstraps(self.network, branch, None, anchor)
        self._blocks = {anchor.root: _Block(anchor, NO_ROOT, branch, None, None, frozenset(), record)}
        self._genesis = self._head = self._blocks[anchor.root]
        self._slot = 0
        self._state = state
        self._votes: deque[Vote] = deque(maxlen=int(spec.SLOTS_PER_EPOCH))
        self._votes.append(observe(spec, state, anchor.root, 0))
        self._orphans: Map[bytes, BlockRecord] = Map()
        self._orphan_order: deque[bytes] = deque()
        none = Checkpoint(0, NO_ROOT)
        self._snapshots: deque[Snapshot] = deque(maxlen=SNAPSHOTS_MAX)
        self._publish(branch, none, none)

    def snapshot(self, slots_ago: int = 0) -> Snapshot:
        """Returns the newest view, or an older one, as old as is kept. ValueError: negative."""
        if slots_ago < 0:
            raise ValueError("slots_ago is negative")
        if slots_ago == 0:
            return self._current
        kept = list(self._snapshots)
        return kept[max(0, len(kept) - 1 - slots_ago)]

    def advance(self, slot: int, plan: SlotPlan = SlotPlan()) -> SlotOutcome:
        """Makes the slot's block as planned; slots left out before it are skipped. A refused plan changes nothing.

        ValueError: slot not after the last one or too far from it, a share out of range. ReorgError: see there.
        """
        if not self._slot < slot <= self._slot + SKIPPED_SLOTS_MAX:
            raise ValueError(f"slot {slot} is not among the {SKIPPED_SLOTS_MAX} after {self._slot}")
        whole_share(plan.attesters)
        whole_share(plan.sync_bits)
        parent = self._head if plan.parent_slots_back == 0 or plan.skip else self._ancestor(plan.parent_slots_back)
        while self._slot < slot - 1:
            self._skip()
        if plan.skip:
            self._skip()
            return self._outcome(produced=False, transactions=0, reorged=False)
        before = self._head
        payload = self._produce(slot, parent, plan)
        return self._outcome(produced=True, transactions=len(payload.transactions), reorged=parent is not before)

    def _ancestor(self, slots_back: int) -> _Block:
        """Returns the head's newest ancestor that is at least so many slots older."""
        if slots_back < 0:
            raise ValueError("parent_slots_back is negative")
        finalized = self._current.finalized_block.slot
        block = self._head
        while block.anchor.slot > self._head.anchor.slot - slots_back:
            parent = self._blocks.get(block.parent_root)
            if parent is None or parent.anchor.slot < finalized:
                raise ReorgError(
                    f"no block {slots_back} slots before the head (slot {self._head.anchor.slot}) can be built on:"
                    f" the chain is finalized to slot {finalized} and states are kept for {STATES_RETAINED_SLOTS_MAX}"
                )
            block = parent
        return block

    def _skip(self) -> None:
        state = self._state
        if self._state is self._head.anchor.state:
            state = state.copy()
        self._state, branch = self._walk(state, self._current.branch, self._slot + 1)
        self._slot += 1
        self._observe()
        self._publish(branch, self._current.justified, self._current.finalized)

    def _walk(self, state: Any, branch: Branch, slot: int) -> tuple[Any, Branch]:
        """Advances a state to a slot, through forks, and notes on the branch every slot that it passes or reaches."""
        while int(state.slot) < slot:
            spec = self._spec_at(int(state.slot))
            following = int(state.slot) + 1
            spec.process_slots(state, spec.Slot(following))
            if self._fork_at(following) != spec.fork:
                upgrade = self._specs[self._fork_at(following)]
                state = getattr(upgrade, f"upgrade_to_{upgrade.fork}")(state)
            branch = branch.with_state(_state_record(self._spec_at(following), state))
        return state, branch

    def _produce(self, slot: int, parent: _Block, plan: SlotPlan) -> Payload:
        if parent is self._head:
            start = self._state.copy() if self._state is parent.anchor.state else self._state
            branch = self._current.branch
        else:
            start, branch = parent.anchor.state.copy(), parent.branch
        state, branch = self._walk(start, branch, slot)
        spec = self._spec_at(slot)
        base = Base(
            root=parent.anchor.root,
            slot=parent.anchor.slot,
            requests=self._requests_of(parent),
            included=parent.included,
            was_head=parent is self._head,
        )
        made = self._maker.make(spec, state, base, tuple(self._votes), plan)
        block = self._record(made, parent, branch, slot)
        if parent is not self._head:
            self._leave(parent)
        self._head, self._state, self._slot = block, made.state, slot
        self._blocks[block.anchor.root] = block
        self._observe()
        justified = self._later(self._current.justified, made.state.current_justified_checkpoint)
        finalized = self._later(self._current.finalized, made.state.finalized_checkpoint)
        safe, final = self._execution_hash(justified), self._execution_hash(finalized)
        self._execution.choose(block.record.execution_hash, safe, final)
        self._publish(block.branch, justified, finalized)
        self._forget()
        return made.payload

    def _requests_of(self, parent: _Block) -> Any | None:
        """Returns what the parent's payload asks of its gloas child; before gloas a block asked for itself."""
        if parent.requests is not None or parent is self._genesis:
            return parent.requests
        return self._specs["gloas"].ExecutionRequests.empty()

    def _record(self, made: Made, parent: _Block, branch: Branch, slot: int) -> _Block:
        root = bytes(self._spec_at(slot).hash_tree_root(made.signed.message))
        anchor = light_client.Anchor(self._fork_at(slot), root, made.signed, made.state)
        record = _block_record(self.network.encoder, anchor, made.payload, made.envelope)
        branch = branch.with_block(record)
        # The walk noted the slot's state before its block.
        before = branch.states[slot].root
        branch = replace(branch, state_slots=branch.state_slots.delete(before))
        branch = branch.with_state(_state_record(self._spec_at(slot), made.state))
        branch = light_client.add_bootstraps(self.network, branch, parent.anchor, anchor)
        finalized = self._blocks.get(bytes(parent.anchor.state.finalized_checkpoint.root))
        branch, best = light_client.add_updates(
            self.network, branch, parent.best, parent.anchor, anchor, finalized.anchor.signed if finalized else None
        )
        horizon = slot - (self._votes.maxlen or 0)
        included = frozenset(voted for voted in parent.included | made.included if voted >= horizon)
        return _Block(anchor, parent.anchor.root, branch, best, made.requests, included, record)

    def _leave(self, parent: _Block) -> None:
        """Notes the blocks that a reorg to a parent leaves behind."""
        block = self._head
        while block is not parent:
            root = block.anchor.root
            self._orphans = self._orphans.set(root, block.record)
            self._orphan_order.append(root)
            block = self._blocks[block.parent_root]
        while len(self._orphan_order) > ORPHANS_MAX:
            self._orphans = self._orphans.delete(self._orphan_order.popleft())

    def _forget(self) -> None:
        """Drops blocks that nothing can be built on any more."""
        settled = self._current.finalized_block.slot - FINALIZED_MARGIN_SLOTS
        oldest = max(settled, self._slot - STATES_RETAINED_SLOTS_MAX)
        keep = {self._head.anchor.root, self._current.justified.root, self._current.finalized.root}
        for root in [r for r, b in self._blocks.items() if b.anchor.slot < oldest and r not in keep]:
            del self._blocks[root]

    def _observe(self) -> None:
        spec = self._spec_at(self._slot)
        self._votes.append(observe(spec, self._state, self._head.anchor.root, self._head.anchor.slot))

    def _publish(self, branch: Branch, justified: Checkpoint, finalized: Checkpoint) -> None:
        self._current = Snapshot(
            network=self.network,
            slot=self._slot,
            head=self._head.record,
            branch=branch,
            justified=justified,
            finalized=finalized,
            justified_block=self._checkpoint_block(justified).record,
            finalized_block=self._checkpoint_block(finalized).record,
            orphans=self._orphans,
        )
        self._snapshots.append(self._current)

    def _outcome(self, produced: bool, transactions: int, reorged: bool) -> SlotOutcome:
        view = self._current
        return SlotOutcome(
            slot=self._slot,
            produced=produced,
            head_slot=view.head.slot,
            head_root=view.head.root,
            head_block_hash=view.head.execution_hash,
            justified_epoch=view.justified.epoch,
            finalized_epoch=view.finalized.epoch,
            finalized_root=view.finalized.root,
            transactions=transactions,
            reorged=reorged,
        )

    def _later(self, ours: Checkpoint, theirs: Any) -> Checkpoint:
        """Returns the newer checkpoint: what was once justified or finalized stays so, whatever branch is built on."""
        return _checkpoint(theirs) if int(theirs.epoch) > ours.epoch else ours

    def _checkpoint_block(self, checkpoint: Checkpoint) -> _Block:
        return self._genesis if checkpoint.root == NO_ROOT else self._blocks[checkpoint.root]

    def _execution_hash(self, checkpoint: Checkpoint) -> bytes:
        return NO_ROOT if checkpoint.root == NO_ROOT else self._checkpoint_block(checkpoint).record.execution_hash

    def _fork_at(self, slot: int) -> str:
        return self.options.fork_at_epoch(slot // int(self._specs["gloas"].SLOTS_PER_EPOCH))

    def _spec_at(self, slot: int) -> Any:
        return self._specs[self._fork_at(slot)]


def _checkpoint(value: Any) -> Checkpoint:
    return Checkpoint(int(value.epoch), bytes(value.root))


def _state_record(spec: Any, state: Any) -> StateRecord:
    fork = ForkRecord(bytes(state.fork.previous_version), bytes(state.fork.current_version), int(state.fork.epoch))
    return StateRecord(
        slot=int(state.slot),
        root=bytes(spec.hash_tree_root(state)),
        fork=fork,
        previous_justified=_checkpoint(state.previous_justified_checkpoint),
        current_justified=_checkpoint(state.current_justified_checkpoint),
        finalized=_checkpoint(state.finalized_checkpoint),
    )


def _block_record(encoder: Encoder, anchor: light_client.Anchor, payload: Payload, envelope: Any) -> BlockRecord:
    message = anchor.signed.message
    sealed = None if envelope is None else encoder.encode(anchor.fork, anchor.slot, envelope)
    return BlockRecord(
        slot=anchor.slot,
        root=anchor.root,
        proposer_index=int(message.proposer_index),
        parent_root=bytes(message.parent_root),
        state_root=bytes(message.state_root),
        body_root=bytes(message.body.hash_tree_root()),
        signature=bytes(anchor.signed.signature),
        execution_hash=payload.block_hash,
        encoded=encoder.encode(anchor.fork, anchor.slot, anchor.signed),
        envelope=sealed,
    )
