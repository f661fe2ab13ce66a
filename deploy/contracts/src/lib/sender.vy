# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Who is really calling (ERC-2771)
@notice A call that comes through the trusted forwarder carries the sender in its last 20 bytes.
"""

FORWARDER: immutable(address)
# A selector and an address: nothing shorter can be a forwarded call.
FORWARDED_BYTES_MIN: constant(uint256) = 24


@deploy
def __init__(trusted: address):
    assert trusted != empty(address), "no forwarder"
    FORWARDER = trusted


@internal
@view
def _sender() -> address:
    if msg.sender == FORWARDER and len(msg.data) >= FORWARDED_BYTES_MIN:
        return convert(convert(slice(msg.data, len(msg.data) - 20, 20), bytes20), address)
    return msg.sender


@external
@view
def isTrustedForwarder(account: address) -> bool:
    """
    @notice Whether calls of an account are believed to name their sender in the last 20 bytes (ERC-2771).
    @param account The address asked about.
    @return True for the forwarder alone.
    """
    return account == FORWARDER
