# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Reputation
@notice What became of a device's jobs, and a score of 0 to 1000 that forgets: written by the board's settlements and
        the registry's revocations and replacements, by nobody else.
@dev One word a device, from the lowest bit: completed 30, failed 24, expired 24, disputes won 24, lost 24, revoked 1,
     moved 1, good 44, bad 44, time of the last record 40. Good and bad are sums of weights in 1/65536, halved every 90
     days (by shifts, straight lines between the halvings). Counters and sums stop at their ceilings.
     The score is 1000 * (good + 2) / (good + bad + 4), plus up to 50 for days with an anchor, at most 1000; 500 for a
     device without a history, 0 for a revoked one.
"""
from interfaces import IAttestationAnchor
from interfaces import IDeviceRegistry
from interfaces import IReputation
from interfaces import ITypes

implements: IReputation

event Recorded:
    device: indexed(bytes32)
    kind: indexed(uint8)
    word: uint256


event Revoked:
    device: indexed(bytes32)


event Transferred:
    oldDevice: indexed(bytes32)
    newDevice: indexed(bytes32)
    word: uint256


COMPLETED: constant(uint8) = 1
FAILED: constant(uint8) = 2
EXPIRED: constant(uint8) = 3
DISPUTE_WON: constant(uint8) = 4
DISPUTE_LOST: constant(uint8) = 5

COMPLETED_BITS: constant(uint256) = 30
COUNTER_BITS: constant(uint256) = 24
REVOKED: constant(uint256) = 1 << 126
MOVED: constant(uint256) = 1 << 127
GOOD_AT: constant(uint256) = 128
BAD_AT: constant(uint256) = 172
TIME_AT: constant(uint256) = 216
SUM_MAX: constant(uint256) = 2**44 - 1
LOW_128: constant(uint256) = 2**128 - 1

ONE: constant(uint256) = 65536
PRIOR_GOOD: constant(uint256) = 2 * ONE
PRIOR_ALL: constant(uint256) = 4 * ONE
SCORE_MAX: constant(uint256) = 1000
HALF_LIFE_SECONDS: constant(uint256) = 90 * 86400
HALVINGS_MAX: constant(uint256) = 44
UPTIME_POINTS_MAX: constant(uint256) = 50
UPTIME_DAYS_MAX: constant(uint256) = 100
UPTIME_SILENCE_SECONDS_MAX: constant(uint256) = 7 * 86400

REGISTRY: public(immutable(IDeviceRegistry))
BOARD: public(immutable(address))
ANCHOR: public(immutable(IAttestationAnchor))

# A device's packed history. A moved one has been taken over by the device that replaced it.
words: public(HashMap[bytes32, uint256])


@deploy
def __init__(registry: address, board: address, anchor: address):
    """
    @notice Fix the sister contracts for ever.
    @param registry The device registry.
    @param board The job board.
    @param anchor The attestation anchor.
    """
    assert empty(address) not in [registry, board, anchor], "zero address"
    REGISTRY = IDeviceRegistry(registry)
    BOARD = board
    ANCHOR = IAttestationAnchor(anchor)


@external
def record(deviceId: bytes32, kind: uint8):
    """
    @notice Count an outcome; only the board. A replaced device's outcome counts for the one that replaced it.
    @param deviceId The device.
    @param kind 1 completed, 2 failed, 3 expired, 4 dispute won, 5 dispute lost.
    """
    assert msg.sender == BOARD, "not board"
    assert kind >= COMPLETED and kind <= DISPUTE_LOST, "bad kind"
    device: bytes32 = deviceId
    word: uint256 = self.words[device]
    if word & MOVED != 0:
        device = staticcall REGISTRY.resolve(device)
        word = self.words[device]
    low: uint256 = self._counted(word & LOW_128, kind)
    good: uint256 = 0
    bad: uint256 = 0
    good, bad = self._sums(word)
    if kind == COMPLETED or kind == DISPUTE_WON:
        good = min(good + ONE, SUM_MAX)
    elif kind == DISPUTE_LOST:
        bad = min(bad + 4 * ONE, SUM_MAX)
    else:
        bad = min(bad + 2 * ONE, SUM_MAX)
    word = low | (good << GOOD_AT) | (bad << BAD_AT) | (block.timestamp << TIME_AT)
    self.words[device] = word
    log Recorded(device=device, kind=kind, word=word)


@external
def revoked(deviceId: bytes32):
    """
    @notice Take a revoked device's score for ever; only the registry.
    @param deviceId The device.
    """
    assert msg.sender == REGISTRY.address, "not registry"
    self.words[deviceId] |= REVOKED
    log Revoked(device=deviceId)


@external
def transfer(oldId: bytes32, newId: bytes32):
    """
    @notice Give a device's history to the one that replaces it; only the registry. A revocation does not move.
    @param oldId The device that ends.
    @param newId The device that begins.
    """
    assert msg.sender == REGISTRY.address, "not registry"
    word: uint256 = self.words[oldId]
    assert word & MOVED == 0, "already moved"
    assert self.words[newId] == 0, "has a history"
    self.words[oldId] = word | MOVED
    self.words[newId] = word & ~REVOKED
    log Transferred(oldDevice=oldId, newDevice=newId, word=word & ~REVOKED)


@external
@view
def score(deviceId: bytes32) -> uint256:
    """
    @notice How a device has done, faded to this moment.
    @param deviceId The device; a replaced one has the score of its newest successor.
    @return 0 to 1000; 500 when nothing is known, 0 when revoked.
    """
    device: bytes32 = empty(bytes32)
    points: uint256 = 0
    device, points = self._earned(deviceId)
    if points == 0:
        return 0
    return min(points + self._uptime_points(device), SCORE_MAX)


@external
@view
def reaches(deviceId: bytes32, least: uint256) -> bool:
    """
    @notice Whether a score is at least so high: `score(deviceId) >= least`, without asking for uptime in vain.
    @param deviceId The device; a replaced one has the score of its newest successor.
    @param least 0 to 1000.
    @return True when it is.
    """
    device: bytes32 = empty(bytes32)
    points: uint256 = 0
    device, points = self._earned(deviceId)
    if points >= least:
        return True
    return points != 0 and min(points + self._uptime_points(device), SCORE_MAX) >= least


@external
@view
def counters(deviceId: bytes32) -> ITypes.Counters:
    """
    @notice What became of a device's jobs.
    @param deviceId The device; a replaced one shows what it had when it was replaced.
    @return Five counters and the time of the last record in seconds.
    """
    word: uint256 = self.words[deviceId]
    mask: uint256 = 2**COUNTER_BITS - 1
    return ITypes.Counters(
        completed=convert(word & (2**COMPLETED_BITS - 1), uint32),
        failed=convert((word >> 30) & mask, uint32),
        expired=convert((word >> 54) & mask, uint32),
        disputesWon=convert((word >> 78) & mask, uint32),
        disputesLost=convert((word >> 102) & mask, uint32),
        lastAt=convert(word >> TIME_AT, uint40),
    )


@internal
@pure
def _counted(low: uint256, kind: uint8) -> uint256:
    at: uint256 = 0
    bits: uint256 = COMPLETED_BITS
    if kind != COMPLETED:
        at = COMPLETED_BITS + COUNTER_BITS * (convert(kind, uint256) - 2)
        bits = COUNTER_BITS
    ceiling: uint256 = (1 << bits) - 1
    if (low >> at) & ceiling == ceiling:
        return low
    return low + (1 << at)


@internal
@view
def _sums(word: uint256) -> (uint256, uint256):
    # Good and bad weight, faded from the last record until now.
    good: uint256 = (word >> GOOD_AT) & SUM_MAX
    bad: uint256 = (word >> BAD_AT) & SUM_MAX
    elapsed: uint256 = block.timestamp - (word >> TIME_AT)
    halvings: uint256 = elapsed // HALF_LIFE_SECONDS
    if halvings >= HALVINGS_MAX:
        return 0, 0
    rest: uint256 = elapsed % HALF_LIFE_SECONDS
    good = good >> halvings
    bad = bad >> halvings
    good -= good * rest // (2 * HALF_LIFE_SECONDS)
    bad -= bad * rest // (2 * HALF_LIFE_SECONDS)
    return good, bad


@internal
@view
def _earned(deviceId: bytes32) -> (bytes32, uint256):
    # The device whose history it is now, and its score without uptime: zero for a revoked one alone.
    device: bytes32 = deviceId
    word: uint256 = self.words[device]
    if word & MOVED != 0:
        device = staticcall REGISTRY.resolve(device)
        word = self.words[device]
    if word & REVOKED != 0:
        return device, 0
    good: uint256 = 0
    bad: uint256 = 0
    good, bad = self._sums(word)
    return device, max(SCORE_MAX * (good + PRIOR_GOOD) // (good + bad + PRIOR_ALL), 1)


@internal
@view
def _uptime_points(device: bytes32) -> uint256:
    # Half a point a day with an anchor, nothing once the device has been silent for a week. Only read, never stored.
    head: uint256 = staticcall ANCHOR.head(device)
    last: uint256 = (head >> 64) & (2**64 - 1)
    if block.timestamp > last + UPTIME_SILENCE_SECONDS_MAX:
        return 0
    return min(head >> 192, UPTIME_DAYS_MAX) * UPTIME_POINTS_MAX // UPTIME_DAYS_MAX
