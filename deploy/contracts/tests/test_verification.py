# SPDX-License-Identifier: Apache-2.0
"""Decisions about results: who is paid what, under each policy, and what a second more or less changes."""

import pytest

from chain import Contract, LocalChain, Reverted
from eth_utils import keccak
from rounds import (
    BOND, CHALLENGE_BOND, FEE, NAMED, OPTIMISTIC, QUORUM, REWARD, WINDOW_SECONDS, Desk, account_key,
)  # fmt: skip


@pytest.fixture
def desk(chain: LocalChain, network: dict[str, Contract]) -> Desk:
    """The parties of a job."""
    return Desk(chain, network)


def test_a_named_verifier_has_the_fee_for_either_verdict(desk: Desk) -> None:
    """Accepted: reward and bond to the device. Refused: both to the requester."""
    accepted, refused = desk.submitted(NAMED), desk.submitted(NAMED)
    desk.verification.verdict(accepted, True, sender=desk.verifier)
    assert desk.credits(desk.device.id, desk.verifier, desk.requester) == [REWARD + BOND, FEE, 0]
    desk.verification.verdict(refused, False, sender=desk.verifier)
    assert desk.credits(desk.device.id, desk.verifier, desk.requester) == [REWARD + BOND, 2 * FEE, REWARD + BOND]
    assert (desk.state(accepted), desk.state(refused)) == ("PAID", "REFUSED")
    assert desk.nothing_left(accepted) and desk.nothing_left(refused)


def test_an_unchallenged_result_is_paid_and_the_fee_goes_back(desk: Desk) -> None:
    """Nobody verified, so nobody earns the fee."""
    job = desk.submitted(OPTIMISTIC)
    desk.chain.pass_time(WINDOW_SECONDS + 1)
    event = desk.verification.finalize(job, sender=desk.stranger).only("Finalized")
    assert event.outcome == 1 and desk.state(job) == "PAID"
    assert desk.credits(desk.device.id, desk.requester) == [REWARD + BOND, FEE] and desk.nothing_left(job)


def test_an_upheld_challenge_pays_challenger_and_arbiter(desk: Desk) -> None:
    """Bond back, the fee in halves, the device's bond and the reward to the requester."""
    job = desk.challenged()
    desk.verification.rule(job, True, sender=desk.verifier)
    half = FEE // 2
    assert desk.state(job) == "REFUSED" and desk.nothing_left(job)
    assert desk.credits(desk.challenger, desk.verifier) == [CHALLENGE_BOND + FEE - half, half]
    assert desk.credits(desk.requester, desk.device.id) == [REWARD + BOND, 0]


def test_a_rejected_challenge_gives_its_bond_to_the_device(desk: Desk) -> None:
    """The arbiter earns as much as for the other ruling, so the fee does not lean on the ruling."""
    job = desk.challenged()
    desk.verification.rule(job, False, sender=desk.verifier)
    half = FEE // 2
    assert desk.state(job) == "PAID" and desk.nothing_left(job)
    assert desk.credits(desk.device.id, desk.verifier) == [REWARD + BOND + CHALLENGE_BOND, half]
    assert desk.credits(desk.requester, desk.challenger) == [FEE - half, 0]
    won = desk.network["Reputation"].counters(desk.device.id)
    assert (won.completed, won.disputesWon, won.disputesLost) == (1, 1, 0)


@pytest.mark.parametrize(("silence_pays", "end"), [(True, "PAID"), (False, "UNDECIDED")])
def test_a_silent_arbiter_leaves_the_challenger_whole(desk: Desk, silence_pays: bool, end: str) -> None:
    """The bond goes back and the job's silence rule decides."""
    job = desk.challenged(silencePays=silence_pays)
    desk.chain.pass_time(2 * WINDOW_SECONDS + 1)
    assert desk.verification.finalize(job).only("Finalized").outcome == 4
    assert desk.state(job) == end and desk.nothing_left(job)
    paid = REWARD if silence_pays else 0
    assert desk.credits(desk.challenger, desk.verifier) == [CHALLENGE_BOND, 0]
    assert desk.credits(desk.device.id, desk.requester) == [BOND + paid, REWARD + FEE - paid]


