# SPDX-License-Identifier: Apache-2.0
"""What the board refuses of terms, callers, amounts and moments, and by which rule."""

from typing import Any

import pytest
from chain import Contract, LocalChain
from devices import Device, enrol, forward, request
from eth_utils import keccak
from layout import slot_of
from scene import (
    ACCEPT_SECONDS,
    ATTESTATION,
    BOND,
    COIN,
    DELIVER_SECONDS,
    DOCUMENT,
    FEE,
    NO_DEVICE,
    OPTIMISTIC,
    QUORUM,
    RESULT,
    REWARD,
    WINDOW_SECONDS,
    Scene,
)

INBOX_PLACES = 16
LIFETIME_SECONDS_MAX = 400 * 86_400
UINT128_MAX = 2**128 - 1


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A fresh network with a device."""
    return Scene(chain, network)


def salt(number: int) -> bytes:
    """A numbered salt."""
    return number.to_bytes(32, "big")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"reward": 0}, "no reward"),
        ({"reward": 0, "fee": 0}, "no reward"),
        ({"documentHash": bytes(32)}, "no document"),
        ({"minScore": 1001}, "bad score"),
        ({"policy": 0}, "bad policy"),
        ({"policy": 4}, "bad policy"),
        ({"window": 0}, "bad window"),
        ({"window": 30 * 86_400 + 1}, "bad window"),
        ({"window": 2**32 - 1}, "bad window"),
        ({"verifier": bytes(32)}, "bad verifier"),
        ({"verifier": b"\1" + bytes(31)}, "bad verifier"),
        ({"policy": OPTIMISTIC, "verifier": b"\xff" * 32}, "bad verifier"),
        ({"policy": OPTIMISTIC, "challengeBond": 0}, "bad challenge bond"),
        ({"challengeBond": 1}, "bad challenge bond"),
        ({"policy": QUORUM}, "no such committee"),
        ({"bond": 2**96}, "bond too large"),
        ({"bond": UINT128_MAX}, "bond too large"),
        ({"policy": OPTIMISTIC, "challengeBond": 2**96}, "bond too large"),
        ({"device": b"\x99" * 32}, "device not active"),
    ],
)
def test_terms_that_break_a_rule_are_refused_with_it(changes: dict[str, Any], reason: str, scene: Scene) -> None:
    """And the money stays where it was."""
    before = scene.chain.balance(scene.requester), scene.chain.balance(scene.vault)
    with scene.chain.reverts(reason):
        scene.submit(**changes)
    assert (scene.chain.balance(scene.requester), scene.chain.balance(scene.vault)) == before


@pytest.mark.parametrize(
    ("accept", "deliver", "reason"),
    [
        (0, 10, "bad times"),
        (-1, 10, "bad times"),
        (10, 10, "bad times"),
        (1, 2, None),
        (10, LIFETIME_SECONDS_MAX, None),
        (10, LIFETIME_SECONDS_MAX + 1, "bad times"),
        (10, 2**39, "bad times"),
    ],
)
def test_times_lie_ahead_in_order_and_within_400_days(
    accept: int, deliver: int, reason: str | None, scene: Scene
) -> None:
    """Now < acceptBy < deliverBy ≤ now + 400 days."""
    times = {"acceptBy": scene.chain.now + accept, "deliverBy": scene.chain.now + deliver}
    if reason is None:
        assert scene.state(scene.submit(**times)) == "OPEN"
    else:
        with scene.chain.reverts(reason):
            scene.submit(**times)


@pytest.mark.parametrize("off", [-1, 1])
def test_the_coin_sent_is_exactly_the_escrow_and_the_bond(off: int, scene: Scene) -> None:
    """Neither more nor less, and nothing beside a token."""
    with scene.chain.reverts("wrong value"):
        scene.board.submit(scene.terms(), sender=scene.requester, value=REWARD + FEE + off)
    job = scene.submit()
    with scene.chain.reverts("wrong bond"):
        scene.accept(job, bond=BOND + off)
    token = scene.token(scene.requester)
    with scene.chain.reverts("wrong value"):
        scene.board.submit(scene.terms(token=token, salt=salt(1)), sender=scene.requester, value=1)


def test_the_largest_amounts_are_held_and_paid_in_full(scene: Scene) -> None:
    """A reward and a fee of 2**128 - 1 units of a token."""
    token = scene.token(scene.requester, amount=2**130)
    scene.paid(token=token, reward=UINT128_MAX, fee=UINT128_MAX, bond=0)
    assert scene.balance(scene.device.id, token) == scene.balance(scene.verifier, token) == UINT128_MAX
    scene.vault.claim(token, scene.device.id, sender=scene.worker)
    assert token.balanceOf(scene.operator) == UINT128_MAX


def test_each_moment_is_allowed_until_its_last_second_and_ended_from_the_next(scene: Scene) -> None:
    """acceptBy, deliverBy and the verdict's window, one second before, on and after."""
    chain, start = scene.chain, scene.chain.now
    job = scene.submit(device=scene.device.id)
    steps: list[tuple[int, Any, str]] = [
        (start + ACCEPT_SECONDS, lambda: scene.accept(job), "too late"),
        (start + DELIVER_SECONDS, lambda: scene.deliver(job), "too late"),
        (
            start + DELIVER_SECONDS + WINDOW_SECONDS,
            lambda: scene.verification.verdict(job, True, sender=scene.verifier),
            "window over",
        ),
    ]
    for last, act, reason in steps:
        for moment in (last - 1, last):
            saved = chain.snapshot()
            chain.set_time(moment)
            with chain.reverts("too early"):
                scene.board.expire(job, sender=scene.stranger)
            act()
            chain.restore(saved)
        saved = chain.snapshot()
        chain.set_time(last + 1)
        with chain.reverts(reason):
            act()
        scene.board.expire(job, sender=scene.stranger)
        chain.restore(saved)
        chain.set_time(last)
        act()
    assert scene.state(job) == "PAID"


