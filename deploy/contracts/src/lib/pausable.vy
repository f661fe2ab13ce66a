# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title A stop for entries
@notice The guardian can stop new things from starting. It can stop nothing that lets money out, and it can take none.
"""

event Paused:
    guardian: indexed(address)

event Unpaused:
    guardian: indexed(address)

GUARDIAN: immutable(address)
paused: public(bool)


@deploy
def __init__(guardian_: address):
    GUARDIAN = guardian_


@internal
@view
def _require_running():
    assert not self.paused, "paused"


@external
def pause():
    """
    @notice Stops the entries of this contract. Only the guardian; without one, nobody.
    """
    assert msg.sender == GUARDIAN, "not guardian"
    assert not self.paused, "paused"
    self.paused = True
    log Paused(guardian=msg.sender)


@external
def unpause():
    """
    @notice Lets the entries go on. Only the guardian.
    """
    assert msg.sender == GUARDIAN, "not guardian"
    assert self.paused, "not paused"
    self.paused = False
    log Unpaused(guardian=msg.sender)


@external
@view
def guardian() -> address:
    """
    @notice The address that may pause entries.
    @return The guardian, zero when there is none.
    """
    return GUARDIAN
