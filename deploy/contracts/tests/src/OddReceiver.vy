# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title An account with code, that takes, refuses or answers coin with a call
@notice Anyone tells it what to do: it exists to attack the contracts that pay.
"""

TAKE: constant(uint256) = 0
REFUSE: constant(uint256) = 1
REENTER: constant(uint256) = 2
BURN: constant(uint256) = 3  # uses all the gas it gets

mode: public(uint256)
target: address
payload: Bytes[2048]
# What the call in the middle of a payment gave: whether it went through, and its answer.
reached: public(bool)
answer: public(Bytes[256])


@external
@payable
def act(target: address, payload: Bytes[2048]) -> Bytes[256]:
    """
    @notice Calls as this account, with the coin sent along.
    """
    return raw_call(target, payload, max_outsize=256, value=msg.value)


@external
def setMode(mode: uint256, target: address, payload: Bytes[2048]):
    """
    @notice What happens when coin comes.
    """
    self.mode = mode
    self.target = target
    self.payload = payload


@external
@payable
def __default__():
    assert self.mode != REFUSE, "no"
    if self.mode == REENTER:
        self.reached, self.answer = raw_call(self.target, self.payload, max_outsize=256, revert_on_failure=False)
    elif self.mode == BURN:
        for _: uint256 in range(2**32):
            self.mode = BURN
