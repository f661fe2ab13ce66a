# SPDX-License-Identifier: Apache-2.0
"""Workflows: what opens when, retries, compensation in reverse, money back, and a part of it."""

import pytest

from chain import Contract, LocalChain, Signer
from devices import Device, enrol
from eth_utils import keccak
from flows import ACCEPT_SECONDS, DELIVER_SECONDS, Flows
from rounds import BOND, FEE, NATIVE, OPTIMISTIC, QUORUM, REWARD, WINDOW_SECONDS


@pytest.fixture
def flows(chain: LocalChain, network: dict[str, Contract]) -> Flows:
    """The parties of a workflow."""
    return Flows(chain, network)


def test_three_steps_in_a_row_are_paid_one_after_the_other(flows: Flows) -> None:
    """Each verdict opens the next step in its own transaction; nobody has to call the workflow."""
    flow = flows.start(flows.step(), flows.step(0), flows.step(1))
    assert flows.steps(flow) == ["OPEN", "WAITING", "WAITING"] and flows.held(flow) == 2 * (REWARD + FEE)
    for step, after in enumerate((["DONE", "OPEN", "WAITING"], ["DONE", "DONE", "OPEN"], ["DONE"] * 3)):
        flows.end(flow, step)
        assert flows.steps(flow) == after
    assert flows.named(flow) == "COMPLETED" and flows.held(flow) == 0
    assert flows.credits(flows.device.id, flows.verifier) == [3 * (REWARD + BOND), 3 * FEE]


def test_a_diamond_waits_for_both_of_its_sides(flows: Flows) -> None:
    """0 → 1, 2 → 3."""
    flow = flows.start(flows.step(), flows.step(0), flows.step(0), flows.step(1, 2))
    flows.end(flow, 0)
    assert flows.steps(flow) == ["DONE", "OPEN", "OPEN", "WAITING"]
    flows.end(flow, 2)
    assert flows.stepped(flow, 3) == "WAITING"
    flows.end(flow, 1)
    assert flows.stepped(flow, 3) == "OPEN"


def test_deadlines_count_from_the_opening(flows: Flows) -> None:
    """A step that opens later ends later."""
    flow = flows.start(flows.step(), flows.step(0))
    flows.chain.pass_time(50)
    flows.end(flow, 0)
    job = flows.board.job(flows.workflow.jobOf(flow, 1))
    assert (job.acceptBy - flows.chain.now, job.deliverBy - flows.chain.now) == (ACCEPT_SECONDS, DELIVER_SECONDS)
    assert job.requester == flows.requester.address and job.parent == flow


@pytest.mark.parametrize("end", ["refused", "expired", "declined"])
def test_a_failed_step_is_tried_again_as_often_as_it_says(flows: Flows, end: str) -> None:
    """Every end but payment is a failed attempt; the money of an attempt comes back to the workflow."""
    flow = flows.start(flows.step(retries=2))
    seen = set()
    for attempt in range(3):
        job = bytes(flows.workflow.jobOf(flow, 0))
        seen.add(job)
        assert (flows.stepped(flow, 0), flows.named(flow)) == ("OPEN", "RUNNING"), attempt
        if end == "refused":
            flows.end(flow, 0, accepted=False)
        elif end == "expired":
            flows.chain.pass_time(ACCEPT_SECONDS + 1)
            flows.board.expire(job)
        else:
            flows.board.decline(job, "busy", sender=flows.device.account)
    assert len(seen) == 3 and flows.steps(flow) == ["FAILED"] and flows.named(flow) == "FAILED"
    assert flows.held(flow) == REWARD + (0 if end == "refused" else 3 * FEE)
    flows.workflow.refund(flow)
    spent = 3 * FEE if end == "refused" else 0
    bonds = 3 * BOND if end == "refused" else 0
    assert flows.credits(flows.requester, flows.verifier) == [REWARD + 3 * FEE - spent + bonds, spent]


def test_an_optional_step_may_fail(flows: Flows) -> None:
    """What needs it goes on; its reward comes back at the end."""
    flow = flows.start(flows.step(optional=True), flows.step(0))
    flows.end(flow, 0, accepted=False)
    assert flows.steps(flow) == ["FAILED", "OPEN"]
    flows.end(flow, 1)
    assert flows.named(flow) == "COMPLETED" and flows.held(flow) == REWARD
    flows.workflow.refund(flow)
    assert flows.credit(flows.requester) == REWARD + BOND


