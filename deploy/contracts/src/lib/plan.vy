# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title The steps of a workflow as they were submitted
@notice Checks the steps and their edges, keeps them packed, and gives a step's terms for the job board back.
@dev Settings word: acceptWithin 0-31 | deliverWithin 32-63 | window 64-95 | minScore 96-111 | policy 112-119 |
     retries 120-127 | silencePays 128. Needs: eight steps a word, 32 bits each. Undo: a byte a step, index + 1 of its
     compensation. Roles: optional 0-31 | compensations 32-63.
"""
from interfaces import ITypes

STEPS_MAX: constant(uint256) = 32
RETRIES_MAX: constant(uint8) = 3
OPTIMISTIC: constant(uint8) = 2
QUORUM: constant(uint8) = 3
BOND_MAX: constant(uint128) = 2**96 - 1
SCORE_MAX: constant(uint16) = 1000
LIFETIME_SECONDS_MAX: constant(uint32) = 400 * 86400
WINDOW_SECONDS_MAX: constant(uint32) = 30 * 86400
ALL: constant(uint256) = 2**32 - 1
LOW: constant(uint256) = 2**128 - 1

struct Packed:
    documentHash: bytes32
    device: bytes32
    capabilities: uint256
    verifier: bytes32
    amounts: uint256  # reward 0-127 | fee 128-255
    bonds: uint256  # device's bond 0-127 | challenge bond 128-255
    settings: uint256
    uri: String[200]

steps: HashMap[bytes32, HashMap[uint256, Packed]]
needs: HashMap[bytes32, uint256[4]]
undo: HashMap[bytes32, uint256]


@internal
@pure
def _check_edges(step: ITypes.Step, index: uint256, count: uint256):
    # A step needs earlier ones only, so there is no way round in a circle.
    assert convert(step.needs, uint256) >> count == 0, "no such step"
    assert convert(step.needs, uint256) >> index == 0, "cyclic"
    if step.compensation != 0:
        assert convert(step.compensation, uint256) <= count, "no such step"
        assert convert(step.compensation, uint256) != index + 1, "cyclic"


@internal
@pure
def _check_terms(step: ITypes.Step):
    # The board's own rules, applied at submission: a step that it would refuse for ever must not get money first.
    assert step.reward != 0, "no reward"
    assert step.acceptWithin != 0 and step.deliverWithin > step.acceptWithin, "bad times"
    assert step.deliverWithin <= LIFETIME_SECONDS_MAX, "bad times"
    assert step.window != 0 and step.window <= WINDOW_SECONDS_MAX, "bad window"
    assert step.minScore <= SCORE_MAX, "bad score"
    assert step.documentHash != empty(bytes32), "no document"
    assert step.policy != 0 and step.policy <= QUORUM, "bad policy"
    if step.policy != QUORUM:
        assert step.verifier != empty(bytes32) and convert(step.verifier, uint256) >> 160 == 0, "bad verifier"
    assert (step.challengeBond != 0) == (step.policy == OPTIMISTIC), "bad challenge bond"
    assert step.bond <= BOND_MAX and step.challengeBond <= BOND_MAX, "bond too large"
    assert step.retries <= RETRIES_MAX, "too many retries"


@internal
def _store(id: bytes32, submitted: DynArray[ITypes.Step, STEPS_MAX]) -> (uint256, uint256):
    """
    @notice Checks and keeps all steps.
    @return The roles word, and the money it takes: a reward and the fees of all attempts for every step.
    """
    count: uint256 = len(submitted)
    assert count != 0, "no steps"
    needed: uint256 = 0
    optional: uint256 = 0
    compensations: uint256 = 0
    undone: uint256 = 0
    total: uint256 = 0
    needs: uint256[4] = empty(uint256[4])
    index: uint256 = 0
    for step: ITypes.Step in submitted:
        self._check_edges(step, index, count)
        self._check_terms(step)
        needed |= convert(step.needs, uint256)
        needs[index // 8] |= convert(step.needs, uint256) << (32 * (index % 8))
        if step.optional:
            optional |= 1 << index
        if step.compensation != 0:
            bit: uint256 = 1 << (convert(step.compensation, uint256) - 1)
            assert compensations & bit == 0, "compensation shared"
            compensations |= bit
            undone |= convert(step.compensation, uint256) << (8 * index)
        total += convert(step.reward, uint256) + convert(step.fee, uint256) * (1 + convert(step.retries, uint256))
        self._keep(id, index, step)
        index += 1
    assert needed & compensations == 0, "needs a compensation"
    for i: uint256 in range(STEPS_MAX):
        if (compensations >> i) & 1 == 1:
            assert submitted[i].needs == 0 and submitted[i].compensation == 0, "bad compensation"
    assert compensations != 2**count - 1, "no steps"
    self.needs[id] = needs
    self.undo[id] = undone
    return optional | (compensations << 32), total


@internal
def _keep(id: bytes32, index: uint256, step: ITypes.Step):
    settings: uint256 = convert(step.acceptWithin, uint256) | (convert(step.deliverWithin, uint256) << 32)
    settings |= convert(step.window, uint256) << 64
    settings |= convert(step.minScore, uint256) << 96
    settings |= convert(step.policy, uint256) << 112
    settings |= convert(step.retries, uint256) << 120
    settings |= convert(step.silencePays, uint256) << 128
    self.steps[id][index] = Packed(
        documentHash=step.documentHash,
        device=step.device,
        capabilities=step.capabilities,
        verifier=step.verifier,
        amounts=convert(step.reward, uint256) | (convert(step.fee, uint256) << 128),
        bonds=convert(step.bond, uint256) | (convert(step.challengeBond, uint256) << 128),
        settings=settings,
        uri=step.uri,
    )


@internal
@view
def _retries(id: bytes32, index: uint256) -> uint256:
    return (self.steps[id][index].settings >> 120) & 255


@internal
@view
def _terms(id: bytes32, index: uint256, token: address, attempt: uint256) -> ITypes.Terms:
    # Terms of the job of one attempt at a step that opens now.
    step: Packed = self.steps[id][index]
    return ITypes.Terms(
        salt=keccak256(abi_encode(id, index, attempt)),
        token=token,
        reward=convert(step.amounts & LOW, uint128),
        fee=convert(step.amounts >> 128, uint128),
        documentHash=step.documentHash,
        uri=step.uri,
        device=step.device,
        capabilities=step.capabilities,
        minScore=convert((step.settings >> 96) & 65535, uint16),
        bond=convert(step.bonds & LOW, uint128),
        acceptBy=convert(block.timestamp + (step.settings & ALL), uint40),
        deliverBy=convert(block.timestamp + ((step.settings >> 32) & ALL), uint40),
        policy=convert((step.settings >> 112) & 255, uint8),
        verifier=step.verifier,
        window=convert((step.settings >> 64) & ALL, uint32),
        challengeBond=convert(step.bonds >> 128, uint128),
        silencePays=(step.settings >> 128) & 1 == 1,
    )


@internal
@view
def _ready(id: bytes32, waiting: uint256, satisfied: uint256) -> uint256:
    # The waiting steps whose needs are all satisfied.
    needs: uint256[4] = self.needs[id]
    ready: uint256 = 0
    for index: uint256 in range(STEPS_MAX):
        if (waiting >> index) & 1 == 1:
            wanted: uint256 = (needs[index // 8] >> (32 * (index % 8))) & ALL
            if wanted & ~satisfied == 0:
                ready |= 1 << index
    return ready


@internal
@view
def _next_undo(id: bytes32, waiting: uint256, done: uint256) -> uint256:
    # The compensation of the latest step that is done and not yet compensated, as a mask; zero when none is left.
    undo: uint256 = self.undo[id]
    for back: uint256 in range(STEPS_MAX):
        index: uint256 = STEPS_MAX - 1 - back
        compensation: uint256 = (undo >> (8 * index)) & 255
        if compensation != 0 and (done >> index) & 1 == 1 and (waiting >> (compensation - 1)) & 1 == 1:
            return 1 << (compensation - 1)
    return 0


@internal
@view
def _undone_by(id: bytes32, compensation: uint256) -> uint256:
    # The step that a compensation undoes, as a mask.
    undo: uint256 = self.undo[id]
    for index: uint256 in range(STEPS_MAX):
        if (undo >> (8 * index)) & 255 == compensation + 1:
            return 1 << index
    return 0
