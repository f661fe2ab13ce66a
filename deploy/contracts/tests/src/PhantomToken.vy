# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title A token without books: it says what it is told to say
@notice Every deposit seems to arrive, whatever its size, and no transfer out of the vault succeeds.
"""

stated: uint256


@external
@view
def balanceOf(owner: address) -> uint256:
    """
    @notice What was moved since the last reset.
    """
    return self.stated


@external
def reset():
    """
    @notice Makes room for another deposit of any size.
    """
    self.stated = 0


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Says that everything has come.
    """
    self.stated += amount
    return True