def test_a_front_run_acceptance_costs_the_second_one_nothing(scene: Scene) -> None:
    """The first gets the job; the other's bond stays with it."""
    other = Device.seeded(2)
    enrol(scene.registry, other, scene.operator)
    job = scene.submit()
    scene.accept(job, sender=other.account)
    before = scene.chain.balance(scene.worker)
    with scene.chain.reverts("wrong state"):
        scene.accept(job)
    assert scene.chain.balance(scene.worker) == before
    assert scene.board.job(job).device == other.id
    with scene.chain.reverts("not the device"):
        scene.deliver(job)


def test_an_open_job_wants_capabilities_score_and_an_active_device(scene: Scene) -> None:
    """Each refused by its own rule."""
    with scene.chain.reverts("lacks capabilities"):
        scene.accept(scene.submit(salt=salt(1), capabilities=0b10001))
    with scene.chain.reverts("score too low"):
        scene.accept(scene.submit(salt=salt(2), minScore=501))
    assert scene.accept(scene.submit(salt=salt(3), minScore=500))
    job = scene.submit(salt=salt(4))
    scene.registry.suspend(scene.device.id, "", sender=scene.operator)
    with scene.chain.reverts("device not active"):
        scene.accept(job)
    scene.registry.revoke(scene.device.id, "", sender=scene.operator)
    with scene.chain.reverts("not a device"):
        scene.accept(job)


def test_a_job_is_only_assigned_to_a_device_that_is_there_and_able(scene: Scene) -> None:
    """Capabilities and status are asked before the money is taken for a job that cannot be done."""
    with scene.chain.reverts("lacks capabilities"):
        scene.submit(device=scene.device.id, capabilities=0b10000)
    scene.registry.suspend(scene.device.id, "", sender=scene.operator)
    with scene.chain.reverts("device not active"):
        scene.submit(device=scene.device.id)


@pytest.mark.parametrize("end", ["suspend", "revoke"])
def test_a_device_out_of_service_delivers_nothing_and_its_jobs_end_by_expiry(end: str, scene: Scene) -> None:
    """Nobody's money stays behind."""
    job = scene.submit(device=scene.device.id)
    scene.accept(job)
    getattr(scene.registry, end)(scene.device.id, "", sender=scene.operator)
    with scene.chain.reverts("device not active"):
        scene.deliver(job)
    scene.chain.pass_time(DELIVER_SECONDS + 1)
    scene.board.prune(scene.device.id, sender=scene.stranger)
    assert scene.state(job) == "EXPIRED"
    assert scene.balance(scene.requester) == REWARD + FEE + BOND and scene.held(job) == 0


