# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Progress word of a workflow
@notice One word says where every step stands, a bit a step: done 0-31 | open 32-63 | failed 64-95 | skipped 96-127 |
        compensated 128-159, then two bits a step from 160: failed attempts. A step in none of the masks waits.
"""

STEPS_MAX: constant(uint256) = 32
ALL: constant(uint256) = 2**32 - 1
ATTEMPTS_BIT: constant(uint256) = 160

# Masks, in the order of the word.
DONE: constant(uint256) = 0
OPEN: constant(uint256) = 1
FAILED: constant(uint256) = 2
SKIPPED: constant(uint256) = 3
COMPENSATED: constant(uint256) = 4


@internal
@pure
def _mask(word: uint256, which: uint256) -> uint256:
    return (word >> (32 * which)) & ALL


@internal
@pure
def _waiting(word: uint256, count: uint256) -> uint256:
    settled: uint256 = word | (word >> 32) | (word >> 64) | (word >> 96) | (word >> 128)
    return (2**count - 1) & ~settled


@internal
@pure
def _with(word: uint256, which: uint256, steps: uint256) -> uint256:
    # Adds steps to a mask.
    return word | (steps << (32 * which))


@internal
@pure
def _without(word: uint256, which: uint256, steps: uint256) -> uint256:
    # Takes steps out of a mask.
    return word & ~(steps << (32 * which))


@internal
@pure
def _attempts(word: uint256, step: uint256) -> uint256:
    # Failed attempts of a step, 0 to 3.
    return (word >> (ATTEMPTS_BIT + 2 * step)) & 3


@internal
@pure
def _with_attempt(word: uint256, step: uint256) -> uint256:
    # One failed attempt more; the caller knows that there were fewer than three.
    return word + (1 << (ATTEMPTS_BIT + 2 * step))