def test_what_was_done_is_undone_from_the_latest_back(flows: Flows) -> None:
    """0, 1 and 2 are done, 3 fails: 2 has no compensation, so 1 is undone, then 0; 4 and 5 undo them."""
    flow = flows.start(
        flows.step(compensation=5), flows.step(0, compensation=6), flows.step(1), flows.step(2), flows.step(),
        flows.step(),
    )  # fmt: skip
    for step in range(3):
        flows.end(flow, step)
    flows.end(flow, 3, accepted=False)
    assert flows.named(flow) == "COMPENSATING"
    assert flows.steps(flow) == ["DONE", "DONE", "DONE", "FAILED", "WAITING", "OPEN"]
    flows.end(flow, 5)
    assert flows.steps(flow) == ["DONE", "COMPENSATED", "DONE", "FAILED", "OPEN", "DONE"]
    flows.end(flow, 4)
    assert flows.steps(flow) == ["COMPENSATED", "COMPENSATED", "DONE", "FAILED", "DONE", "DONE"]
    assert flows.named(flow) == "FAILED" and flows.held(flow) == REWARD
    flows.workflow.refund(flow)
    assert flows.credit(flows.requester) == REWARD + BOND


def test_a_failed_compensation_does_not_stop_the_others(flows: Flows) -> None:
    """Its step stays DONE, which says that it was not undone; the next one is undone all the same."""
    flow = flows.start(
        flows.step(compensation=4), flows.step(0, compensation=5), flows.step(1), flows.step(), flows.step(retries=1)
    )
    for step in (0, 1):
        flows.end(flow, step)
    flows.end(flow, 2, accepted=False)
    flows.end(flow, 4, accepted=False)
    assert flows.stepped(flow, 4) == "OPEN"
    flows.end(flow, 4, accepted=False)
    assert flows.steps(flow) == ["DONE", "DONE", "FAILED", "OPEN", "FAILED"]
    flows.end(flow, 3)
    assert flows.steps(flow) == ["COMPENSATED", "DONE", "FAILED", "DONE", "FAILED"]
    assert flows.named(flow) == "FAILED"


def test_a_step_still_running_is_awaited_before_anything_is_undone(flows: Flows) -> None:
    """1 fails while 0 runs; 0 is done afterwards and then undone; 2 never opens."""
    flow = flows.start(flows.step(compensation=4, retries=1), flows.step(), flows.step(0), flows.step())
    flows.end(flow, 1, accepted=False)
    assert flows.steps(flow) == ["OPEN", "FAILED", "SKIPPED", "WAITING"]
    flows.end(flow, 0)
    assert flows.steps(flow) == ["DONE", "FAILED", "SKIPPED", "OPEN"]
    flows.end(flow, 3)
    assert flows.named(flow) == "FAILED" and flows.stepped(flow, 0) == "COMPENSATED"


def test_nothing_is_tried_again_after_the_failure_of_another_step(flows: Flows) -> None:
    """Retries are for a workflow that can still succeed."""
    flow = flows.start(flows.step(retries=3), flows.step())
    flows.end(flow, 1, accepted=False)
    flows.end(flow, 0, accepted=False)
    assert flows.steps(flow) == ["FAILED", "FAILED"] and flows.named(flow) == "FAILED"


def test_cancelling_takes_back_what_nobody_has_accepted(flows: Flows) -> None:
    """An accepted job goes on and is paid; the rest of the money is free when it has ended."""
    flow = flows.start(flows.step(), flows.step(), flows.step(0, 1))
    flows.board.accept(flows.workflow.jobOf(flow, 0), sender=flows.device.account, value=BOND)
    flows.workflow.cancel(flow, sender=flows.requester)
    assert flows.steps(flow) == ["OPEN", "SKIPPED", "SKIPPED"] and flows.held(flow) == 2 * (REWARD + FEE)
    assert flows.state(flows.workflow.jobOf(flow, 1)) == "CANCELLED"
    with flows.chain.reverts("steps open"):
        flows.workflow.refund(flow)
    job = flows.workflow.jobOf(flow, 0)
    flows.board.submitResult(job, keccak(b"r"), keccak(b"a"), sender=flows.device.account)
    flows.verification.verdict(job, True, sender=flows.verifier)
    assert flows.steps(flow) == ["DONE", "SKIPPED", "SKIPPED"] and flows.named(flow) == "CANCELLED"
    flows.workflow.refund(flow)
    assert flows.credits(flows.device.id, flows.requester) == [REWARD + BOND, 2 * (REWARD + FEE)]


def test_five_roots_open_four_at_once_and_the_last_on_request(flows: Flows) -> None:
    """A transaction's own work is bounded; anyone may go on."""
    flow = flows.start(*(flows.step() for _ in range(5)))
    assert flows.steps(flow) == ["OPEN"] * 4 + ["WAITING"] and flows.workflow.readyOf(flow) == 16
    flows.workflow.open(flow, [4], sender=flows.stranger)
    assert flows.steps(flow) == ["OPEN"] * 5


