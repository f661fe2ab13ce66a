# SPDX-License-Identifier: Apache-2.0
"""Every state of a round × every function: the cell of states/Verification.md is what happens."""

from collections.abc import Callable

import pytest

import states
from chain import Contract, LocalChain, Reverted, Signer
from eth_utils import keccak
from rounds import CHALLENGE_BOND, NAMED, NATIVE, OPTIMISTIC, QUORUM, WINDOW_SECONDS, Desk, salt_of, sealed
from states import Pair

ROUND_STATES = ("NONE", "PENDING", "CHALLENGED", "COMMITTING", "REVEALING", "DECIDED")


class Rounds(Desk):
    """Brings a round into each state and tries each row of the table on it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        # The device's account has a seat, so that what refuses it is the rule about its own job.
        self.seated = sorted([*self.members, self.device.account], key=lambda account: account.address)

    def build(self, state: str, row: str) -> bytes:
        """A job whose round is in a state, by real calls, ready for a row of the table."""
        builders: dict[str, Callable[[], bytes]] = {
            "NONE": lambda: self.submit(self.terms(OPTIMISTIC)),
            "PENDING 1": lambda: self.submitted(NAMED),
            "PENDING 2": lambda: self.submitted(OPTIMISTIC),
            "CHALLENGED": self.challenged,
            "COMMITTING": lambda: self._all_but_one() if row == "commit/last" else self._committing(),
            "REVEALING": self._revealing,
            "DECIDED": self._decided,
        }
        job = builders[state]()
        assert self.name(job) == state.split()[0]
        return job

    def name(self, job: bytes) -> str:
        """The round's state."""
        return ROUND_STATES[self.verification.roundState(job)]

    def _committing(self) -> bytes:
        job = self.submitted(QUORUM, verifier=self.committee(self.seated, 2))
        self.commit(job, self.members[0], True)
        return job

    def _all_but_one(self) -> bytes:
        # Another committee: with the device's seat in it, a vote would always be missing.
        job = self.submitted(QUORUM, verifier=self.committee())
        for member in self.members[:2]:
            self.commit(job, member, True)
        return job

    def _revealing(self) -> bytes:
        job = self._committing()
        self.commit(job, self.members[1], True)
        self.chain.pass_time(WINDOW_SECONDS // 2 + 1)
        return job

    def _decided(self) -> bytes:
        job = self.submitted(NAMED)
        self.verification.verdict(job, True, sender=self.verifier)
        return job

    def act(self, row: str, job: bytes) -> None:
        """What a row of the table does."""
        function, _, variant = row.partition("/")
        getattr(self, f"_{function}")(job, variant)

    def _party(self, variant: str, otherwise: Signer) -> Signer:
        named = {
            "stranger": self.stranger,
            "device": self.device.account,
            "operator": self.operator,
            "arbiter": self.verifier,
            "again": self.members[0],
            "absent": self.members[2],
        }
        return named.get(variant, otherwise)

    def _verdict(self, job: bytes, variant: str) -> None:
        if variant == "late":
            self.chain.pass_time(WINDOW_SECONDS + 1)
        self.verification.verdict(job, variant != "refuse", sender=self._party(variant, self.verifier))

    def _challenge(self, job: bytes, variant: str) -> None:
        if variant == "late":
            self.chain.pass_time(WINDOW_SECONDS + 1)
        sender, bond = self._party(variant, self.challenger), CHALLENGE_BOND - (variant == "poor")
        self.verification.challenge(job, keccak(b"evidence"), sender=sender, value=bond)

    def _rule(self, job: bytes, variant: str) -> None:
        if variant == "late":
            self.chain.pass_time(2 * WINDOW_SECONDS + 1)
        self.verification.rule(job, variant == "uphold", sender=self._party(variant, self.verifier))

    def _commit(self, job: bytes, variant: str) -> None:
        member = self._party(variant, self.members[2])
        vote = bytes(32) if variant == "empty" else sealed(job, member, True, salt_of(member))
        self.verification.commit(job, vote, sender=member)

    def _reveal(self, job: bytes, variant: str) -> None:
        member = self._party(variant, self.members[1])
        if variant == "again" and self.name(job) == "REVEALING":
            self.reveal(job, member, True)
        if variant == "late":
            self.chain.pass_time(WINDOW_SECONDS + 1)
        self.verification.reveal(job, variant != "lie", salt_of(member), sender=member)

    def _finalize(self, job: bytes, variant: str) -> None:
        if variant == "open" and self.name(job) == "REVEALING":
            for member in self.members[:2]:
                self.reveal(job, member, True)
        if variant == "late":
            self.chain.pass_time(2 * WINDOW_SECONDS + 1)
        self.verification.finalize(job, sender=self.stranger)


@pytest.mark.parametrize("pair", states.pairs("Verification"))
def test_a_round_does_what_its_table_says(chain: LocalChain, network: dict[str, Contract], pair: Pair) -> None:
    """The next state, or the exact reason with the state and all money where they were."""
    rounds = Rounds(chain, network)
    job = rounds.build(pair.state, pair.row)
    if pair.reason is None:
        rounds.act(pair.row, job)
        assert pair.next is not None and rounds.name(job) == pair.next.split()[0]
        return
    before = rounds.vault.heldOf(job, NATIVE), rounds.state(job)
    with pytest.raises(Reverted) as caught:
        rounds.act(pair.row, job)
    assert caught.value.reason == pair.reason
    assert (rounds.vault.heldOf(job, NATIVE), rounds.state(job)) == before
