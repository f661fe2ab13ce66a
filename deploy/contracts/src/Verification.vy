# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Verification
@license Apache-2.0
@notice Decides whether a job's result is accepted: by a named verifier, by the absence of an upheld challenge, or by
        the revealed votes of a committee. Decided rounds are settled by the job board in the same transaction.
@dev A job's window starts with its result. Until submittedAt + window, that second included, a verifier may speak, a
     challenger may challenge and a member may reveal; commitments end with the second submittedAt + window // 2 or when
     every member has given one; an arbiter has until submittedAt + 2 * window. Nothing here is paused but the making of
     committees: a round that has begun can always end.
"""
from interfaces import IDeviceRegistry
from interfaces import IJobBoard
from interfaces import IRewardVault
from interfaces import ITypes
from interfaces import IVerification
from lib import committee
from lib import pausable
from lib import sender

implements: IVerification
initializes: sender
initializes: pausable
initializes: committee[pausable := pausable]
exports: (sender.isTrustedForwarder, pausable.pause, pausable.unpause, pausable.paused, pausable.guardian)
exports: (committee.createCommittee, committee.committeeSize, committee.quorumOf, committee.memberAt)

event Verdict:
    job: indexed(bytes32)
    verifier: indexed(address)
    accepted: bool

event Challenged:
    job: indexed(bytes32)
    challenger: indexed(address)
    evidence: bytes32
    bond: uint256
    ruleBy: uint256

event Ruled:
    job: indexed(bytes32)
    arbiter: indexed(address)
    upheld: bool

event Committed:
    job: indexed(bytes32)
    member: indexed(address)
    commitment: bytes32

event Revealed:
    job: indexed(bytes32)
    member: indexed(address)
    approve: bool

event Finalized:
    job: indexed(bytes32)
    outcome: uint8
    approvals: uint256
    refusals: uint256
    noShows: uint256

MEMBERS_MAX: constant(uint256) = 16
SEATS: constant(uint256) = 2**16 - 1

SUBMITTED: constant(uint8) = 4
PAID: constant(uint8) = 5
UNDECIDED_JOB: constant(uint8) = 7

NAMED: constant(uint8) = 1
OPTIMISTIC: constant(uint8) = 2
QUORUM: constant(uint8) = 3

ACCEPTED: constant(uint8) = 1
REFUSED: constant(uint8) = 2
UNDECIDED: constant(uint8) = 3
SILENT: constant(uint8) = 4

NO_ROUND: constant(uint8) = 0
PENDING: constant(uint8) = 1
CHALLENGED: constant(uint8) = 2
COMMITTING: constant(uint8) = 3
REVEALING: constant(uint8) = 4
DECIDED: constant(uint8) = 5

BOARD: immutable(IJobBoard)
VAULT: immutable(IRewardVault)
REGISTRY: immutable(IDeviceRegistry)

# Who challenged a job; zero while nobody has.
challengers: public(HashMap[bytes32, address])
# Votes of a job, a bit a seat: committed 0-15 | revealed 16-31 | approved 32-47
tallies: public(HashMap[bytes32, uint256])
# job, seat
commitments: public(HashMap[bytes32, HashMap[uint256, bytes32]])


@deploy
def __init__(board: address, vault: address, registry: address, forwarder: address, guardian: address):
    """
    @notice Fixes the sister contracts for ever.
    @param board The job board, the only source of what is to be decided.
    @param vault Holds the challenge bonds and the fees.
    @param registry Says who a device's account and operator are.
    @param forwarder Whose calls name their sender (ERC-2771).
    @param guardian May pause the making of committees; zero for nobody.
    """
    assert board != empty(address) and vault != empty(address) and registry != empty(address), "no contract"
    sender.__init__(forwarder)
    pausable.__init__(guardian)
    BOARD = IJobBoard(board)
    VAULT = IRewardVault(vault)
    REGISTRY = IDeviceRegistry(registry)


@internal
@view
def _review(jobId: bytes32, policy: uint8) -> ITypes.Review:
    # What the board says about a job whose result waits for a decision under this policy.
    review: ITypes.Review = staticcall BOARD.review(jobId)
    assert review.state == SUBMITTED, "not submitted"
    assert review.policy == policy, "wrong policy"
    return review


@internal
@view
def _end(review: ITypes.Review) -> uint256:
    # Last second of the window.
    return convert(review.submittedAt, uint256) + convert(review.window, uint256)


@internal
@view
def _rule_by(review: ITypes.Review) -> uint256:
    # Last second for the arbiter of a challenge.
    return self._end(review) + convert(review.window, uint256)


@internal
@view
def _refuse_own(review: ITypes.Review, who: address):
    # A device and its operator neither challenge nor vote on their own result.
    live: bytes32 = staticcall REGISTRY.resolve(review.device)
    account: address = empty(address)
    status: uint8 = 0
    capabilities: uint256 = 0
    account, status, capabilities = staticcall REGISTRY.standing(live)
    assert who != account and who != staticcall REGISTRY.operatorOf(live), "own job"


@internal
@pure
def _key(account: address) -> bytes32:
    return convert(convert(account, uint160), bytes32)


@internal
@view
def _bond_id(jobId: bytes32) -> bytes32:
    # Under what the vault holds a challenge's bond.
    return keccak256(abi_encode(self, jobId))


@internal
@pure
def _count(mask: uint256) -> uint256:
    count: uint256 = 0
    for seat: uint256 in range(MEMBERS_MAX):
        count += (mask >> seat) & 1
    return count


@internal
def _pay_fee(jobId: bytes32, review: ITypes.Review, key: bytes32, amount: uint256):
    if amount != 0:
        extcall VAULT.pay(jobId, review.token, key, amount)


@internal
def _return_bond(jobId: bytes32, review: ITypes.Review, key: bytes32):
    if review.challengeBond != 0:
        extcall VAULT.pay(self._bond_id(jobId), empty(address), key, convert(review.challengeBond, uint256))


@internal
@view
def _is_revealing(review: ITypes.Review, tally: uint256, members: uint256) -> bool:
    # Whether no more commitments are taken: half of the window is over, or no member is missing.
    half: uint256 = convert(review.submittedAt, uint256) + convert(review.window, uint256) // 2
    return block.timestamp > half or (members != 0 and tally & SEATS == 2**members - 1)


@external
@nonreentrant
def verdict(jobId: bytes32, accepted: bool):
    """
    @notice Policy 1: the job's verifier accepts or refuses the result, until the window's last second.
    @param jobId The job, SUBMITTED.
    @param accepted True pays the device, false refunds the requester; the verifier has the fee either way.
    """
    review: ITypes.Review = self._review(jobId, NAMED)
    caller: address = sender._sender()
    assert review.verifier == self._key(caller), "not verifier"
    assert block.timestamp <= self._end(review), "window over"
    log Verdict(job=jobId, verifier=caller, accepted=accepted)
    extcall BOARD.settle(jobId, ACCEPTED if accepted else REFUSED, False)


@external
@payable
@nonreentrant
def challenge(jobId: bytes32, evidence: bytes32):
    """
    @notice Policy 2: puts the job's challenge bond against the result, until the window's last second. One challenge a
            job; the arbiter judges the result, the evidence only points at why.
    @param jobId The job, SUBMITTED.
    @param evidence Hash of what the challenger has to show, not interpreted.
    """
    review: ITypes.Review = self._review(jobId, OPTIMISTIC)
    caller: address = sender._sender()
    assert self.challengers[jobId] == empty(address), "already challenged"
    assert block.timestamp <= self._end(review), "window over"
    assert review.verifier != self._key(caller), "own ruling"
    self._refuse_own(review, caller)
    assert msg.value == convert(review.challengeBond, uint256), "wrong bond"
    self.challengers[jobId] = caller
    log Challenged(job=jobId, challenger=caller, evidence=evidence, bond=msg.value, ruleBy=self._rule_by(review))
    if msg.value != 0:
        extcall VAULT.hold(self._bond_id(jobId), empty(address), caller, msg.value, value=msg.value)


@external
@nonreentrant
def rule(jobId: bytes32, upheld: bool):
    """
    @notice Policy 2: the arbiter decides a challenge, until submittedAt + 2 * window. Half of the fee is the arbiter's
            either way; the other half goes to the challenger when upheld and back to the requester when not.
    @param jobId The job, challenged.
    @param upheld True refuses the result and returns the bond, false accepts it and gives the bond to the device.
    """
    review: ITypes.Review = self._review(jobId, OPTIMISTIC)
    caller: address = sender._sender()
    challenger: address = self.challengers[jobId]
    assert challenger != empty(address), "not challenged"
    assert review.verifier == self._key(caller), "not arbiter"
    assert block.timestamp <= self._rule_by(review), "window over"
    fee: uint256 = convert(review.fee, uint256)
    log Ruled(job=jobId, arbiter=caller, upheld=upheld)
    self._pay_fee(jobId, review, self._key(caller), fee // 2)
    self._pay_fee(jobId, review, self._key(challenger if upheld else review.requester), fee - fee // 2)
    self._return_bond(jobId, review, self._key(challenger) if upheld else review.device)
    extcall BOARD.settle(jobId, REFUSED if upheld else ACCEPTED, True)


@external
def commit(jobId: bytes32, commitment: bytes32):
    """
    @notice Policy 3: a member's sealed vote, once, until submittedAt + window // 2.
    @param jobId The job, SUBMITTED.
    @param commitment keccak256(abi_encode(jobId, member, approve, salt)); bound to the member, so a copy is worthless.
    """
    review: ITypes.Review = self._review(jobId, QUORUM)
    caller: address = sender._sender()
    seat: uint256 = committee.seatOf[review.verifier][caller]
    assert seat != 0, "not a member"
    self._refuse_own(review, caller)
    assert commitment != empty(bytes32), "no commitment"
    tally: uint256 = self.tallies[jobId]
    assert (tally >> (seat - 1)) & 1 == 0, "already committed"
    half: uint256 = convert(review.submittedAt, uint256) + convert(review.window, uint256) // 2
    assert block.timestamp <= half, "commitments over"
    self.tallies[jobId] = tally | (1 << (seat - 1))
    self.commitments[jobId][seat - 1] = commitment
    log Committed(job=jobId, member=caller, commitment=commitment)


@external
def reveal(jobId: bytes32, approve: bool, salt: bytes32):
    """
    @notice Policy 3: a member opens its vote, after the commitments and until the window's last second.
    @param jobId The job, SUBMITTED.
    @param approve The vote that was committed to.
    @param salt The salt that was committed to.
    """
    review: ITypes.Review = self._review(jobId, QUORUM)
    caller: address = sender._sender()
    seat: uint256 = committee.seatOf[review.verifier][caller]
    assert seat != 0, "not a member"
    tally: uint256 = self.tallies[jobId]
    assert self._is_revealing(review, tally, committee._size(review.verifier)), "commitments open"
    assert block.timestamp <= self._end(review), "window over"
    assert (tally >> (seat - 1)) & 1 == 1, "not committed"
    assert (tally >> (seat + 15)) & 1 == 0, "already revealed"
    committed: bytes32 = self.commitments[jobId][seat - 1]
    assert keccak256(abi_encode(jobId, caller, approve, salt)) == committed, "bad reveal"
    tally |= 1 << (seat + 15)
    if approve:
        tally |= 1 << (seat + 31)
    self.tallies[jobId] = tally
    log Revealed(job=jobId, member=caller, approve=approve)


@external
@nonreentrant
def finalize(jobId: bytes32):
    """
    @notice Ends a round of policy 2 or 3, by anyone: an unchallenged result is accepted after its window; a challenge
            that the arbiter left alone ends in the job's silence rule and its bond goes back; a quorum is counted when
            every commitment is revealed or the window is over.
    @param jobId The job, SUBMITTED.
    """
    review: ITypes.Review = staticcall BOARD.review(jobId)
    assert review.state == SUBMITTED, "not submitted"
    assert review.policy != NAMED, "wrong policy"
    if review.policy == OPTIMISTIC:
        self._finalize_optimistic(jobId, review)
    else:
        self._finalize_quorum(jobId, review)


@internal
def _finalize_optimistic(jobId: bytes32, review: ITypes.Review):
    challenger: address = self.challengers[jobId]
    if challenger == empty(address):
        assert block.timestamp > self._end(review), "window open"
        log Finalized(job=jobId, outcome=ACCEPTED, approvals=0, refusals=0, noShows=0)
        self._pay_fee(jobId, review, self._key(review.requester), convert(review.fee, uint256))
        extcall BOARD.settle(jobId, ACCEPTED, False)
    else:
        assert block.timestamp > self._rule_by(review), "window open"
        log Finalized(job=jobId, outcome=SILENT, approvals=0, refusals=0, noShows=1)
        self._return_bond(jobId, review, self._key(challenger))
        extcall BOARD.settle(jobId, SILENT, False)


@internal
def _finalize_quorum(jobId: bytes32, review: ITypes.Review):
    members: uint256 = committee._size(review.verifier)
    needed: uint256 = committee._needed(review.verifier)
    tally: uint256 = self.tallies[jobId]
    revealed: uint256 = (tally >> 16) & SEATS
    approved: uint256 = tally >> 32
    if block.timestamp <= self._end(review):
        assert self._is_revealing(review, tally, members) and revealed == tally & SEATS, "window open"
    approvals: uint256 = self._count(approved)
    refusals: uint256 = self._count(revealed) - approvals
    outcome: uint8 = UNDECIDED
    if revealed == 0:
        outcome = SILENT
    elif approvals >= needed:
        outcome = ACCEPTED
        self._share_fee(jobId, review, approved, approvals)
    elif refusals > members - needed:
        outcome = REFUSED
        self._share_fee(jobId, review, revealed & ~approved, refusals)
    log Finalized(
        job=jobId, outcome=outcome, approvals=approvals, refusals=refusals, noShows=members - approvals - refusals
    )
    extcall BOARD.settle(jobId, outcome, False)


@internal
def _share_fee(jobId: bytes32, review: ITypes.Review, winners: uint256, count: uint256):
    # Equal shares for those who revealed the outcome's vote; what can't be divided goes back to the requester.
    fee: uint256 = convert(review.fee, uint256)
    share: uint256 = fee // count
    if share != 0:
        for seat: uint256 in range(MEMBERS_MAX):
            if (winners >> seat) & 1 == 1:
                extcall VAULT.pay(jobId, review.token, self._key(committee.seats[review.verifier][seat]), share)
    self._pay_fee(jobId, review, self._key(review.requester), fee - share * count)


@external
@view
def roundState(jobId: bytes32) -> uint8:
    """
    @notice Where the decision about a job stands.
    @param jobId The job.
    @return 0 NONE 1 PENDING 2 CHALLENGED 3 COMMITTING 4 REVEALING 5 DECIDED.
    """
    review: ITypes.Review = staticcall BOARD.review(jobId)
    if review.state >= PAID and review.state <= UNDECIDED_JOB:
        return DECIDED
    if review.state != SUBMITTED:
        return NO_ROUND
    if review.policy == OPTIMISTIC and self.challengers[jobId] != empty(address):
        return CHALLENGED
    if review.policy != QUORUM:
        return PENDING
    members: uint256 = committee._size(review.verifier)
    return REVEALING if self._is_revealing(review, self.tallies[jobId], members) else COMMITTING