def test_an_inbox_has_sixteen_places_and_pruning_makes_room(scene: Scene) -> None:
    """The seventeenth is refused, assigned or accepted; the head counts changes."""
    jobs = [scene.submit(device=scene.device.id, salt=salt(number)) for number in range(INBOX_PLACES)]
    assert list(scene.board.inboxOf(scene.device.id)) == jobs
    with scene.chain.reverts("inbox full"):
        scene.submit(device=scene.device.id, salt=salt(99))
    opened = scene.submit(salt=salt(98), acceptBy=scene.chain.now + 9_000, deliverBy=scene.chain.now + 9_999)
    with scene.chain.reverts("inbox full"):
        scene.accept(opened)
    scene.accept(jobs[3])
    assert scene.board.inboxHead(scene.device.id) == 0xFFFF | (INBOX_PLACES << 24)
    scene.chain.pass_time(ACCEPT_SECONDS + 1)
    scene.board.prune(scene.device.id, sender=scene.stranger)
    assert [job for job in scene.board.inboxOf(scene.device.id) if job != bytes(32)] == [jobs[3]]
    assert scene.board.inboxHead(scene.device.id) == 0b1000 | ((2 * INBOX_PLACES - 1) << 24)
    scene.accept(opened)
    assert scene.board.inboxOf(scene.device.id)[0] == opened
    assert scene.balance(scene.requester) == (INBOX_PLACES - 1) * (REWARD + FEE)


def test_only_listed_requesters_fill_an_inbox_when_its_operator_says_so(scene: Scene) -> None:
    """Strangers cannot crowd a device out; the operator always may, and open acceptance is the device's own."""
    with scene.chain.reverts("not operator"):
        scene.board.setAssigners(scene.device.id, True, [], [], sender=scene.stranger)
    scene.board.setAssigners(scene.device.id, True, [scene.requester], [], sender=scene.operator)
    scene.submit(device=scene.device.id)
    with scene.chain.reverts("not an assigner"):
        scene.submit(device=scene.device.id, sender=scene.stranger)
    scene.submit(device=scene.device.id, sender=scene.operator)
    scene.accept(scene.submit(sender=scene.stranger))
    scene.board.setAssigners(scene.device.id, True, [], [scene.requester], sender=scene.operator)
    with scene.chain.reverts("not an assigner"):
        scene.submit(device=scene.device.id, salt=salt(1))
    assert not scene.board.mayAssign(scene.device.id, scene.requester)
    scene.board.setAssigners(scene.device.id, False, [], [], sender=scene.operator)
    scene.submit(device=scene.device.id, salt=salt(1))


@pytest.mark.parametrize("token", [False, True])
@pytest.mark.parametrize(
    ("end", "requester", "device", "verifier"),
    [
        ("PAID", 0, REWARD, FEE),
        ("REFUSED", REWARD, 0, FEE),
        ("UNDECIDED", REWARD + FEE, 0, 0),
        ("DECLINED", REWARD + FEE, 0, 0),
        ("EXPIRED", REWARD + FEE, 0, 0),
    ],
)
def test_every_end_pays_the_reward_the_fee_and_the_bond_to_whom_they_belong(
    end: str, requester: int, device: int, verifier: int, token: bool, scene: Scene
) -> None:
    """Escrow in the token, bond in the native coin: the device has it back unless it failed."""
    money = scene.token(scene.requester) if token else COIN
    job = scene.submit(device=scene.device.id, token=money)
    scene.accept(job)
    if end == "DECLINED":
        scene.board.decline(job, "broken", sender=scene.operator)
    elif end == "EXPIRED":
        scene.chain.pass_time(DELIVER_SECONDS + 1)
        scene.board.expire(job, sender=scene.stranger)
    else:
        scene.deliver(job)
        if end == "UNDECIDED":
            scene.chain.pass_time(WINDOW_SECONDS + 1)
            scene.board.expire(job, sender=scene.stranger)
        else:
            scene.verification.verdict(job, end == "PAID", sender=scene.verifier)
    kept = end in ("PAID", "UNDECIDED")
    coin = 0 if token else 1
    assert scene.balance(scene.requester) == coin * requester + (0 if kept else BOND)
    assert scene.balance(scene.device.id) == coin * device + (BOND if kept else 0)
    assert scene.balance(scene.verifier) == coin * verifier
    if token:
        keys = (scene.requester, scene.device.id, scene.verifier)
        assert tuple(scene.balance(key, money) for key in keys) == (requester, device, verifier)
    assert scene.held(job) == scene.held(job, money) == 0
    counts = scene.reputation.counters(scene.device.id)
    wanted = {"PAID": (1, 0, 0), "REFUSED": (0, 1, 0), "DECLINED": (0, 1, 0), "EXPIRED": (0, 0, 1)}
    assert (counts.completed, counts.failed, counts.expired) == wanted.get(end, (0, 0, 0))


