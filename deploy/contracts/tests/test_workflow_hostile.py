# SPDX-License-Identifier: Apache-2.0
"""Workflows that must not be: circles, shared edges, too much of everything, odd tokens, starved and forged calls."""

import random
from typing import Any

import artifacts
import pytest

from chain import Contract, LocalChain
from devices import forward, request
from eth_abi import encode
from eth_utils import keccak
from flows import Flows
from rounds import BOND, FEE, NAMED, NATIVE, OPTIMISTIC, QUORUM, REWARD


@pytest.fixture
def flows(chain: LocalChain, network: dict[str, Contract]) -> Flows:
    """The parties of a workflow."""
    return Flows(chain, network)


# Changes of each step of a workflow, and why it is refused.
EDGES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no step at all": ([], "no steps"),
    "needs itself": ([{"needs": 1}], "cyclic"),
    "needs a later one": ([{"needs": 2}, {}], "cyclic"),
    "two in a circle": ([{"needs": 2}, {"needs": 1}], "cyclic"),
    "needs what is not there": ([{}, {"needs": 4}], "no such step"),
    "needs bit 31 of two": ([{}, {"needs": 2**31}], "no such step"),
    "compensates itself": ([{"compensation": 1}], "cyclic"),
    "compensation beyond": ([{"compensation": 3}, {}], "no such step"),
    "compensation 255": ([{"compensation": 255}, {}], "no such step"),
    "compensation of two": ([{"compensation": 3}, {"compensation": 3}, {}], "compensation shared"),
    "compensation with needs": ([{"compensation": 2}, {"needs": 1}], "bad compensation"),
    "compensation of a compensation": ([{"compensation": 2}, {"compensation": 3}, {}], "bad compensation"),
    "needs a compensation": ([{"compensation": 2}, {}, {"needs": 2}], "needs a compensation"),
    "only compensations": ([{"compensation": 2}, {"compensation": 1}], "bad compensation"),
    "four retries": ([{"retries": 4}], "too many retries"),
}


@pytest.mark.parametrize("case", EDGES)
def test_a_graph_that_breaks_a_rule_is_refused(flows: Flows, case: str) -> None:
    """With its exact reason, and nothing is held or kept."""
    changes, reason = EDGES[case]
    before = flows.chain.balance(flows.requester)
    with flows.chain.reverts(reason):
        flows.start(*(flows.step(**change) for change in changes))
    assert flows.chain.balance(flows.requester) == before
    assert flows.named(flows.id_of(bytes(32))) == "NONE"


TERMS: dict[str, tuple[dict[str, Any], str]] = {
    "no reward": ({"reward": 0}, "no reward"),
    "no document": ({"documentHash": bytes(32)}, "no document"),
    "score": ({"minScore": 1001}, "bad score"),
    "no window": ({"window": 0}, "bad window"),
    "long window": ({"window": 30 * 86_400 + 1}, "bad window"),
    "policy 0": ({"policy": 0}, "bad policy"),
    "policy 4": ({"policy": 4}, "bad policy"),
    "no verifier": ({"verifier": bytes(32)}, "bad verifier"),
    "verifier of 33 bytes' worth": ({"verifier": b"\1" * 32}, "bad verifier"),
    "bond for nothing": ({"challengeBond": 1}, "bad challenge bond"),
    "no challenge bond": ({"policy": OPTIMISTIC}, "bad challenge bond"),
    "bond": ({"bond": 2**96}, "bond too large"),
    "challenge bond": ({"policy": OPTIMISTIC, "challengeBond": 2**96}, "bond too large"),
}


@pytest.mark.parametrize("case", TERMS)
def test_steps_and_jobs_are_refused_for_the_same_reasons(flows: Flows, case: str) -> None:
    """The workflow knows the board's rules: money never waits in a step that the board would not take."""
    changes, reason = TERMS[case]
    with flows.chain.reverts(reason):
        flows.start(flows.step(), flows.step(0, **changes))
    with flows.chain.reverts(reason):
        flows.submit(flows.terms(NAMED) | changes)


@pytest.mark.parametrize(
    ("accept", "deliver"), [(0, 10), (10, 10), (10, 9), (1, 400 * 86_400 + 1), (2**32 - 1, 2**32 - 1)]
)
def test_times_that_no_job_can_have_are_refused(flows: Flows, accept: int, deliver: int) -> None:
    """No time to accept, no time to deliver, and more than 400 days."""
    with flows.chain.reverts("bad times"):
        flows.start(flows.step(acceptWithin=accept, deliverWithin=deliver))


def test_the_longest_and_shortest_times_are_taken(flows: Flows) -> None:
    """A second and 400 days, both ends."""
    flow = flows.start(flows.step(acceptWithin=1, deliverWithin=400 * 86_400, window=30 * 86_400))
    assert flows.steps(flow) == ["OPEN"]


