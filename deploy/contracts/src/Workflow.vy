# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Workflow
@license Apache-2.0
@notice The orchestrator on chain: up to 32 steps in a directed graph, each a job on the board that opens when the steps
        it needs are done. A failed step is tried again as often as it says; when it fails for good, unless it is
        optional, what was done is undone by compensation steps, one at a time and the latest first, and the rest of the
        money goes back to the requester.
@dev An id's last byte is zero: origin[jobId] is the id plus the step's index. Head: requester 0-159 | state 160-167 |
     count 168-175 | optional steps 176-207 | compensation steps 208-239. The progress word is laid out in stepword.vy.
     The board calls closed() when a job ends and goes on when that fails, so who ends a job is never bound to pay for
     what opens next; sync() repairs, by anyone.
"""
from interfaces import IJobBoard
from interfaces import IRewardVault
from interfaces import ITypes
from interfaces import IWorkflow
from lib import pausable
from lib import plan
from lib import sender
from lib import stepword

implements: IWorkflow
initializes: sender
initializes: pausable
initializes: plan
exports: (sender.isTrustedForwarder, pausable.pause, pausable.unpause, pausable.paused, pausable.guardian)

event Submitted:
    workflow: indexed(bytes32)
    requester: indexed(address)
    token: address
    held: uint256
    steps: uint256

event StepOpened:
    workflow: indexed(bytes32)
    job: indexed(bytes32)
    step: uint256
    attempt: uint256

event StepHeld:
    workflow: indexed(bytes32)
    step: uint256

event StepClosed:
    workflow: indexed(bytes32)
    job: indexed(bytes32)
    step: uint256
    jobState: uint8

event StateChanged:
    workflow: indexed(bytes32)
    state: uint256

event Refunded:
    workflow: indexed(bytes32)
    requester: indexed(address)
    amount: uint256

STEPS_MAX: constant(uint256) = 32
# What one transaction opens by itself.
OPENED_MAX: constant(uint256) = 4
ADDRESS: constant(uint256) = 2**160 - 1
STEP: constant(uint256) = 255

RUNNING: constant(uint256) = 1
COMPENSATING: constant(uint256) = 2
COMPLETED: constant(uint256) = 3
FAILED: constant(uint256) = 4
CANCELLED: constant(uint256) = 5

JOB_PAID: constant(uint8) = 5
# IJobBoard.submitFor(Terms,address,bytes32), whose refusal must not end the transaction; the type in full is long.
SUBMIT_FOR: constant(bytes4) = 0x352c68df

BOARD: immutable(IJobBoard)
VAULT: immutable(IRewardVault)

heads: public(HashMap[bytes32, uint256])
progress: public(HashMap[bytes32, uint256])
tokenOf: public(HashMap[bytes32, address])
# Workflow id plus step of a job; zero for a job that no workflow opened.
origin: public(HashMap[bytes32, uint256])
jobs: HashMap[bytes32, HashMap[uint256, bytes32]]


@deploy
def __init__(board: address, vault: address, forwarder: address, guardian: address):
    """
    @notice Fixes the sister contracts for ever.
    @param board Where steps become jobs.
    @param vault Holds the money of all steps.
    @param forwarder Whose calls name their sender (ERC-2771).
    @param guardian May pause submissions; zero for nobody.
    """
    assert board != empty(address) and vault != empty(address), "no contract"
    sender.__init__(forwarder)
    pausable.__init__(guardian)
    BOARD = IJobBoard(board)
    VAULT = IRewardVault(vault)


@internal
@pure
def _state(head: uint256) -> uint256:
    return (head >> 160) & 255


@internal
@pure
def _count(head: uint256) -> uint256:
    return (head >> 168) & 255


@internal
@pure
def _optional(head: uint256) -> uint256:
    return (head >> 176) & stepword.ALL


@internal
@pure
def _compensations(head: uint256) -> uint256:
    return (head >> 208) & stepword.ALL


@internal
@pure
def _requester(head: uint256) -> address:
    return convert(head & ADDRESS, address)


@internal
def _change(id: bytes32, head: uint256, state: uint256) -> uint256:
    # Enters a state and returns the new head.
    changed: uint256 = (head & ~(convert(255, uint256) << 160)) | (state << 160)
    self.heads[id] = changed
    log StateChanged(workflow=id, state=state)
    return changed


@internal
@view
def _ready(id: bytes32, head: uint256, word: uint256) -> uint256:
    # What may open now. While compensating: one step, and only when nothing is open.
    waiting: uint256 = stepword._waiting(word, self._count(head))
    done: uint256 = stepword._mask(word, stepword.DONE)
    if self._state(head) == RUNNING:
        given_up: uint256 = stepword._mask(word, stepword.FAILED) & self._optional(head)
        return plan._ready(id, waiting & ~self._compensations(head), done | given_up)
    if self._state(head) == COMPENSATING and stepword._mask(word, stepword.OPEN) == 0:
        return plan._next_undo(id, waiting, done)
    return 0


@internal
def _open(id: bytes32, head: uint256, word: uint256, step: uint256, strict: bool) -> uint256:
    """
    @notice Opens a ready step as a job. The board may refuse (a full inbox, a pause, a suspended device): strict passes
            its reason on, otherwise the step goes on waiting and anyone may open it later.
    @return The progress word, not yet stored.
    """
    attempt: uint256 = stepword._attempts(word, step)
    terms: ITypes.Terms = plan._terms(id, step, self.tokenOf[id], attempt)
    success: bool = False
    answer: Bytes[100] = b""
    success, answer = raw_call(
        BOARD.address,
        abi_encode(terms, self._requester(head), id, method_id=SUBMIT_FOR),
        max_outsize=100,
        revert_on_failure=False,
    )
    if not success:
        if strict:
            raw_revert(answer)
        log StepHeld(workflow=id, step=step)
        return word
    jobId: bytes32 = convert(slice(answer, 0, 32), bytes32)
    self.jobs[id][step] = jobId
    self.origin[jobId] = convert(id, uint256) | step
    log StepOpened(workflow=id, job=jobId, step=step, attempt=attempt)
    return stepword._with(word, stepword.OPEN, 1 << step)


@internal
def _advance(id: bytes32, head: uint256, before: uint256, strict: bool):
    # Opens what is ready, up to the limit, and ends the workflow when nothing is left to do.
    word: uint256 = before
    ready: uint256 = self._ready(id, head, word)
    opened: uint256 = 0
    for step: uint256 in range(STEPS_MAX):
        if ready >> step == 0 or opened == OPENED_MAX:
            break
        if (ready >> step) & 1 == 1:
            word = self._open(id, head, word, step, strict)
            opened += 1
    if ready == 0 and stepword._mask(word, stepword.OPEN) == 0:
        if self._state(head) == RUNNING:
            self._change(id, head, COMPLETED)
        elif self._state(head) == COMPENSATING:
            self._change(id, head, FAILED)
        # What still waits are compensations that nobody needs.
        word = stepword._with(word, stepword.SKIPPED, stepword._waiting(word, self._count(head)))
    self.progress[id] = word


@internal
def _close(id: bytes32, step: uint256, jobId: bytes32):
    # Takes the end of a step's job into account.
    jobState: uint8 = staticcall BOARD.stateOf(jobId)
    assert jobState >= JOB_PAID, "job not closed"
    head: uint256 = self.heads[id]
    bit: uint256 = 1 << step
    word: uint256 = stepword._without(self.progress[id], stepword.OPEN, bit)
    compensates: bool = self._compensations(head) & bit != 0
    running: bool = self._state(head) == RUNNING
    log StepClosed(workflow=id, job=jobId, step=step, jobState=jobState)
    if jobState == JOB_PAID:
        word = stepword._with(word, stepword.DONE, bit)
        if compensates:
            undone: uint256 = plan._undone_by(id, step)
            word = stepword._with(stepword._without(word, stepword.DONE, undone), stepword.COMPENSATED, undone)
    elif (running or (compensates and self._state(head) == COMPENSATING)) and stepword._attempts(
        word, step
    ) < plan._retries(id, step):
        word = stepword._with_attempt(word, step)
    else:
        word = stepword._with(word, stepword.FAILED, bit)
        if running and self._optional(head) & bit == 0:
            head = self._change(id, head, COMPENSATING)
            left: uint256 = stepword._waiting(word, self._count(head)) & ~self._compensations(head)
            word = stepword._with(word, stepword.SKIPPED, left)
    if self._state(head) == CANCELLED:
        self.progress[id] = word
    else:
        self._advance(id, head, word, False)


@external
@payable
@nonreentrant
def submit(salt: bytes32, token: address, steps: DynArray[ITypes.Step, 32]) -> bytes32:
    """
    @notice Submits a workflow with all of its money, and opens up to four steps that need nothing.
    @param salt Makes the id, with the requester's address; of the requester's choice, once.
    @param token Zero for the native coin, which must come along exactly; else an ERC-20 that the vault is allowed to
           take in full (a token that keeps a part of it is refused).
    @param steps 1 to 32. Held for each: its reward, and its fee for every attempt.
    @return The id: keccak256(abi_encode(chain.id, self, requester, salt)) with a last byte of zero.
    """
    pausable._require_running()
    requester: address = sender._sender()
    id: bytes32 = convert(
        convert(keccak256(abi_encode(chain.id, self, requester, salt)), uint256) & ~STEP, bytes32
    )
    assert self.heads[id] == 0, "workflow exists"
    roles: uint256 = 0
    total: uint256 = 0
    roles, total = plan._store(id, steps)
    head: uint256 = convert(requester, uint256) | (RUNNING << 160) | (len(steps) << 168) | (roles << 176)
    self.heads[id] = head
    self.tokenOf[id] = token
    received: uint256 = extcall VAULT.hold(id, token, requester, total, value=msg.value)
    assert received >= total, "short payment"
    log Submitted(workflow=id, requester=requester, token=token, held=total, steps=len(steps))
    self._advance(id, head, 0, True)
    return id


@external
@nonreentrant
def open(id: bytes32, steps: DynArray[uint8, 8]):
    """
    @notice Opens ready steps, by anyone: those that one transaction could not open by itself or the board refused.
    @param id The workflow, RUNNING or COMPENSATING.
    @param steps Their indices. All open or none.
    """
    head: uint256 = self.heads[id]
    assert self._state(head) == RUNNING or self._state(head) == COMPENSATING, "wrong state"
    assert len(steps) != 0, "no steps"
    word: uint256 = self.progress[id]
    for index: uint8 in steps:
        step: uint256 = convert(index, uint256)
        assert step < self._count(head), "no such step"
        assert (self._ready(id, head, word) >> step) & 1 == 1, "not ready"
        word = self._open(id, head, word, step, True)
    self.progress[id] = word


@external
@nonreentrant
def sync(id: bytes32, step: uint8):
    """
    @notice Takes the end of an open step's job into account, by anyone: the repair when the board's call failed.
    @param id The workflow.
    @param step Index of an OPEN step whose job has ended.
    """
    index: uint256 = convert(step, uint256)
    assert index < self._count(self.heads[id]), "no such step"
    assert (self.progress[id] >> (32 + index)) & 1 == 1, "step not open"
    self._close(id, index, self.jobs[id][index])


@external
@nonreentrant
def closed(jobId: bytes32):
    """
    @notice Only the board: a job of a workflow has ended. Opens up to four steps that became ready.
    @param jobId The job.
    """
    assert msg.sender == BOARD.address, "not board"
    origin: uint256 = self.origin[jobId]
    id: bytes32 = convert(origin & ~STEP, bytes32)
    step: uint256 = origin & STEP
    assert origin != 0 and self.jobs[id][step] == jobId, "no such job"
    assert (self.progress[id] >> (32 + step)) & 1 == 1, "step not open"
    self._close(id, step, jobId)


@external
@nonreentrant
def cancel(id: bytes32):
    """
    @notice Only the requester: no step opens any more, nothing is compensated. Jobs that no device has accepted are
            cancelled; the others go on to their end and are paid as agreed.
    @param id The workflow, RUNNING or COMPENSATING.
    """
    head: uint256 = self.heads[id]
    assert self._state(head) == RUNNING or self._state(head) == COMPENSATING, "wrong state"
    assert sender._sender() == self._requester(head), "not requester"
    self._change(id, head, CANCELLED)
    word: uint256 = self.progress[id]
    word = stepword._with(word, stepword.SKIPPED, stepword._waiting(word, self._count(head)))
    opened: uint256 = stepword._mask(word, stepword.OPEN)
    for step: uint256 in range(STEPS_MAX):
        if opened >> step == 0:
            break
        if (opened >> step) & 1 == 1:
            jobId: bytes32 = self.jobs[id][step]
            success: bool = raw_call(
                BOARD.address, abi_encode(jobId, method_id=method_id("cancel(bytes32)")), revert_on_failure=False
            )
            if success:
                word = stepword._with(stepword._without(word, stepword.OPEN, 1 << step), stepword.SKIPPED, 1 << step)
                log StepClosed(workflow=id, job=jobId, step=step, jobState=staticcall BOARD.stateOf(jobId))
    self.progress[id] = word


@external
@nonreentrant
def refund(id: bytes32):
    """
    @notice Gives what is left of an ended workflow's money to its requester's balance, by anyone.
    @param id The workflow, COMPLETED, FAILED or CANCELLED, without an open step.
    """
    head: uint256 = self.heads[id]
    assert self._state(head) >= COMPLETED, "wrong state"
    assert stepword._mask(self.progress[id], stepword.OPEN) == 0, "steps open"
    token: address = self.tokenOf[id]
    amount: uint256 = staticcall VAULT.heldOf(id, token)
    assert amount != 0, "nothing held"
    requester: address = self._requester(head)
    log Refunded(workflow=id, requester=requester, amount=amount)
    extcall VAULT.pay(id, token, convert(convert(requester, uint160), bytes32), amount)


@external
@view
def stateOf(id: bytes32) -> uint8:
    """
    @notice A workflow's state.
    @param id The workflow.
    @return 0 NONE 1 RUNNING 2 COMPENSATING 3 COMPLETED 4 FAILED 5 CANCELLED.
    """
    return convert(self._state(self.heads[id]), uint8)


@external
@view
def stepState(id: bytes32, step: uint8) -> uint8:
    """
    @notice A step's state.
    @param id The workflow.
    @param step Its index.
    @return 0 WAITING 1 OPEN 2 DONE 3 FAILED 4 SKIPPED 5 COMPENSATED.
    """
    index: uint256 = convert(step, uint256)
    assert index < self._count(self.heads[id]), "no such step"
    word: uint256 = self.progress[id] >> index
    states: uint8[5] = [2, 1, 3, 4, 5]
    for which: uint256 in range(5):
        if (word >> (32 * which)) & 1 == 1:
            return states[which]
    return 0


@external
@view
def jobOf(id: bytes32, step: uint8) -> bytes32:
    """
    @notice The job of a step's newest attempt.
    @param id The workflow.
    @param step Its index.
    @return The job's id, zero when the step never opened.
    """
    return self.jobs[id][convert(step, uint256)]


@external
@view
def readyOf(id: bytes32) -> uint256:
    """
    @notice What open() would open.
    @param id The workflow.
    @return A bit a step.
    """
    return self._ready(id, self.heads[id], self.progress[id])


@external
@view
def termsOf(id: bytes32, step: uint8) -> ITypes.Terms:
    """
    @notice The terms of the job that a step would be if it opened now.
    @param id The workflow.
    @param step Its index.
    @return The terms; deadlines count from now.
    """
    index: uint256 = convert(step, uint256)
    assert index < self._count(self.heads[id]), "no such step"
    return plan._terms(id, index, self.tokenOf[id], stepword._attempts(self.progress[id], index))


@external
@view
def edgesOf(id: bytes32, step: uint8) -> (uint256, uint256, uint256, bool):
    """
    @notice How a step hangs together with others.
    @param id The workflow.
    @param step Its index.
    @return needs (a bit a step), retries, index + 1 of its compensation (0 none), whether it is optional
    """
    index: uint256 = convert(step, uint256)
    head: uint256 = self.heads[id]
    assert index < self._count(head), "no such step"
    needs: uint256 = (plan.needs[id][index // 8] >> (32 * (index % 8))) & stepword.ALL
    compensation: uint256 = (plan.undo[id] >> (8 * index)) & STEP
    return needs, plan._retries(id, index), compensation, (self._optional(head) >> index) & 1 == 1
