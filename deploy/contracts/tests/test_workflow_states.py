# SPDX-License-Identifier: Apache-2.0
"""Every state of a workflow × every function: the cell of states/Workflow.md is what happens."""

import pytest

import states
from chain import Contract, LocalChain, Reverted, Signer
from eth_utils import keccak
from flows import Flows
from rounds import BOND, NAMED
from states import Pair

SALT = keccak(b"the workflow of the table")
# Two steps, and a compensation of the first one.
FIRST, SECOND, UNDO = 0, 1, 2


class Rows(Flows):
    """Brings a workflow into each state and tries each row of the table on it."""

    guardian: Signer

    def plan(self) -> list[dict[str, object]]:
        """The workflow of the table."""
        return [self.step(compensation=UNDO + 1), self.step(FIRST), self.step()]

    def build(self, state: str, row: str) -> bytes:
        """A workflow in a state, by real calls, ready for a row of the table."""
        self.held_back = row == "open"
        flow = self.id_of(SALT)
        if state == "NONE":
            return flow
        assert self.start(*self.plan(), salt=SALT) == flow
        self._end(flow, FIRST, True, last=state == "RUNNING")
        if state in ("COMPENSATING", "FAILED"):
            self._end(flow, SECOND, False, last=state == "COMPENSATING")
        if state == "COMPLETED":
            self.end(flow, SECOND)
        if state == "FAILED":
            self.end(flow, UNDO)
        if state == "CANCELLED":
            if row in ("sync/ended", "closed/ended", "refund/busy"):
                self.board.accept(self.workflow.jobOf(flow, SECOND), sender=self.device.account, value=BOND)
            self.workflow.cancel(flow, sender=self.requester)
        assert self.named(flow) == state
        return flow

    def _end(self, flow: bytes, step: int, accepted: bool, last: bool) -> None:
        # With the board paused at that moment, what became ready is held back.
        hold = self.held_back and last
        job = self.result(flow, step)
        if hold:
            self.board.pause(sender=self.guardian)
        self.verification.verdict(job, accepted, sender=self.verifier)
        if hold:
            self.board.unpause(sender=self.guardian)

    def _front(self, flow: bytes) -> int:
        return UNDO if self.named(flow) == "COMPENSATING" else SECOND

    def act(self, row: str, flow: bytes) -> None:
        """What a row of the table does."""
        function, _, variant = row.partition("/")
        getattr(self, f"_{function}")(flow, variant)

    def _submit(self, flow: bytes, variant: str) -> None:
        if variant == "paused":
            self.workflow.pause(sender=self.guardian)
        self.start(*self.plan(), salt=SALT)

    def _open(self, flow: bytes, variant: str) -> None:
        front = [self._front(flow)]
        chosen = {"busy": [FIRST], "beyond": [UNDO + 1], "none": []}.get(variant, front)
        self.workflow.open(flow, chosen, sender=self.stranger)
        assert self.stepped(flow, front[0]) == "OPEN"

    def _sync(self, flow: bytes, variant: str) -> None:
        step = {"idle": FIRST, "beyond": UNDO + 1}.get(variant, self._front(flow))
        if variant == "ended":
            self._finish(flow, heard=False)
        self.workflow.sync(flow, step, sender=self.stranger)

    def _finish(self, flow: bytes, heard: bool) -> bool:
        # Ends the job that is on its way, if there is one.
        step, state = self._front(flow), self.named(flow)
        if state == "NONE" or self.stepped(flow, step) != "OPEN":
            return False
        if state == "CANCELLED":
            # The device accepted before the cancellation.
            job = bytes(self.workflow.jobOf(flow, step))
            self.board.submitResult(job, keccak(b"result"), keccak(b"proof"), sender=self.device.account)
            if heard:
                self.verification.verdict(job, True, sender=self.verifier)
            else:
                self.starved(
                    lambda gas: self.verification.verdict(job, True, sender=self.verifier, gas=gas),
                    lambda: self.stepped(flow, step) == "OPEN",
                )
        elif heard:
            self.end(flow, step)
        else:
            self.end_unheard(flow, step)
        return True

    def _closed(self, flow: bytes, variant: str) -> None:
        if variant == "ended" and self._finish(flow, heard=True):
            return
        job = keccak(b"no job") if self.named(flow) == "NONE" else self.workflow.jobOf(flow, self._front(flow))
        if variant == "foreign":
            job = self.submitted(NAMED)
        # The board's own call can't be had with a job that isn't closed or known: its address is the sender here.
        self.workflow.closed(job, sender=self.stranger if variant == "stranger" else self.board)

    def _cancel(self, flow: bytes, variant: str) -> None:
        self.workflow.cancel(flow, sender=self.stranger if variant == "stranger" else self.requester)

    def _refund(self, flow: bytes, variant: str) -> None:
        left, before = self.held(flow), self.credit(self.requester)
        self.workflow.refund(flow, sender=self.stranger)
        assert left > 0 and self.held(flow) == 0 and self.credit(self.requester) == before + left
        if variant == "again":
            self.workflow.refund(flow, sender=self.stranger)


@pytest.mark.parametrize("pair", states.pairs("Workflow"))
def test_a_workflow_does_what_its_table_says(
    chain: LocalChain, network: dict[str, Contract], guardian: Signer, pair: Pair
) -> None:
    """The next state, or the exact reason with the state where it was."""
    rows = Rows(chain, network)
    rows.guardian = guardian
    flow = rows.build(pair.state, pair.row)
    if pair.reason is None:
        rows.act(pair.row, flow)
        assert rows.named(flow) == pair.next
        return
    before = rows.held(flow)
    with pytest.raises(Reverted) as caught:
        rows.act(pair.row, flow)
    assert caught.value.reason == pair.reason
    assert rows.named(flow) == pair.state
    # The first of two refunds is a good one.
    assert rows.held(flow) == (0 if pair.row == "refund/again" and pair.reason == "nothing held" else before)