def test_thirty_two_steps_fit_into_one_transaction(flows: Flows) -> None:
    """The largest workflow, every word of every step in use, and its last step after 31 needs."""
    steps = [flows.step(capabilities=1, minScore=1, device=bytes(32), bond=1, uri="") for _ in range(31)]
    steps.append(flows.step(*range(31), capabilities=1))
    receipt = flows.workflow.submit(bytes(32), NATIVE, steps, sender=flows.requester, value=flows.price(steps))
    flow = bytes(receipt.returned)
    assert receipt.gas_used < 12_000_000
    for step in range(31):
        if flows.stepped(flow, step) == "WAITING":
            flows.workflow.open(flow, [step])
        flows.verification.verdict(flows.result(flow, step, bond=1), True, sender=flows.verifier)
    assert flows.stepped(flow, 31) == "OPEN"
    flows.end(flow, 31)
    assert flows.named(flow) == "COMPLETED" and flows.held(flow) == 0
    assert flows.credit(flows.device.id) == 32 * REWARD + 31 + BOND


@pytest.mark.parametrize("policy", [OPTIMISTIC, QUORUM])
def test_every_policy_moves_a_workflow_on(flows: Flows, policy: int) -> None:
    """A step decided by silence of challengers or by a committee opens the next one too."""
    changes = {"challengeBond": 5} if policy == OPTIMISTIC else {"verifier": flows.committee()}
    flow = flows.start(flows.step(policy=policy, **changes), flows.step(0))
    job = flows.result(flow, 0)
    if policy == QUORUM:
        for member in flows.members:
            flows.commit(job, member, True)
        for member in flows.members:
            flows.reveal(job, member, True)
    else:
        flows.chain.pass_time(WINDOW_SECONDS + 1)
    flows.verification.finalize(job)
    assert flows.steps(flow) == ["DONE", "OPEN"]


def _pause(flows: Flows, guardian: Signer) -> None:
    flows.board.pause(sender=guardian)


def _unpause(flows: Flows, guardian: Signer) -> None:
    flows.board.unpause(sender=guardian)


def _suspend(flows: Flows, guardian: Signer) -> None:
    flows.registry.suspend(flows.device.id, "repair", sender=flows.operator)


def _resume(flows: Flows, guardian: Signer) -> None:
    flows.registry.resume(flows.device.id, "repaired", sender=flows.operator)


def _fill(flows: Flows, guardian: Signer) -> None:
    flows.filling = [flows.submit(flows.terms(1)) for _ in range(15)]
    flows.filling.append(flows.submit(flows.terms(1)))


def _empty(flows: Flows, guardian: Signer) -> None:
    flows.board.cancel(flows.filling[0], sender=flows.requester)


@pytest.mark.parametrize(
    ("stop", "go_on", "reason"),
    [(_pause, _unpause, "paused"), (_suspend, _resume, "device not active"), (_fill, _empty, "inbox full")],
)
def test_a_step_that_the_board_refuses_waits_and_opens_later(
    flows: Flows, guardian: Signer, stop: object, go_on: object, reason: str
) -> None:
    """The end of the step before counts all the same, and the refusal has its reason for who asks again."""
    other = Device.seeded(5)
    enrol(flows.registry, other, flows.operator)
    flow = flows.start(flows.step(device=other.id), flows.step(0))
    job = bytes(flows.workflow.jobOf(flow, 0))
    flows.deliver(job, other)
    stop(flows, guardian)  # type: ignore[operator]
    receipt = flows.verification.verdict(job, True, sender=flows.verifier)
    assert receipt.only("StepHeld").step == 1 and flows.steps(flow) == ["DONE", "WAITING"]
    with flows.chain.reverts(reason):
        flows.workflow.open(flow, [1])
    go_on(flows, guardian)  # type: ignore[operator]
    flows.workflow.open(flow, [1], sender=flows.stranger)
    assert flows.steps(flow) == ["DONE", "OPEN"]


def test_a_requester_gets_out_of_a_workflow_that_can_go_no_further(flows: Flows) -> None:
    """The device of the next step is revoked for ever: cancel, refund, claim."""
    other = Device.seeded(5)
    enrol(flows.registry, other, flows.operator)
    flow = flows.start(flows.step(), flows.step(0, device=other.id))
    flows.registry.revoke(other.id, "lost", sender=flows.operator)
    flows.end(flow, 0)
    assert flows.steps(flow) == ["DONE", "WAITING"]
    flows.workflow.cancel(flow, sender=flows.requester)
    flows.workflow.refund(flow)
    before = flows.chain.balance(flows.requester)
    flows.vault.claim(NATIVE, flows.requester.key, sender=flows.requester)
    assert flows.chain.balance(flows.requester) == before + REWARD + FEE