def test_thirty_three_steps_do_not_decode(flows: Flows) -> None:
    """A revert without a reason, before anything is read; nine steps to open likewise."""
    with flows.chain.reverts(""):
        flows.start(*(flows.step() for _ in range(33)))
    flow = flows.start(flows.step())
    with flows.chain.reverts(""):
        flows.workflow.open(flow, [0] * 9)


@pytest.mark.parametrize("short", [-1, 1])
def test_native_coin_comes_along_exactly(flows: Flows, short: int) -> None:
    """One too few, one too many."""
    steps = [flows.step()]
    with flows.chain.reverts("wrong value"):
        flows.workflow.submit(bytes(32), NATIVE, steps, sender=flows.requester, value=flows.price(steps) - short)


def test_a_step_is_opened_once_however_often_it_is_asked_for(flows: Flows) -> None:
    """The same index twice, and one that is open: all or none."""
    flow = flows.start(*(flows.step() for _ in range(6)))
    for wanted in ([4, 4], [4, 0], [5, 4, 5]):
        with flows.chain.reverts("not ready"):
            flows.workflow.open(flow, wanted)
    assert flows.steps(flow)[4:] == ["WAITING", "WAITING"]


def test_an_ended_job_is_counted_once(flows: Flows) -> None:
    """Heard from the board and synced, or synced twice: one attempt, one opening."""
    flow = flows.start(flows.step(retries=3), flows.step(0))
    job = flows.end_unheard(flow, 0, accepted=False)
    assert flows.stepped(flow, 0) == "OPEN" and flows.state(job) == "REFUSED"
    flows.workflow.sync(flow, 0, sender=flows.stranger)
    assert flows.workflow.jobOf(flow, 0) != job and flows.stepped(flow, 0) == "OPEN"
    with flows.chain.reverts("job not closed"):
        flows.workflow.sync(flow, 0)
    with flows.chain.reverts("no such job"):
        flows.workflow.closed(job, sender=flows.board)


def test_starving_the_hook_takes_no_money_and_no_verdict(flows: Flows) -> None:
    """A verifier that gives too little gas is the only one to wait: the device is paid, anyone goes on."""
    flow = flows.start(flows.step(), flows.step(0))
    job = flows.end_unheard(flow, 0)
    assert flows.state(job) == "PAID" and flows.credits(flows.device.id, flows.verifier) == [REWARD + BOND, FEE]
    assert flows.held(flow) == REWARD + FEE
    flows.workflow.sync(flow, 0, sender=flows.stranger)
    assert flows.steps(flow) == ["DONE", "OPEN"]


def test_gas_for_the_hook_but_not_for_its_openings_leaves_steps_waiting(flows: Flows) -> None:
    """Between the two: the end counts, and what could not open is opened by anyone."""
    flow = flows.start(flows.step(), *(flows.step(0) for _ in range(4)))
    job = flows.result(flow, 0)
    flows.starved(
        lambda gas: flows.verification.verdict(job, True, sender=flows.verifier, gas=gas),
        lambda: flows.steps(flow).count("OPEN") < 4,
    )
    if flows.stepped(flow, 0) == "OPEN":
        flows.workflow.sync(flow, 0)
    waiting = [step for step in range(1, 5) if flows.stepped(flow, step) == "WAITING"]
    if waiting:
        flows.workflow.open(flow, waiting, sender=flows.stranger)
    assert flows.steps(flow) == ["DONE", "OPEN", "OPEN", "OPEN", "OPEN"]


def test_a_committee_that_is_not_there_yet_holds_its_step(flows: Flows) -> None:
    """The board refuses the step until somebody makes the committee known."""
    ordered = [member.address for member in flows.members]
    unmade = keccak(encode(["address[]", "uint8"], [ordered, 3]))
    flow = flows.start(flows.step(), flows.step(0, policy=QUORUM, verifier=unmade))
    assert flows.end(flow, 0).only("StepHeld").step == 1
    with flows.chain.reverts("no such committee"):
        flows.workflow.open(flow, [1])
    assert flows.committee(k=3) == unmade
    flows.workflow.open(flow, [1])


def test_nobody_takes_a_steps_job_identifier_first(flows: Flows) -> None:
    """A job with the same salt from anybody else is another job: the workflow's own address is in the id."""
    flow = flows.id_of(bytes(32))
    salt = keccak(encode(["bytes32", "uint256", "uint256"], [flow, 0, 0]))
    for sender in (flows.requester, flows.stranger):
        terms = flows.terms(NAMED, salt=salt)
        flows.board.submit(terms, sender=sender, value=REWARD + FEE)
    assert flows.start(flows.step()) == flow and flows.steps(flow) == ["OPEN"]


def test_only_the_workflow_cancels_its_jobs(flows: Flows) -> None:
    """The requester of a workflow can't take one step's money out of it."""
    flow = flows.start(flows.step())
    for sender in (flows.requester, flows.stranger):
        with flows.chain.reverts("not requester"):
            flows.board.cancel(flows.workflow.jobOf(flow, 0), sender=sender)


