# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Job board
@notice Takes jobs with their reward in escrow, gives them to devices, takes results, pays or refunds on a verdict.
@dev Times are inclusive: a thing is allowed until its time, and its end can be called from the second after it. What is
     stored of a job is described in lib/record.vy and lib/jobword.vy, the inboxes in lib/inbox.vy.
"""
from interfaces import IDeviceRegistry
from interfaces import IJobBoard
from interfaces import IReputation
from interfaces import IRewardVault
from interfaces import ITypes
from interfaces import IVerification
from interfaces import IWorkflow
from lib import inbox
from lib import jobword
from lib import pausable
from lib import record
from lib import sender

implements: IJobBoard
initializes: inbox
initializes: pausable
initializes: record
initializes: sender
exports: (pausable.pause, pausable.unpause, pausable.paused, pausable.guardian, sender.isTrustedForwarder)
exports: (record.stateOf, record.review, record.job, inbox.inboxOf, inbox.inboxHead)


event Submitted:
    job: indexed(bytes32)
    requester: indexed(address)
    device: indexed(bytes32)
    token: address
    reward: uint256
    fee: uint256
    documentHash: bytes32
    capabilities: uint256
    status: uint256
    uri: String[200]


event Accepted:
    job: indexed(bytes32)
    device: indexed(bytes32)


event Declined:
    job: indexed(bytes32)
    device: indexed(bytes32)
    reason: String[32]


event ResultSubmitted:
    job: indexed(bytes32)
    device: indexed(bytes32)
    resultHash: bytes32
    attestation: bytes32


event Closed:
    job: indexed(bytes32)
    device: indexed(bytes32)
    state: uint256
    disputed: bool


event EndpointSet:
    requester: indexed(address)
    endpoint: String[200]


ACTIVE: constant(uint8) = 1
REPLACED: constant(uint8) = 4
COMPLETED: constant(uint8) = 1
FAILED: constant(uint8) = 2
EXPIRED: constant(uint8) = 3
DISPUTE_WON: constant(uint8) = 4
DISPUTE_LOST: constant(uint8) = 5
VERDICT_ACCEPTED: constant(uint8) = 1
VERDICT_REFUSED: constant(uint8) = 2
VERDICT_UNDECIDED: constant(uint8) = 3
VERDICT_SILENT: constant(uint8) = 4
# Where a fee goes when a job ends: back, to the named verifier, or stays held for the verification contract.
FEE_BACK: constant(uint256) = 0
FEE_TO_VERIFIER: constant(uint256) = 1
FEE_HELD: constant(uint256) = 2
SCORE_MAX: constant(uint16) = 1000
LIFETIME_SECONDS_MAX: constant(uint256) = 400 * 86400
WINDOW_SECONDS_MAX: constant(uint32) = 30 * 86400
LOW_96: constant(uint256) = 2**96 - 1
LOW_128: constant(uint256) = 2**128 - 1
LOW_160: constant(uint256) = 2**160 - 1

REGISTRY: public(immutable(IDeviceRegistry))
REPUTATION: public(immutable(IReputation))
VAULT: public(immutable(IRewardVault))
VERIFICATION: public(immutable(IVerification))
WORKFLOW: public(immutable(IWorkflow))

endpoints: HashMap[address, String[200]]


@deploy
def __init__(
    registry: address,
    reputation: address,
    vault: address,
    verification: address,
    workflow: address,
    forwarder: address,
    guardian: address,
):
    """
    @notice Fix the sister contracts for ever.
    @param registry The device registry.
    @param reputation The reputation.
    @param vault The reward vault.
    @param verification The verification contract.
    @param workflow The workflow contract.
    @param forwarder The trusted forwarder.
    @param guardian Who may pause entries, or zero.
    """
    assert empty(address) not in [registry, reputation, vault, verification, workflow], "zero address"
    REGISTRY = IDeviceRegistry(registry)
    REPUTATION = IReputation(reputation)
    VAULT = IRewardVault(vault)
    VERIFICATION = IVerification(verification)
    WORKFLOW = IWorkflow(workflow)
    sender.__init__(forwarder)
    pausable.__init__(guardian)


@external
@payable
@nonreentrant
def submit(terms: ITypes.Terms) -> bytes32:
    """
    @notice Put up a job, its reward and fee into escrow: native coin sent along, or an approved token.
    @param terms What is asked for. A token that takes a fee of its own lowers the reward.
    @return The job's id: keccak256(abi_encode(chain id, board, requester, salt)).
    """
    pausable._require_running()
    requester: address = sender._sender()
    jobId: bytes32 = self._new_id(requester, terms.salt)
    asked: uint256 = convert(terms.reward, uint256) + convert(terms.fee, uint256)
    received: uint256 = extcall VAULT.hold(jobId, terms.token, requester, asked, value=msg.value)
    short: uint256 = asked - received
    assert short < convert(terms.reward, uint256), "no reward"
    self._submit(jobId, terms, requester, convert(terms.reward, uint256) - short, empty(bytes32))
    return jobId


@external
def submitFor(terms: ITypes.Terms, requester: address, fromHeldId: bytes32) -> bytes32:
    """
    @notice Put up a step of a workflow, paid out of what the vault holds for the workflow; only the workflow contract.
    @dev Without the lock: closing a job calls the workflow, which opens the next steps.
    @param terms What is asked for.
    @param requester Whose workflow it is.
    @param fromHeldId Under what the vault holds its money; refunds go back there.
    @return The job's id.
    """
    assert msg.sender == WORKFLOW.address, "not workflow"
    pausable._require_running()
    jobId: bytes32 = self._new_id(msg.sender, terms.salt)
    reward: uint256 = convert(terms.reward, uint256)
    assert reward != 0, "no reward"
    extcall VAULT.move(fromHeldId, jobId, terms.token, reward + convert(terms.fee, uint256))
    self._submit(jobId, terms, requester, reward, fromHeldId)
    return jobId


@external
@payable
@nonreentrant
def accept(jobId: bytes32):
    """
    @notice Take a job, by a device's account, with exactly the bond sent along. The first one gets an open job.
    @param jobId The job, OPEN or ASSIGNED.
    """
    pausable._require_running()
    word: uint256 = record.jobs[jobId].status
    state: uint256 = jobword._state(word)
    assert state == jobword.OPEN or state == jobword.ASSIGNED, "wrong state"
    assert block.timestamp <= jobword._accept_by(word), "too late"
    account: address = sender._sender()
    device: bytes32 = record.jobs[jobId].device
    if state == jobword.OPEN:
        device = staticcall REGISTRY.deviceOf(account)
        assert device != empty(bytes32), "not a device"
    self._check_able(device, account, convert(record.jobs[jobId].work, uint256), jobword._min_score(word))
    bond: uint256 = record.jobs[jobId].party >> 160
    assert msg.value == bond, "wrong bond"
    if state == jobword.OPEN:
        record.jobs[jobId].device = device
        word = jobword._with_place(word, inbox._take(device, jobId))
    record.jobs[jobId].status = jobword._with_state(word, jobword.ACCEPTED)
    log Accepted(job=jobId, device=device)
    if bond != 0:
        extcall VAULT.hold(jobId, empty(address), account, bond, value=bond)


@external
@nonreentrant
def decline(jobId: bytes32, reason: String[32]):
    """
    @notice Give a job back, by the device's account or operator. Before acceptance it costs nothing; afterwards the
            bond goes to the requester and the reputation suffers.
    @param jobId The job, ASSIGNED or ACCEPTED.
    @param reason For the record.
    """
    state: uint256 = jobword._state(record.jobs[jobId].status)
    assert state == jobword.ASSIGNED or state == jobword.ACCEPTED, "wrong state"
    device: bytes32 = record.jobs[jobId].device
    who: address = sender._sender()
    live: bytes32 = staticcall REGISTRY.resolve(device)
    account: address = convert((staticcall REGISTRY.head(live)) & LOW_160, address)
    assert who == account or who == staticcall REGISTRY.operatorOf(live), "not the device"
    log Declined(job=jobId, device=device, reason=reason)
    if state == jobword.ASSIGNED:
        self._close(jobId, jobword.CANCELLED, False, FEE_BACK)
    else:
        self._close(jobId, jobword.REFUSED, False, FEE_BACK)


@external
@nonreentrant
def submitResult(jobId: bytes32, resultHash: bytes32, attestation: bytes32):
    """
    @notice Commit to a result and to the attestation that signs it, by the device's account.
    @param jobId The job, ACCEPTED.
    @param resultHash Hash of the result document.
    @param attestation Hash of the attestation over it.
    """
    word: uint256 = record.jobs[jobId].status
    assert jobword._state(word) == jobword.ACCEPTED, "wrong state"
    assert block.timestamp <= jobword._deliver_by(word), "too late"
    assert resultHash != empty(bytes32), "no result"
    device: bytes32 = record.jobs[jobId].device
    self._check_account(device, sender._sender())
    word = jobword._with_submitted_at(jobword._with_state(word, jobword.SUBMITTED), block.timestamp)
    record.jobs[jobId].status = word
    record.jobs[jobId].work = keccak256(concat(resultHash, attestation))
    log ResultSubmitted(job=jobId, device=device, resultHash=resultHash, attestation=attestation)


@external
@nonreentrant
def settle(jobId: bytes32, outcome: uint8, disputed: bool):
    """
    @notice End a submitted job; only the verification contract, which disposes of the fee of policies 2 and 3 itself,
            in the same transaction, when the outcome is 1 or 2.
    @param jobId The job.
    @param outcome 1 accepted, 2 refused, 3 undecided, 4 silence: what the job said of silence.
    @param disputed Whether the verdict ended a dispute.
    """
    assert msg.sender == VERIFICATION.address, "not verification"
    word: uint256 = record.jobs[jobId].status
    assert jobword._state(word) == jobword.SUBMITTED, "wrong state"
    if outcome == VERDICT_ACCEPTED:
        self._close(jobId, jobword.PAID, disputed, self._fee_end(word))
    elif outcome == VERDICT_REFUSED:
        self._close(jobId, jobword.REFUSED, disputed, self._fee_end(word))
    elif outcome == VERDICT_UNDECIDED:
        self._close(jobId, jobword.UNDECIDED, False, FEE_BACK)
    else:
        assert outcome == VERDICT_SILENT, "bad outcome"
        self._close(jobId, self._silence(word), False, FEE_BACK)


@external
@nonreentrant
def expire(jobId: bytes32):
    """
    @notice End a job whose time is over, by anyone. A submitted one only under the named verifier's policy; under the
            others Verification.finalize is its end.
    @param jobId The job.
    """
    word: uint256 = record.jobs[jobId].status
    state: uint256 = jobword._state(word)
    assert state >= jobword.OPEN and state <= jobword.SUBMITTED, "wrong state"
    assert state != jobword.SUBMITTED or jobword._policy(word) == jobword.NAMED, "not by expiry"
    assert self._is_over(word), "too early"
    self._expire(jobId, word)


@external
@nonreentrant
def cancel(jobId: bytes32):
    """
    @notice Take a job back that nobody has accepted, by its requester, a workflow's by the workflow contract.
    @param jobId The job, OPEN or ASSIGNED.
    """
    word: uint256 = record.jobs[jobId].status
    assert jobword._state(word) == jobword.OPEN or jobword._state(word) == jobword.ASSIGNED, "wrong state"
    owner: address = WORKFLOW.address
    if not jobword._has(word, jobword.OF_WORKFLOW):
        owner = record._requester(jobId)
    assert sender._sender() == owner, "not requester"
    self._close(jobId, jobword.CANCELLED, False, FEE_BACK)


@external
@nonreentrant
def prune(deviceId: bytes32):
    """
    @notice Expire every job in a device's inbox whose time is over, by anyone, but those whose results wait for
            Verification.finalize. When workflows make that too much for one transaction: expire, one by one.
    @param deviceId The device, also a replaced one.
    """
    inboxJobs: bytes32[inbox.PLACES] = inbox._jobs(deviceId)
    for jobId: bytes32 in inboxJobs:
        if jobId == empty(bytes32):
            continue
        word: uint256 = record.jobs[jobId].status
        if jobword._state(word) == jobword.SUBMITTED and jobword._policy(word) != jobword.NAMED:
            continue
        if self._is_over(word):
            self._expire(jobId, word)


@external
def setEndpoint(endpoint: String[200]):
    """
    @notice Say where documents of jobs without a URI are: this, followed by the document hash in hexadecimal.
    @param endpoint A URI's beginning.
    """
    requester: address = sender._sender()
    self.endpoints[requester] = endpoint
    log EndpointSet(requester=requester, endpoint=endpoint)


@external
def setAssigners(
    deviceId: bytes32, listed: bool, add: DynArray[address, inbox.PLACES], remove: DynArray[address, inbox.PLACES]
):
    """
    @notice Let only listed requesters (and the operator) put jobs into a device's inbox, or everybody; by the operator.
    @param deviceId The device.
    @param listed True for listed requesters alone.
    @param add Requesters to list.
    @param remove Requesters to strike off.
    """
    assert sender._sender() == staticcall REGISTRY.operatorOf(deviceId), "not operator"
    inbox._set_assigners(deviceId, listed, add, remove)


@external
@view
def mayAssign(deviceId: bytes32, requester: address) -> bool:
    """
    @notice Whether a requester may put a job into a device's inbox unasked.
    @param deviceId The device.
    @param requester Who would assign.
    @return True when it may.
    """
    return inbox._may_assign(deviceId, requester) or requester == staticcall REGISTRY.operatorOf(deviceId)


@external
@view
def endpointOf(requester: address) -> String[200]:
    """
    @notice Where a requester's documents are when a job names no URI.
    @param requester The requester.
    @return A URI's beginning, empty when none was set.
    """
    return self.endpoints[requester]


@internal
@view
def _new_id(owner: address, salt: bytes32) -> bytes32:
    jobId: bytes32 = keccak256(abi_encode(chain.id, self, owner, salt))
    assert record.jobs[jobId].status == 0, "job exists"
    return jobId


@internal
def _submit(jobId: bytes32, terms: ITypes.Terms, requester: address, reward: uint256, parent: bytes32):
    self._check_terms(terms)
    state: uint256 = jobword.OPEN
    place: uint256 = 0
    if terms.device != empty(bytes32):
        state = jobword.ASSIGNED
        self._check_assignable(terms.device, requester, terms.capabilities)
        place = inbox._take(terms.device, jobId)
        record.jobs[jobId].device = terms.device
    flags: uint256 = 0
    if terms.silencePays:
        flags = jobword.SILENCE_PAYS
    if parent != empty(bytes32):
        flags |= jobword.OF_WORKFLOW
        record.jobs[jobId].parent = parent
    word: uint256 = jobword._new(state, flags, place, terms)
    record.jobs[jobId].status = word
    record.jobs[jobId].party = convert(requester, uint256) | (convert(terms.bond, uint256) << 160)
    record.jobs[jobId].money = reward | (convert(terms.fee, uint256) << 128)
    record.jobs[jobId].documentHash = terms.documentHash
    record.jobs[jobId].verifier = terms.verifier
    if terms.capabilities != 0:
        record.jobs[jobId].work = convert(terms.capabilities, bytes32)
    asset: uint256 = convert(terms.token, uint256) | (convert(terms.challengeBond, uint256) << 160)
    if asset != 0:
        record.jobs[jobId].asset = asset
    log Submitted(
        job=jobId,
        requester=requester,
        device=terms.device,
        token=terms.token,
        reward=reward,
        fee=convert(terms.fee, uint256),
        documentHash=terms.documentHash,
        capabilities=terms.capabilities,
        status=word,
        uri=terms.uri,
    )


@internal
@view
def _check_terms(terms: ITypes.Terms):
    accept_by: uint256 = convert(terms.acceptBy, uint256)
    deliver_by: uint256 = convert(terms.deliverBy, uint256)
    assert block.timestamp < accept_by and accept_by < deliver_by, "bad times"
    assert deliver_by <= block.timestamp + LIFETIME_SECONDS_MAX, "bad times"
    assert terms.window != 0 and terms.window <= WINDOW_SECONDS_MAX, "bad window"
    assert terms.minScore <= SCORE_MAX, "bad score"
    assert terms.documentHash != empty(bytes32), "no document"
    assert terms.policy != 0 and terms.policy <= 3, "bad policy"
    if convert(terms.policy, uint256) == jobword.QUORUM:
        assert staticcall VERIFICATION.committeeSize(terms.verifier) != 0, "no such committee"
    else:
        assert terms.verifier != empty(bytes32) and convert(terms.verifier, uint256) <= LOW_160, "bad verifier"
    optimistic: bool = convert(terms.policy, uint256) == jobword.OPTIMISTIC
    assert (terms.challengeBond != 0) == optimistic, "bad challenge bond"
    assert convert(terms.bond, uint256) <= LOW_96, "bond too large"
    assert convert(terms.challengeBond, uint256) <= LOW_96, "bond too large"


@internal
@view
def _check_assignable(device: bytes32, requester: address, capabilities: uint256):
    account: address = empty(address)
    status: uint8 = 0
    offered: uint256 = 0
    account, status, offered = staticcall REGISTRY.standing(device)
    assert status == ACTIVE, "device not active"
    assert offered & capabilities == capabilities, "lacks capabilities"
    if not inbox._may_assign(device, requester):
        assert requester == staticcall REGISTRY.operatorOf(device), "not an assigner"


@internal
@view
def _check_able(device: bytes32, who: address, capabilities: uint256, min_score: uint256):
    account: address = empty(address)
    status: uint8 = 0
    offered: uint256 = 0
    account, status, offered = staticcall REGISTRY.standing(device)
    if status == REPLACED:
        account, status, offered = staticcall REGISTRY.standing(staticcall REGISTRY.resolve(device))
    assert account == who, "not the device"
    assert status == ACTIVE, "device not active"
    assert offered & capabilities == capabilities, "lacks capabilities"
    if min_score != 0:
        assert staticcall REPUTATION.reaches(device, min_score), "score too low"


@internal
@view
def _check_account(device: bytes32, who: address):
    """
    @notice Refuse whoever is not the account of a device, or of the one that replaced it; "device not active" when it
            is suspended or revoked.
    """
    head: uint256 = staticcall REGISTRY.head(device)
    if convert((head >> 160) & 255, uint8) == REPLACED:
        head = staticcall REGISTRY.head(staticcall REGISTRY.resolve(device))
    assert convert(head & LOW_160, address) == who, "not the device"
    assert convert((head >> 160) & 255, uint8) == ACTIVE, "device not active"


@internal
@pure
def _silence(word: uint256) -> uint256:
    if jobword._has(word, jobword.SILENCE_PAYS):
        return jobword.PAID
    return jobword.UNDECIDED


@internal
@pure
def _fee_end(word: uint256) -> uint256:
    if jobword._policy(word) == jobword.NAMED:
        return FEE_TO_VERIFIER
    return FEE_HELD


@internal
@view
def _is_over(word: uint256) -> bool:
    state: uint256 = jobword._state(word)
    if state == jobword.ACCEPTED:
        return block.timestamp > jobword._deliver_by(word)
    if state == jobword.SUBMITTED:
        return block.timestamp > jobword._submitted_at(word) + jobword._window(word)
    return block.timestamp > jobword._accept_by(word)


@internal
def _expire(jobId: bytes32, word: uint256):
    if jobword._state(word) == jobword.SUBMITTED:
        self._close(jobId, self._silence(word), False, FEE_BACK)
    else:
        self._close(jobId, jobword.EXPIRED, False, FEE_BACK)


@internal
def _close(jobId: bytes32, state: uint256, disputed: bool, fee_end: uint256):
    # Bring a job to its end: free its place, move its money, record the reputation, tell the workflow.
    word: uint256 = record.jobs[jobId].status
    device: bytes32 = record.jobs[jobId].device
    inbox._free(device, jobword._place(word))
    record.jobs[jobId].status = jobword._with_place(jobword._with_state(word, state), 0)
    log Closed(job=jobId, device=device, state=state, disputed=disputed)
    began: bool = jobword._state(word) in [jobword.ACCEPTED, jobword.SUBMITTED]
    parent: bytes32 = empty(bytes32)
    if jobword._has(word, jobword.OF_WORKFLOW):
        parent = record.jobs[jobId].parent
    bond: uint256 = 0
    if began:
        bond = record.jobs[jobId].party >> 160
    self._pay(jobId, state, device, parent, fee_end, bond)
    if began and state != jobword.UNDECIDED:
        self._record(device, state, disputed)
    if parent != empty(bytes32) and msg.sender != WORKFLOW.address:
        # A workflow that cannot go on now must not keep this job's money here: Workflow.sync repairs it. Who watches
        # sees Closed without the workflow's StepClosed in the same transaction.
        told: bool = raw_call(
            WORKFLOW.address, abi_encode(jobId, method_id=method_id("closed(bytes32)")), revert_on_failure=False
        )


@internal
def _pay(jobId: bytes32, state: uint256, device: bytes32, parent: bytes32, fee_end: uint256, bond: uint256):
    token: address = convert(record.jobs[jobId].asset & LOW_160, address)
    money: uint256 = record.jobs[jobId].money
    requester: bytes32 = convert(record.jobs[jobId].party & LOW_160, bytes32)
    to_device: uint256 = 0
    back: uint256 = 0
    to_requester: uint256 = 0
    if state == jobword.PAID:
        to_device = money & LOW_128
    else:
        back = money & LOW_128
    if fee_end == FEE_BACK:
        back += money >> 128
    elif fee_end == FEE_TO_VERIFIER and money >> 128 != 0:
        extcall VAULT.pay(jobId, token, record.jobs[jobId].verifier, money >> 128)
    if parent == empty(bytes32):
        to_requester = back
    elif back != 0:
        extcall VAULT.move(jobId, parent, token, back)
    if bond != 0:
        # The bond is native coin: one credit with the escrow when that is, too.
        kept: bool = state == jobword.PAID or state == jobword.UNDECIDED
        if token != empty(address):
            extcall VAULT.pay(jobId, empty(address), device if kept else requester, bond)
        elif kept:
            to_device += bond
        else:
            to_requester += bond
    if to_device != 0:
        extcall VAULT.pay(jobId, token, device, to_device)
    if to_requester != 0:
        extcall VAULT.pay(jobId, token, requester, to_requester)


@internal
def _record(device: bytes32, state: uint256, disputed: bool):
    kind: uint8 = FAILED
    if state == jobword.PAID:
        kind = COMPLETED
    elif state == jobword.EXPIRED:
        kind = EXPIRED
    extcall REPUTATION.record(device, kind)
    if disputed and state == jobword.PAID:
        extcall REPUTATION.record(device, DISPUTE_WON)
    elif disputed and state == jobword.REFUSED:
        extcall REPUTATION.record(device, DISPUTE_LOST)
