# SPDX-License-Identifier: Apache-2.0
"""Makes a signed block on a state, by the specification's own transition functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devnet.consensus.genesis import withdrawal_address
from devnet.consensus.keys import ValidatorKeys
from devnet.consensus.payload import execution_payload, execution_requests, plain_withdrawals
from devnet.consensus.votes import Vote, Voters
from devnet.seams import Execution, Payload, PayloadRequest, SlotPlan

GRAFFITI = b"halcyon devnet".ljust(32, b"\0")


class ProductionError(RuntimeError):
    """A block that the specification does not accept, or a payload that is not what was asked for."""


@dataclass(frozen=True)
class Made:
    """A new block with its post-state, its payload and, since gloas, the payload's signed envelope."""

    signed: Any
    state: Any
    payload: Payload
    requests: Any
    envelope: Any | None
    included: frozenset[int]
    """Slots whose votes this block includes."""


@dataclass(frozen=True)
class Base:
    """What a block is built on."""

    root: bytes
    slot: int
    requests: Any | None
    """The execution requests of the parent's payload, applied by its child since gloas; None: nothing to apply."""
    included: frozenset[int]
    """Slots whose votes this branch has already."""
    was_head: bool
    """The validators of the previous slot saw the parent as the head, so that they signed it."""


class BlockMaker:
    """Builds blocks for every fork."""

    def __init__(self, keys: ValidatorKeys, voters: Voters, execution: Execution, seed: int) -> None:
        self._keys = keys
        self._voters = voters
        self._execution = execution
        self._seed = seed

    def make(self, spec: Any, state: Any, base: Base, votes: Sequence[Vote], plan: SlotPlan) -> Made:
        """Makes the block of the state's slot; the state is the parent's, advanced, and becomes the post-state."""
        proposer = int(spec.get_beacon_proposer_index(state))
        secret = self._keys.secrets[proposer]
        body = spec.BeaconBlockBody.empty()
        block = spec.BeaconBlock(slot=state.slot, proposer_index=proposer, parent_root=base.root, body=body)
        body = block.body
        body.randao_reveal = spec.get_epoch_signature(state, block, secret)
        body.eth1_data = state.eth1_data
        body.graffiti = GRAFFITI
        included = self._add_votes(spec, state, body, base, votes, plan)
        separate = hasattr(body, "signed_execution_payload_bid")
        payload = self._build_payload(spec, state, base, proposer)
        requests = execution_requests(spec, payload)
        if separate:
            self._add_bid(spec, state, body, base, payload, requests)
        else:
            body.execution_payload = execution_payload(spec, payload, int(state.slot))
            body.execution_requests = requests
        spec.process_block(state, block)
        block.state_root = spec.hash_tree_root(state)
        signed = spec.SignedBeaconBlock(message=block, signature=spec.get_block_signature(state, block, secret))
        if not spec.verify_block_signature(state, signed):
            raise ProductionError(f"slot {int(state.slot)}: the block's own signature does not verify")
        envelope = self._reveal(spec, state, block, payload, requests, secret) if separate else None
        return Made(signed, state, payload, requests if separate else None, envelope, included)

    def _add_votes(
        self, spec: Any, state: Any, body: Any, base: Base, votes: Sequence[Vote], plan: SlotPlan
    ) -> frozenset[int]:
        included: set[int] = set()
        attestations = []
        for vote in reversed(votes):
            if len(attestations) == int(spec.MAX_ATTESTATIONS_ELECTRA):
                break
            if vote.slot in base.included or not _includable(spec, state, vote):
                continue
            attestation = self._voters.attestation(spec, state, vote, plan.attesters)
            included.add(vote.slot)
            if attestation is not None:
                attestations.append(attestation)
        body.attestations = type(body.attestations)(data=attestations)
        body.sync_aggregate = self._voters.sync_aggregate(spec, state, plan.sync_bits if base.was_head else 0.0)
        self._add_payload_attestation(spec, state, body, base)
        return frozenset(included)

    def _add_payload_attestation(self, spec: Any, state: Any, body: Any, base: Base) -> None:
        if not hasattr(body, "payload_attestations") or not base.was_head:
            return
        after = base.slot + 1 == int(state.slot) and base.slot > 0
        if after and spec.compute_epoch_at_slot(spec.Slot(base.slot)) >= spec.config.GLOAS_FORK_EPOCH:
            attestation = self._voters.payload_attestation(spec, state, base.root)
            body.payload_attestations = type(body.payload_attestations)(data=[attestation])

    def _build_payload(self, spec: Any, state: Any, base: Base, proposer: int) -> Payload:
        if hasattr(state, "latest_execution_payload_header"):
            parent_hash = state.latest_execution_payload_header.block_hash
            withdrawals = spec.get_expected_withdrawals(state).withdrawals
        elif base.requests is None:
            parent_hash = state.latest_block_hash
            withdrawals = state.payload_expected_withdrawals
        else:
            parent_hash = state.latest_execution_payload_bid.block_hash
            applied = state.copy()
            spec.apply_parent_execution_payload(applied, base.requests)
            withdrawals = spec.get_expected_withdrawals(applied).withdrawals
        request = PayloadRequest(
            parent_hash=bytes(parent_hash),
            timestamp=int(spec.compute_time_at_slot(state.genesis_time, state.slot)),
            prev_randao=bytes(spec.get_randao_mix(state, spec.get_current_epoch(state))),
            fee_recipient=withdrawal_address(self._seed, proposer),
            withdrawals=plain_withdrawals(withdrawals),
            parent_beacon_block_root=base.root,
        )
        payload = self._execution.build(request)
        for name in ("parent_hash", "timestamp", "prev_randao", "fee_recipient", "withdrawals"):
            if getattr(payload, name) != getattr(request, name):
                raise ProductionError(f"slot {int(state.slot)}: execution built a payload of another {name}")
        return payload

    def _add_bid(self, spec: Any, state: Any, body: Any, base: Base, payload: Payload, requests: Any) -> None:
        bid = spec.ExecutionPayloadBid(
            parent_block_hash=payload.parent_hash,
            parent_block_root=base.root,
            block_hash=payload.block_hash,
            prev_randao=payload.prev_randao,
            fee_recipient=payload.fee_recipient,
            gas_limit=payload.gas_limit,
            builder_index=spec.BUILDER_INDEX_SELF_BUILD,
            slot=state.slot,
            execution_requests_root=spec.hash_tree_root(requests),
        )
        body.signed_execution_payload_bid = spec.SignedExecutionPayloadBid(
            message=bid, signature=spec.G2_POINT_AT_INFINITY
        )
        if base.requests is not None:
            body.parent_execution_requests = base.requests

    def _reveal(self, spec: Any, state: Any, block: Any, payload: Payload, requests: Any, secret: int) -> Any:
        envelope = spec.ExecutionPayloadEnvelope(
            payload=execution_payload(spec, payload, int(state.slot)),
            execution_requests=requests,
            builder_index=spec.BUILDER_INDEX_SELF_BUILD,
            beacon_block_root=spec.hash_tree_root(block),
            parent_beacon_block_root=block.parent_root,
        )
        signature = spec.get_execution_payload_envelope_signature(state, envelope, secret)
        signed = spec.SignedExecutionPayloadEnvelope(message=envelope, signature=signature)
        spec.verify_execution_payload_envelope(state, signed, spec.EXECUTION_ENGINE)
        return signed


def _includable(spec: Any, state: Any, vote: Vote) -> bool:
    """Whether a vote passes the rules of process_attestation on this branch: epoch, source, committee."""
    if vote.slot >= int(state.slot):
        return False
    if vote.target.epoch == spec.get_current_epoch(state):
        justified = state.current_justified_checkpoint
    elif vote.target.epoch == spec.get_previous_epoch(state):
        justified = state.previous_justified_checkpoint
    else:
        return False
    if vote.source != justified:
        return False
    slot = spec.Slot(vote.slot)
    for index, committee in enumerate(vote.committees):
        members = spec.get_beacon_committee(state, slot, spec.CommitteeIndex(index))
        if tuple(int(member) for member in members) != committee:
            return False
    return True
