# SPDX-License-Identifier: Apache-2.0
"""What watchers of workflows can see and repair, and what the heaviest ones cost."""

import pytest
from chain import GAS_MAX, Contract, LocalChain
from flows import ACCEPT_SECONDS, DELIVER_SECONDS, Flows
from rounds import BOND, FEE, NATIVE, REWARD, WINDOW_SECONDS

LONGEST_URI = "u" * 200


@pytest.fixture
def flows(chain: LocalChain, network: dict[str, Contract]) -> Flows:
    """The parties of a workflow."""
    return Flows(chain, network)


def test_a_starved_hook_is_seen_by_whoever_watches(flows: Flows) -> None:
    """Every end of a step's job says StepClosed in the same transaction, a cancellation too; one that doesn't is to be
    synced, and the sync says it then."""
    flow = flows.start(flows.step(), flows.step(0), flows.step(0))
    job = flows.result(flow, 0)
    receipt = flows.starved(
        lambda gas: flows.verification.verdict(job, True, sender=flows.verifier, gas=gas),
        lambda: flows.stepped(flow, 0) == "OPEN",
    )
    assert receipt.only("Closed").job == job and "StepClosed" not in [event.name for event in receipt.events]
    assert flows.workflow.sync(flow, 0, sender=flows.stranger).only("StepClosed").job == job
    for ending in (flows.end(flow, 1), flows.workflow.cancel(flow, sender=flows.requester)):
        assert ending.only("StepClosed").job == ending.only("Closed").job
    assert flows.steps(flow) == ["DONE", "DONE", "SKIPPED"]


def test_what_was_submitted_can_be_read_step_by_step(flows: Flows) -> None:
    """Terms and edges of steps that have not opened: nobody has to find the transaction that brought them."""
    steps = [
        flows.step(compensation=4, uri=LONGEST_URI),
        flows.step(0, retries=3, optional=True, minScore=7, silencePays=True),
        flows.step(0, 1),
        flows.step(),
    ]
    flow = flows.start(*steps)
    edges = [tuple(flows.workflow.edgesOf(flow, step)) for step in range(4)]
    assert edges == [(0, 0, 4, False), (1, 3, 0, True), (3, 0, 0, False), (0, 0, 0, False)]
    first, second = flows.workflow.termsOf(flow, 0), flows.workflow.termsOf(flow, 1)
    assert (first.uri, first.token, first.reward, first.fee) == (LONGEST_URI, NATIVE, REWARD, FEE)
    assert (second.minScore, second.silencePays, second.window, second.bond) == (7, True, WINDOW_SECONDS, BOND)
    assert second.acceptBy == flows.chain.now + ACCEPT_SECONDS and second.deliverBy == flows.chain.now + DELIVER_SECONDS
    for read in (flows.workflow.termsOf, flows.workflow.edgesOf):
        with flows.chain.reverts("no such step"):
            read(flow, 4)


def test_the_heaviest_workflow_fits_into_transactions(flows: Flows) -> None:
    """32 steps with the longest URIs: submission, the verdict that opens four, opening eight, ending all of them."""
    heavy = {"uri": LONGEST_URI, "minScore": 1, "retries": 3}
    steps = [flows.step(**heavy), *(flows.step(0, **heavy) for _ in range(30)), flows.step(*range(31), **heavy)]
    receipt = flows.workflow.submit(
        bytes(32), NATIVE, steps, sender=flows.requester, value=flows.price(steps), gas=GAS_MAX
    )
    flow = bytes(receipt.returned)
    assert flows.end(flow, 0).gas_used < 2_000_000 and flows.steps(flow).count("OPEN") == 4
    flows.workflow.open(flow, list(range(5, 13)))
    for step in range(1, 4):
        flows.board.accept(flows.workflow.jobOf(flow, step), sender=flows.device.account, value=BOND)
    flows.workflow.cancel(flow, sender=flows.requester)
    assert flows.steps(flow).count("OPEN") == 3
    flows.chain.pass_time(DELIVER_SECONDS + 1)
    flows.board.prune(flows.device.id)
    flows.workflow.refund(flow)
    assert flows.held(flow) == 0 and flows.credits(flows.requester) == [flows.price(steps) - REWARD - FEE + 3 * BOND]


def test_pruning_a_full_inbox_of_retried_steps_ends_each_once(flows: Flows) -> None:
    """Each job's end opens its next attempt, in the same inbox, while it is being pruned."""
    steps = [flows.step(retries=1) for _ in range(16)]
    flow = flows.start(*steps)
    flows.workflow.open(flow, list(range(4, 12)))
    flows.workflow.open(flow, list(range(12, 16)))
    before = flows.board.inboxOf(flows.device.id)
    flows.chain.pass_time(ACCEPT_SECONDS + 1)
    flows.board.prune(flows.device.id)
    after = flows.board.inboxOf(flows.device.id)
    assert len(set(before) | set(after)) == 32 and bytes(32) not in after
    assert {flows.state(job) for job in before} == {"EXPIRED"} and {flows.state(job) for job in after} == {"ASSIGNED"}
    flows.board.prune(flows.device.id)
    assert flows.board.inboxOf(flows.device.id) == after