@pytest.mark.parametrize(
    ("votes", "end", "outcome"),
    [
        ("yyn", "PAID", 1), ("yny", "PAID", 1), ("nny", "REFUSED", 2), ("nnn", "REFUSED", 2), ("yyy", "PAID", 1),
        ("yn.", "UNDECIDED", 3), ("y..", "UNDECIDED", 3), ("n..", "UNDECIDED", 3), ("...", "UNDECIDED", 4),
        ("yy.", "PAID", 1), ("nn.", "REFUSED", 2),
    ],
)  # fmt: skip
def test_two_of_three_decide(desk: Desk, votes: str, end: str, outcome: int) -> None:
    """Ties and no-shows included; only who revealed the outcome's vote has a share of the fee."""
    chosen = {member: vote == "y" for member, vote in zip(desk.members, votes, strict=True) if vote != "."}
    job = desk.voted(chosen)
    event = desk.verification.finalize(job, sender=desk.stranger).only("Finalized")
    approvals, absent = votes.count("y"), votes.count(".")
    assert (event.outcome, event.approvals, event.refusals, event.noShows) == (
        outcome, approvals, votes.count("n"), absent,
    )  # fmt: skip
    winners = [vote == {"PAID": "y", "REFUSED": "n"}.get(end) for vote in votes]
    share = FEE // sum(winners) if any(winners) else 0
    assert desk.state(job) == end and desk.nothing_left(job)
    assert desk.credits(*desk.members) == [share * won for won in winners]
    refund = FEE - share * sum(winners) + (0 if end == "PAID" else REWARD) + (BOND if end == "REFUSED" else 0)
    assert desk.credit(desk.requester) == refund


def test_a_tie_of_an_even_committee_goes_by_its_k(desk: Desk) -> None:
    """Two against two of four: enough approvals for k = 2, enough refusals against k = 3."""
    members = sorted(desk.chain.accounts[6:10], key=lambda account: account.address)
    halves = dict(zip(members, (True, True, False, False), strict=True))
    even = desk.voted(halves, verifier=desk.committee(members, 2))
    desk.verification.finalize(even)
    assert desk.state(even) == "PAID"
    strict = desk.voted(halves, verifier=desk.committee(members, 3))
    desk.verification.finalize(strict)
    assert desk.state(strict) == "REFUSED"


