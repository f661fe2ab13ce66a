# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Status word of a job
@notice One word holds a job's state, policy and times, so that a device learns all of them by one storage proof.
@dev From the lowest bit: state 8, policy 8, flags 8 (1 silence pays, 2 belongs to a workflow), place 8 (place in the
     inbox plus one, 0 for none), acceptBy 40, deliverBy 40, submittedAt 40, window 32, minScore 16.
"""
from interfaces import ITypes

OPEN: constant(uint256) = 1
ASSIGNED: constant(uint256) = 2
ACCEPTED: constant(uint256) = 3
SUBMITTED: constant(uint256) = 4
PAID: constant(uint256) = 5
REFUSED: constant(uint256) = 6
UNDECIDED: constant(uint256) = 7
EXPIRED: constant(uint256) = 8
CANCELLED: constant(uint256) = 9

NAMED: constant(uint256) = 1
OPTIMISTIC: constant(uint256) = 2
QUORUM: constant(uint256) = 3

SILENCE_PAYS: constant(uint256) = 1
OF_WORKFLOW: constant(uint256) = 2

BYTE: constant(uint256) = 255
TIME: constant(uint256) = 2**40 - 1


@internal
@pure
def _new(state: uint256, flags: uint256, place: uint256, terms: ITypes.Terms) -> uint256:
    word: uint256 = state | (convert(terms.policy, uint256) << 8) | (flags << 16) | (place << 24)
    word |= (convert(terms.acceptBy, uint256) << 32) | (convert(terms.deliverBy, uint256) << 72)
    return word | (convert(terms.window, uint256) << 152) | (convert(terms.minScore, uint256) << 184)


@internal
@pure
def _state(word: uint256) -> uint256:
    return word & BYTE


@internal
@pure
def _policy(word: uint256) -> uint256:
    return (word >> 8) & BYTE


@internal
@pure
def _has(word: uint256, bit: uint256) -> bool:
    return (word >> 16) & bit != 0


@internal
@pure
def _place(word: uint256) -> uint256:
    return (word >> 24) & BYTE


@internal
@pure
def _accept_by(word: uint256) -> uint256:
    return (word >> 32) & TIME


@internal
@pure
def _deliver_by(word: uint256) -> uint256:
    return (word >> 72) & TIME


@internal
@pure
def _submitted_at(word: uint256) -> uint256:
    return (word >> 112) & TIME


@internal
@pure
def _window(word: uint256) -> uint256:
    return (word >> 152) & (2**32 - 1)


@internal
@pure
def _min_score(word: uint256) -> uint256:
    return (word >> 184) & (2**16 - 1)


@internal
@pure
def _with_state(word: uint256, state: uint256) -> uint256:
    return ((word >> 8) << 8) | state


@internal
@pure
def _with_place(word: uint256, place: uint256) -> uint256:
    return (word & ~(BYTE << 24)) | (place << 24)


@internal
@pure
def _with_submitted_at(word: uint256, time: uint256) -> uint256:
    return (word & ~(TIME << 112)) | (time << 112)