def test_the_words_that_a_device_proves_are_laid_out_as_documented(scene: Scene) -> None:
    """Status, parties, money, device, document, verifier and work, in consecutive slots; the inbox beside them."""
    start = scene.chain.now
    job = scene.submit(device=scene.device.id, silencePays=True, uri="ipfs://x")
    first = slot_of("JobBoard", "record.jobs", job)
    words = [scene.chain.storage(scene.board, first + place) for place in range(9)]
    assert words == [
        2
        | (1 << 8)
        | (1 << 16)
        | (1 << 24)
        | ((start + ACCEPT_SECONDS) << 32)
        | ((start + DELIVER_SECONDS) << 72)
        | (WINDOW_SECONDS << 152)
        | (400 << 184),
        int(scene.requester.address, 16) | (BOND << 160),
        REWARD | (FEE << 128),
        int.from_bytes(scene.device.id, "big"),
        int.from_bytes(DOCUMENT, "big"),
        int.from_bytes(scene.verifier.key, "big"),
        0b0011,
        0,
        0,
    ]
    inbox = scene.chain.storage(scene.board, slot_of("JobBoard", "inbox.heads", scene.device.id))
    assert inbox == 1 | (1 << 24)
    place = scene.chain.storage(scene.board, slot_of("JobBoard", "inbox.places", scene.device.id))
    assert place == int.from_bytes(job, "big")
    scene.accept(job)
    scene.deliver(job)
    assert scene.board.job(job).result == keccak(RESULT + ATTESTATION)
    assert scene.board.job(job).capabilities == 0 and scene.board.job(job).silencePays


def test_a_result_is_not_empty(scene: Scene) -> None:
    """A zero hash is no commitment."""
    job = scene.submit(device=scene.device.id)
    scene.accept(job)
    with scene.chain.reverts("no result"):
        scene.board.submitResult(job, bytes(32), ATTESTATION, sender=scene.worker)


def test_a_requesters_endpoint_is_kept_and_too_long_a_uri_is_refused(scene: Scene) -> None:
    """200 bytes; what the decoder refuses has no reason."""
    scene.board.setEndpoint("https://jobs.example/", sender=scene.requester)
    assert scene.board.endpointOf(scene.requester) == "https://jobs.example/"
    scene.submit(uri="u" * 200)
    with scene.chain.reverts(""):
        scene.submit(uri="u" * 201, salt=salt(1))


def test_a_whole_job_goes_through_the_forwarder_without_the_device_holding_coin(scene: Scene) -> None:
    """The sponsor pays gas and bond; the board sees the device's account."""
    scene.chain.set_balance(scene.worker, 0)
    job = scene.submit(device=scene.device.id)
    for made in (("accept", BOND, (job,)), ("submitResult", 0, (job, RESULT, ATTESTATION))):
        signed = request(scene.forwarder, scene.worker, scene.board, made[0], *made[2], value=made[1])
        forward(scene.forwarder, scene.stranger, signed)
    scene.verification.verdict(job, True, sender=scene.verifier)
    assert scene.balance(scene.device.id) == REWARD + BOND


def test_pausing_stops_entries_and_never_an_exit(scene: Scene, guardian: Any) -> None:
    """A job that has begun is delivered, judged, paid and claimed while everything is paused."""
    job = scene.submit(device=scene.device.id, salt=salt(1))
    waiting = scene.submit(salt=salt(2))
    scene.accept(job)
    for name in ("DeviceRegistry", "RewardVault", "JobBoard", "Verification", "Workflow"):
        scene.network[name].pause(sender=guardian)
    with scene.chain.reverts("paused"):
        scene.submit(salt=salt(3))
    with scene.chain.reverts("paused"):
        scene.accept(waiting)
    scene.deliver(job)
    scene.verification.verdict(job, True, sender=scene.verifier)
    scene.vault.claim(COIN, scene.device.id, sender=scene.worker)
    scene.board.cancel(waiting, sender=scene.requester)
    scene.vault.claim(COIN, scene.requester.key, sender=scene.requester)
    assert scene.chain.balance(scene.vault) == FEE
    with scene.chain.reverts("not guardian"):
        scene.board.unpause(sender=scene.operator)


def test_no_device_means_an_open_job(scene: Scene) -> None:
    """And it is in nobody's inbox."""
    assert scene.state(scene.submit(device=NO_DEVICE)) == "OPEN"
    assert set(scene.board.inboxOf(scene.device.id)) == {bytes(32)}