def test_a_requester_may_submit_and_cancel_by_relay(flows: Flows) -> None:
    """The signer owns the workflow; the sponsor brings the coin and gets nothing back."""
    forwarder, steps = flows.network["Forwarder"], [flows.step()]
    made = request(
        forwarder, flows.requester, flows.workflow, "submit", bytes(32), NATIVE, steps,
        value=flows.price(steps), gas=3_000_000,
    )  # fmt: skip
    forward(forwarder, flows.stranger, made)
    flow = flows.id_of(bytes(32))
    with flows.chain.reverts("not requester"):
        flows.workflow.cancel(flow, sender=flows.stranger)
    forward(forwarder, flows.stranger, request(forwarder, flows.requester, flows.workflow, "cancel", flow))
    flows.workflow.refund(flow)
    assert flows.credits(flows.requester, flows.stranger) == [REWARD + FEE, 0]


TOKEN_MODES = {
    "silent": (1, None), "denying": (2, "token refused"), "fee": (3, "short payment"), "lying": (7, "token refused"),
    "reverting": (9, "token refused"),
}  # fmt: skip


@pytest.mark.parametrize("mode", TOKEN_MODES)
def test_a_workflow_holds_all_of_a_tokens_money_or_is_not_made(flows: Flows, mode: str) -> None:
    """Steps pay fixed rewards out of one hold, so a token that keeps a part of it is refused."""
    number, reason = TOKEN_MODES[mode]
    token, steps = flows.chain.deploy("OddToken"), [flows.step(), flows.step(0)]
    total = flows.price(steps)
    token.mint(flows.requester, total)
    token.approve(flows.vault, total, sender=flows.requester)
    token.setMode(number)
    if reason is not None:
        with flows.chain.reverts(reason):
            flows.workflow.submit(bytes(32), token, steps, sender=flows.requester)
        assert token.balanceOf(flows.requester) == total
        return
    flow = bytes(flows.workflow.submit(bytes(32), token, steps, sender=flows.requester).returned)
    flows.end(flow, 0)
    flows.end(flow, 1, accepted=False)
    flows.workflow.refund(flow)
    credits = [flows.credit(key, token) for key in (flows.device.id, flows.verifier, flows.requester)]
    assert credits == [REWARD, 2 * FEE, REWARD] and token.balanceOf(flows.vault) == total


def test_a_token_that_calls_back_while_a_workflow_is_made_reaches_nothing(flows: Flows) -> None:
    """The workflow and the vault are locked while the token has its turn."""
    token, steps = flows.chain.deploy("OddToken"), [flows.step()]
    total = flows.price(steps)
    token.mint(flows.requester, total)
    token.approve(flows.vault, total, sender=flows.requester)
    token.setMode(4)
    for attack in (
        flows.workflow.interface.encode("refund", [flows.id_of(bytes(32))]),
        flows.workflow.interface.encode("open", [flows.id_of(bytes(32)), [0]]),
    ):
        saved = flows.chain.snapshot()
        token.setCall(flows.workflow, attack)
        flows.workflow.submit(bytes(32), token, steps, sender=flows.requester)
        assert not token.reached() and flows.steps(flows.id_of(bytes(32))) == ["OPEN"]
        flows.chain.restore(saved)


def test_random_workflows_conserve_their_money(flows: Flows) -> None:
    """Every coin held is paid out, refunded or still held, whatever ends each step has. Seeds 0 to 5."""
    for seed in range(6):
        dice, saved = random.Random(seed), flows.chain.snapshot()
        steps = [
            flows.step(
                *(need for need in range(index) if dice.random() < 0.4),
                retries=dice.randrange(3), optional=dice.random() < 0.3, reward=dice.randrange(1, 10**6),
                fee=dice.randrange(10**6), bond=0,
            )
            for index in range(6)
        ]  # fmt: skip
        flow = flows.start(*steps)
        for _ in range(40):
            states = flows.steps(flow)
            if "OPEN" not in states:
                if flows.named(flow) != "RUNNING":
                    break
                flows.workflow.open(flow, [bin(flows.workflow.readyOf(flow))[::-1].index("1")])
                continue
            step = dice.choice([index for index, state in enumerate(states) if state == "OPEN"])
            job = flows.result(flow, step, bond=0)
            flows.verification.verdict(job, dice.random() < 0.6, sender=flows.verifier)
        assert flows.named(flow) in ("COMPLETED", "FAILED"), f"seed {seed}"
        if flows.held(flow):
            flows.workflow.refund(flow)
        paid = sum(flows.credits(flows.device.id, flows.verifier, flows.requester))
        assert paid == flows.price(steps) == flows.chain.balance(flows.vault), f"seed {seed}"
        flows.chain.restore(saved)


def test_the_workflow_calls_the_boards_own_submit_for(flows: Flows) -> None:
    """The selector in the source is that of the board's ABI."""
    data = flows.board.interface.encode("submitFor", [flows.terms(NAMED), flows.requester, bytes(32)])
    assert f"SUBMIT_FOR: constant(bytes4) = 0x{data[:4].hex()}" in artifacts.source_path("Workflow").read_text()