def test_sealed_but_unopened_votes_count_for_nothing(desk: Desk) -> None:
    """Members who commit and stay away hold the round up until the window ends, no longer."""
    job = desk.voted({member: True for member in desk.members}, reveal=False)
    desk.reveal(job, desk.members[0], True)
    with desk.chain.reverts("window open"):
        desk.verification.finalize(job)
    desk.chain.pass_time(WINDOW_SECONDS // 2)
    assert desk.verification.finalize(job).only("Finalized").noShows == 2
    assert desk.state(job) == "UNDECIDED" and desk.credit(desk.members[0]) == 0


def test_votes_may_open_at_once_when_nobody_is_missing(desk: Desk) -> None:
    """With every commitment given there is nothing left to hide."""
    job = desk.submitted(QUORUM)
    for member in desk.members:
        desk.commit(job, member, True)
    for member in desk.members:
        desk.reveal(job, member, True)
    desk.verification.finalize(job)
    assert desk.state(job) == "PAID" and desk.chain.now <= desk.board.job(job).submittedAt + WINDOW_SECONDS // 2


def test_a_committee_of_sixteen_is_paid_within_a_transaction(desk: Desk) -> None:
    """The largest one there is."""
    members = sorted(desk.chain.accounts[10:26], key=lambda account: account.address)
    job = desk.voted({member: True for member in members}, verifier=desk.committee(members, 16))
    receipt = desk.verification.finalize(job)
    assert desk.state(job) == "PAID" and receipt.gas_used < 2_000_000
    assert desk.credits(*members) == [FEE // 16] * 16 and desk.credit(desk.requester) == FEE % 16


EDGES = {
    "verdict": (NAMED, WINDOW_SECONDS), "challenge": (OPTIMISTIC, WINDOW_SECONDS),
    "rule": (OPTIMISTIC, 2 * WINDOW_SECONDS), "commit": (QUORUM, WINDOW_SECONDS // 2),
    "reveal": (QUORUM, WINDOW_SECONDS),
}  # fmt: skip


def _act(desk: Desk, function: str, job: bytes) -> None:
    member = desk.members[0]
    acts = {
        "verdict": lambda: desk.verification.verdict(job, True, sender=desk.verifier),
        "challenge": lambda: desk.verification.challenge(
            job, keccak(b"why"), sender=desk.challenger, value=CHALLENGE_BOND
        ),
        "rule": lambda: desk.verification.rule(job, True, sender=desk.verifier),
        "commit": lambda: desk.commit(job, member, True),
        "reveal": lambda: desk.reveal(job, member, True),
    }
    acts[function]()


@pytest.mark.parametrize("second", [-1, 0, 1])
@pytest.mark.parametrize("function", EDGES)
def test_the_last_second_is_inside(desk: Desk, function: str, second: int) -> None:
    """A second before, at and after the end of each window."""
    policy, last = EDGES[function]
    job = desk.challenged() if function == "rule" else desk.submitted(policy)
    if function == "reveal":
        desk.commit(job, desk.members[0], True)
    desk.chain.set_time(desk.board.job(job).submittedAt + last + second)
    if second <= 0:
        _act(desk, function, job)
        return
    with desk.chain.reverts("commitments over" if function == "commit" else "window over"):
        _act(desk, function, job)


@pytest.mark.parametrize("second", [-1, 0, 1])
@pytest.mark.parametrize("kind", ["unchallenged", "challenged", "votes"])
def test_a_round_ends_a_second_after_its_last(desk: Desk, kind: str, second: int) -> None:
    """Nobody can finalize in a second in which somebody may still speak."""
    if kind == "votes":
        job, last = desk.voted({desk.members[0]: True}, reveal=False), WINDOW_SECONDS
    else:
        job = desk.challenged() if kind == "challenged" else desk.submitted(OPTIMISTIC)
        last = WINDOW_SECONDS * (2 if kind == "challenged" else 1)
    desk.chain.set_time(desk.board.job(job).submittedAt + last + second)
    if second <= 0:
        with desk.chain.reverts("window open"):
            desk.verification.finalize(job)
    else:
        desk.verification.finalize(job)
        assert desk.nothing_left(job)


@pytest.mark.parametrize("second", [0, 1])
def test_votes_open_a_second_after_the_last_commitment(desk: Desk, second: int) -> None:
    """No second belongs to both halves."""
    job = desk.submitted(QUORUM)
    desk.commit(job, desk.members[0], True)
    desk.chain.set_time(desk.board.job(job).submittedAt + WINDOW_SECONDS // 2 + second)
    if second == 0:
        with desk.chain.reverts("commitments open"):
            desk.reveal(job, desk.members[0], True)
    else:
        desk.reveal(job, desk.members[0], True)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_the_shortest_windows_have_both_halves_or_an_end(desk: Desk, window: int) -> None:
    """Odd and tiny windows: whatever happens, the round ends."""
    job = desk.submitted(QUORUM, window=window)
    desk.commit(job, desk.members[0], True)
    desk.chain.pass_time(window // 2 + 1)
    desk.reveal(job, desk.members[0], True)
    desk.verification.finalize(job)
    assert desk.nothing_left(job)


def test_pausing_stops_new_committees_and_nothing_else(desk: Desk, guardian: object) -> None:
    """Rounds that have begun go to their end."""
    named, challenged = desk.submitted(NAMED), desk.challenged()
    open_job, votes = desk.submitted(OPTIMISTIC), desk.submitted(QUORUM)
    for contract in ("Verification", "JobBoard", "RewardVault", "Workflow"):
        desk.network[contract].pause(sender=guardian)
    with pytest.raises(Reverted, match="^paused$"):
        desk.committee(desk.members[:2], 1)
    desk.verification.verdict(named, True, sender=desk.verifier)
    desk.verification.rule(challenged, True, sender=desk.verifier)
    desk.verification.challenge(open_job, keccak(b"why"), sender=desk.challenger, value=CHALLENGE_BOND)
    desk.verification.rule(open_job, False, sender=desk.verifier)
    for member in desk.members:
        desk.commit(votes, member, False)
    for member in desk.members:
        desk.reveal(votes, member, False)
    desk.verification.finalize(votes)
    assert [desk.state(job) for job in (named, challenged, open_job, votes)] == ["PAID", "REFUSED", "PAID", "REFUSED"]
    before = desk.chain.balance(desk.verifier)
    desk.vault.claim("0x" + "00" * 20, account_key(desk.verifier), sender=desk.verifier)
    assert desk.chain.balance(desk.verifier) > before
