# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Records of jobs
@notice What is stored of a job, for one account's proofs, and the views on it.
@dev A job is a record of nine words in consecutive slots of `jobs`; zero words cost nothing.
     status (see lib/jobword.vy), party: requester 160 | bond 96, money: reward 128 | fee 128, device, documentHash,
     verifier, work: the capabilities asked for until there is a result, then keccak256(resultHash ++ attestation),
     asset: token 160 | challengeBond 96, parent: the workflow's hold that paid, or zero.
"""
from interfaces import ITypes
from lib import jobword

struct Job:
    status: uint256
    party: uint256
    money: uint256
    device: bytes32
    documentHash: bytes32
    verifier: bytes32
    work: bytes32
    asset: uint256
    parent: bytes32


LOW_128: constant(uint256) = 2**128 - 1
LOW_160: constant(uint256) = 2**160 - 1

jobs: HashMap[bytes32, Job]


@external
@view
def stateOf(jobId: bytes32) -> uint8:
    """
    @notice Where a job is.
    @param jobId The job.
    @return 0 none, 1 open, 2 assigned, 3 accepted, 4 submitted, 5 paid, 6 refused, 7 undecided, 8 expired, 9 cancelled.
    """
    return convert(jobword._state(self.jobs[jobId].status), uint8)


@external
@view
def review(jobId: bytes32) -> ITypes.Review:
    """
    @notice What a verification needs to know of a job.
    @param jobId The job.
    @return The review; state 0 when there is no such job.
    """
    word: uint256 = self.jobs[jobId].status
    asset: uint256 = self.jobs[jobId].asset
    return ITypes.Review(
        state=convert(jobword._state(word), uint8),
        policy=convert(jobword._policy(word), uint8),
        submittedAt=convert(jobword._submitted_at(word), uint40),
        window=convert(jobword._window(word), uint32),
        device=self.jobs[jobId].device,
        verifier=self.jobs[jobId].verifier,
        requester=self._requester(jobId),
        token=convert(asset & LOW_160, address),
        fee=convert(self.jobs[jobId].money >> 128, uint128),
        challengeBond=convert(asset >> 160, uint128),
    )


@external
@view
def job(jobId: bytes32) -> ITypes.Job:
    """
    @notice Everything that is stored of a job.
    @param jobId The job.
    @return The job; state 0 when there is none.
    """
    record: Job = self.jobs[jobId]
    word: uint256 = record.status
    capabilities: uint256 = 0
    result: bytes32 = empty(bytes32)
    if jobword._submitted_at(word) == 0:
        capabilities = convert(record.work, uint256)
    else:
        result = record.work
    return ITypes.Job(
        state=convert(jobword._state(word), uint8),
        requester=convert(record.party & LOW_160, address),
        parent=record.parent,
        device=record.device,
        token=convert(record.asset & LOW_160, address),
        reward=convert(record.money & LOW_128, uint128),
        fee=convert(record.money >> 128, uint128),
        bond=convert(record.party >> 160, uint128),
        documentHash=record.documentHash,
        capabilities=capabilities,
        minScore=convert(jobword._min_score(word), uint16),
        result=result,
        acceptBy=convert(jobword._accept_by(word), uint40),
        deliverBy=convert(jobword._deliver_by(word), uint40),
        submittedAt=convert(jobword._submitted_at(word), uint40),
        policy=convert(jobword._policy(word), uint8),
        verifier=record.verifier,
        window=convert(jobword._window(word), uint32),
        challengeBond=convert(record.asset >> 160, uint128),
        silencePays=jobword._has(word, jobword.SILENCE_PAYS),
    )


@internal
@view
def _requester(jobId: bytes32) -> address:
    return convert(self.jobs[jobId].party & LOW_160, address)
