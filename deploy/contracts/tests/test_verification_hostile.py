# SPDX-License-Identifier: Apache-2.0
"""Those who want another outcome: copied votes, foreign jobs, wrong committees, relayed calls."""

import pytest

from chain import Contract, LocalChain, Signer
from devices import Device, enrol, enrolment, forward, request
from eth_utils import keccak
from rounds import (
    BOND, CHALLENGE_BOND, FEE, NAMED, NATIVE, OPTIMISTIC, QUORUM, REWARD, WINDOW_SECONDS, Desk, account_key, salt_of,
    sealed,
)  # fmt: skip


@pytest.fixture
def desk(chain: LocalChain, network: dict[str, Contract]) -> Desk:
    """The parties of a job."""
    return Desk(chain, network)


def test_a_copied_commitment_can_be_opened_by_its_author_alone(desk: Desk) -> None:
    """A member who votes what another one votes learns nothing by copying, before or after the other has revealed."""
    job, (author, copycat, _) = desk.submitted(QUORUM), desk.members
    stolen = sealed(job, author, True, salt_of(author))
    desk.verification.commit(job, stolen, sender=copycat)
    desk.commit(job, author, True)
    desk.chain.pass_time(WINDOW_SECONDS // 2 + 1)
    desk.reveal(job, author, True)
    for approve in (True, False):
        with desk.chain.reverts("bad reveal"):
            desk.verification.reveal(job, approve, salt_of(author), sender=copycat)
    desk.chain.pass_time(WINDOW_SECONDS)
    assert desk.verification.finalize(job).only("Finalized").noShows == 2
    assert desk.credit(copycat) == 0


def test_a_reveal_sent_ahead_of_its_author_changes_nothing(desk: Desk) -> None:
    """Vote and salt seen in the mempool are of no use to anybody else."""
    job, (author, other, _) = desk.voted({desk.members[0]: True}, reveal=False), desk.members
    with desk.chain.reverts("not committed"):
        desk.verification.reveal(job, True, salt_of(author), sender=other)
    with desk.chain.reverts("not a member"):
        desk.verification.reveal(job, True, salt_of(author), sender=desk.stranger)
    desk.reveal(job, author, True)


def test_a_commitment_is_for_one_job(desk: Desk) -> None:
    """The same sealed vote under another job can't be opened."""
    first, second = desk.submitted(QUORUM), desk.submitted(QUORUM)
    member = desk.members[0]
    desk.verification.commit(second, sealed(first, member, True, salt_of(member)), sender=member)
    desk.chain.pass_time(WINDOW_SECONDS // 2 + 1)
    with desk.chain.reverts("bad reveal"):
        desk.reveal(second, member, True)


def test_only_the_first_of_two_challenges_in_a_block_counts(desk: Desk) -> None:
    """Whoever is second has its bond back with the revert."""
    job = desk.submitted(OPTIMISTIC)
    desk.verification.challenge(job, keccak(b"a"), sender=desk.stranger, value=CHALLENGE_BOND)
    before = desk.chain.balance(desk.challenger)
    with desk.chain.reverts("already challenged"):
        desk.verification.challenge(job, keccak(b"b"), sender=desk.challenger, value=CHALLENGE_BOND)
    assert desk.chain.balance(desk.challenger) == before
    assert desk.vault.heldOf(desk.bond_id(job), NATIVE) == CHALLENGE_BOND


@pytest.mark.parametrize("value", [0, CHALLENGE_BOND - 1, CHALLENGE_BOND + 1, 2**96])
def test_a_challenge_takes_exactly_its_bond(desk: Desk, value: int) -> None:
    """Nothing, too little, too much."""
    job = desk.submitted(OPTIMISTIC)
    desk.chain.set_balance(desk.challenger, 2**97)
    with desk.chain.reverts("wrong bond"):
        desk.verification.challenge(job, keccak(b"why"), sender=desk.challenger, value=value)


def test_a_device_that_was_replaced_still_does_not_judge_itself(desk: Desk) -> None:
    """The successor's account and operator are the device's own."""
    job, newer = desk.submitted(OPTIMISTIC), Device.seeded(2)
    desk.registry.replace(desk.device.id, enrolment(desk.registry, newer, desk.operator), sender=desk.operator)
    desk.chain.set_balance(newer.account, CHALLENGE_BOND)
    with desk.chain.reverts("own job"):
        desk.verification.challenge(job, keccak(b"why"), sender=newer.account, value=CHALLENGE_BOND)


def _committees(accounts: list[Signer]) -> dict[str, tuple[list[str], int, str]]:
    ordered = sorted(account.address for account in accounts)
    return {
        "nobody": ([], 1, "no members"),
        "zero approvals": (ordered[:3], 0, "bad quorum"),
        "more approvals than members": (ordered[:3], 4, "bad quorum"),
        "descending": ([ordered[1], ordered[0]], 1, "members not sorted"),
        "twice the same": ([ordered[0], ordered[0]], 1, "members not sorted"),
        "zero address": ([NATIVE, ordered[0]], 1, "members not sorted"),
        "seventeen": (ordered[:17], 1, ""),
    }


@pytest.mark.parametrize("case", list(_committees([Signer.seeded(1)] * 17)))
def test_a_committee_that_breaks_a_rule_is_refused(desk: Desk, case: str) -> None:
    """Too many members do not even decode: a revert without a reason."""
    members, k, reason = _committees(desk.chain.accounts)[case]
    with desk.chain.reverts(reason):
        desk.verification.createCommittee(members, k)


def test_a_committee_is_made_once(desk: Desk) -> None:
    """Its content is its name; the same members with another k are another committee."""
    first, second = desk.committee(k=2), desk.committee(k=3)
    assert first != second and desk.verification.quorumOf(second) == 3
    assert [desk.verification.memberAt(first, seat) for seat in range(4)] == [
        *(member.address for member in desk.members), NATIVE,
    ]  # fmt: skip
    with desk.chain.reverts("committee exists"):
        desk.verification.createCommittee([member.address for member in desk.members], 2, sender=desk.stranger)


def test_every_act_can_be_relayed_and_none_can_be_forged(desk: Desk) -> None:
    """Through the forwarder the signer speaks; the sponsor's own word counts for nothing."""
    forwarder, job = desk.network["Forwarder"], desk.submitted(NAMED)
    with desk.chain.reverts("not verifier"):
        forward(forwarder, desk.stranger, request(forwarder, desk.stranger, desk.verification, "verdict", job, True))
    forward(forwarder, desk.stranger, request(forwarder, desk.verifier, desk.verification, "verdict", job, True))
    assert desk.state(job) == "PAID" and desk.credit(desk.verifier) == FEE
    data = desk.verification.interface.encode("verdict", [desk.submitted(NAMED), True])
    with desk.chain.reverts("not verifier"):
        desk.chain.send(desk.verification, data + bytes.fromhex(desk.verifier.address[2:]), sender=desk.stranger)


def test_a_relayed_challenge_brings_the_sponsors_coin_and_the_signers_name(desk: Desk) -> None:
    """The challenger is who signed; the bond comes back to it."""
    forwarder, job = desk.network["Forwarder"], desk.submitted(OPTIMISTIC)
    args = (job, keccak(b"why"))
    made = request(forwarder, desk.challenger, desk.verification, "challenge", *args, value=CHALLENGE_BOND)
    forward(forwarder, desk.stranger, made)
    assert desk.verification.challengers(job) == desk.challenger.address
    desk.verification.rule(job, True, sender=desk.verifier)
    assert desk.credit(desk.challenger) == CHALLENGE_BOND + FEE - FEE // 2


def test_only_verification_settles_and_only_a_job_of_the_board_is_settled(desk: Desk) -> None:
    """Invented jobs and direct calls."""
    job = desk.submitted(NAMED)
    with desk.chain.reverts("not verification"):
        desk.board.settle(job, 1, False, sender=desk.verifier)
    for act in (
        lambda: desk.verification.verdict(keccak(b"no job"), True, sender=desk.verifier),
        lambda: desk.verification.finalize(keccak(b"no job")),
    ):
        with desk.chain.reverts("not submitted"):
            act()


def test_a_verdict_is_given_once(desk: Desk) -> None:
    """Neither again nor changed."""
    job = desk.submitted(NAMED)
    desk.verification.verdict(job, True, sender=desk.verifier)
    paid = desk.credits(desk.device.id, desk.verifier, desk.requester)
    for accepted in (True, False):
        with desk.chain.reverts("not submitted"):
            desk.verification.verdict(job, accepted, sender=desk.verifier)
    assert desk.credits(desk.device.id, desk.verifier, desk.requester) == paid


def test_the_largest_amounts_are_split_without_loss(desk: Desk) -> None:
    """Fee of 2**128 - 1 among three."""
    fee = 2**128 - 1
    desk.chain.set_balance(desk.requester, 2**130)
    job = desk.voted({member: True for member in desk.members}, fee=fee, reward=1)
    desk.verification.finalize(job)
    assert sum(desk.credits(*desk.members, desk.requester)) == fee and desk.nothing_left(job)


def test_zero_fees_pay_nobody_and_stop_nothing(desk: Desk) -> None:
    """Every policy ends without a fee."""
    desk.verification.verdict(desk.submitted(NAMED, fee=0), True, sender=desk.verifier)
    assert desk.credit(desk.device.id) == REWARD + BOND
    upheld = desk.challenged(fee=0)
    desk.verification.rule(upheld, True, sender=desk.verifier)
    votes = desk.voted({member: False for member in desk.members[:2]}, fee=0)
    desk.verification.finalize(votes)
    assert (desk.state(upheld), desk.state(votes)) == ("REFUSED", "REFUSED")
    assert desk.credits(desk.verifier, *desk.members) == [0, 0, 0, 0]


def test_a_requester_that_names_itself_gains_only_its_own_money(desk: Desk) -> None:
    """Requester, arbiter and committee in one hand: the device sees that in the terms before it accepts."""
    job = desk.submitted(NAMED, verifier=account_key(desk.requester))
    desk.verification.verdict(job, False, sender=desk.requester)
    assert desk.credits(desk.requester, desk.device.id) == [REWARD + FEE + BOND, 0]


def test_another_device_has_no_say(desk: Desk) -> None:
    """A second device of another operator is a stranger to the job, and may challenge like one."""
    other = Device.seeded(3)
    enrol(desk.registry, other, desk.stranger)
    job = desk.submitted(OPTIMISTIC)
    with desk.chain.reverts("not challenged"):
        desk.verification.rule(job, True, sender=other.account)
    desk.verification.challenge(job, keccak(b"why"), sender=other.account, value=CHALLENGE_BOND)
    assert desk.verification.roundState(job) == 2
