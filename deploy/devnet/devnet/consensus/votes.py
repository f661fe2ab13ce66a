# SPDX-License-Identifier: Apache-2.0
"""What validators sign in a slot: attestations, the sync committee's and the payload committee's messages."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from devnet.consensus.keys import ValidatorKeys

SHARE_STEPS = 10_000
"""Shares are taken to a hundredth of a per cent, so that no binary rounding decides about a supermajority."""


def whole_share(share: float) -> Fraction:
    """Returns a share of 0 to 1 as an exact fraction. ValueError: outside."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share} is outside 0 to 1")
    return Fraction(round(share * SHARE_STEPS), SHARE_STEPS)


@dataclass
class Vote:
    """A slot's committees and what they saw as the head. They sign once, whatever branch later includes it."""

    slot: int
    committees: tuple[tuple[int, ...], ...]
    index: int
    head_root: bytes
    source: Any
    target: Any
    bits: tuple[tuple[bool, ...], ...] = ()
    signature: bytes = b""
    cast: bool = False


def observe(spec: Any, state: Any, head_root: bytes, head_slot: int) -> Vote:
    """Returns what the committees of the state's slot would sign; the state is the head's, advanced to that slot."""
    slot, epoch = int(state.slot), spec.get_current_epoch(state)
    count = spec.get_committee_count_per_slot(state, epoch)
    committees = tuple(
        tuple(int(member) for member in spec.get_beacon_committee(state, state.slot, spec.CommitteeIndex(index)))
        for index in range(count)
    )
    start = spec.compute_start_slot_at_epoch(epoch)
    at_start = head_slot <= start
    target_root = head_root if at_start else bytes(spec.get_block_root_at_slot(state, start))
    # Since gloas the index says, of an older block, that its payload arrived (EIP-7732).
    seen_full = head_slot != slot and hasattr(state, "execution_payload_availability")
    return Vote(
        slot=slot,
        committees=committees,
        index=int(seen_full),
        head_root=head_root,
        source=state.current_justified_checkpoint.copy(),
        target=spec.Checkpoint(epoch=epoch, root=target_root),
    )


class Voters:
    """Signs for the validators; which of them take part follows from the seed, the slot and the share."""

    def __init__(self, keys: ValidatorKeys, seed: int) -> None:
        self._keys = keys
        self._seed = seed

    def _pick(self, purpose: str, slot: int, of: int, count: int) -> set[int]:
        if count == of:
            return set(range(of))
        return set(random.Random(f"{self._seed} {purpose} {slot}").sample(range(of), count))

    def attestation(self, spec: Any, state: Any, vote: Vote, share: float) -> Any | None:
        """Returns a slot's votes as one on-chain aggregate for the block of a state, None if nobody took part."""
        data = spec.AttestationData(
            slot=vote.slot, index=vote.index, beacon_block_root=vote.head_root, source=vote.source, target=vote.target
        )
        if not vote.cast:
            self._cast(spec, state, vote, data, share)
        taking_part = [any(bits) for bits in vote.bits]
        if not any(taking_part):
            return None
        limit = int(spec.MAX_COMMITTEES_PER_SLOT)
        flags = [index < len(taking_part) and taking_part[index] for index in range(limit)]
        bits = [bit for committee in vote.bits if any(committee) for bit in committee]
        return spec.Attestation(
            aggregation_bits=spec.AggregationBits(data=bits),
            data=data,
            signature=vote.signature,
            committee_bits=spec.CommitteeBits(data=flags),
        )

    def _cast(self, spec: Any, state: Any, vote: Vote, data: Any, share: float) -> None:
        size = sum(len(committee) for committee in vote.committees)
        part = whole_share(share) * size
        # Rounding that evens out over slots: an epoch's share is the one asked for.
        count = int(part * (vote.slot + 1)) - int(part * vote.slot)
        chosen = self._pick("attesters", vote.slot, size, min(count, size))
        members = [member for committee in vote.committees for member in committee]
        flat = [position in chosen for position in range(size)]
        vote.bits = tuple(
            tuple(flat[start : start + len(committee)])
            for start, committee in zip(_starts(vote.committees), vote.committees, strict=True)
        )
        if chosen:
            domain = spec.get_domain(state, spec.DOMAIN_BEACON_ATTESTER, vote.target.epoch)
            secrets = [self._keys.secrets[members[position]] for position in chosen]
            vote.signature = self._keys.sign_together(secrets, spec.compute_signing_root(data, domain))
        vote.cast = True

    def sync_aggregate(self, spec: Any, state: Any, share: float) -> Any:
        """Returns the sync committee's signature of the previous slot's block root, for the state's slot."""
        size = int(spec.SYNC_COMMITTEE_SIZE)
        chosen = self._pick("sync committee", int(state.slot), size, int(whole_share(share) * size))
        bits = spec.SyncCommitteeBits(data=[position in chosen for position in range(size)])
        if not chosen:
            return spec.SyncAggregate(sync_committee_bits=bits, sync_committee_signature=spec.G2_POINT_AT_INFINITY)
        previous = spec.Slot(state.slot - 1)
        domain = spec.get_domain(state, spec.DOMAIN_SYNC_COMMITTEE, spec.compute_epoch_at_slot(previous))
        signing_root = spec.compute_signing_root(spec.get_block_root_at_slot(state, previous), domain)
        committee = state.current_sync_committee.pubkeys
        secrets = [self._keys.secret_of(committee[position]) for position in sorted(chosen)]
        signature = self._keys.sign_together(secrets, signing_root)
        return spec.SyncAggregate(sync_committee_bits=bits, sync_committee_signature=signature)

    def payload_attestation(self, spec: Any, state: Any, parent_root: bytes) -> Any:
        """Returns the payload committee's word that the previous slot's payload arrived (EIP-7732)."""
        previous = spec.Slot(state.slot - 1)
        data = spec.PayloadAttestationData(
            beacon_block_root=parent_root, slot=previous, payload_present=True, blob_data_available=True
        )
        domain = spec.get_domain(state, spec.DOMAIN_PTC_ATTESTER, spec.compute_epoch_at_slot(previous))
        secrets = [self._keys.secrets[int(member)] for member in spec.get_ptc(state, previous)]
        return spec.PayloadAttestation(
            aggregation_bits=spec.PayloadTimelinessCommitteeBits(data=[True] * len(secrets)),
            data=data,
            signature=self._keys.sign_together(secrets, spec.compute_signing_root(data, domain)),
        )


def _starts(committees: tuple[tuple[int, ...], ...]) -> list[int]:
    return [sum(len(earlier) for earlier in committees[:index]) for index in range(len(committees))]
