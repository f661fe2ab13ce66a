# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title What a forwarder may meet: a target that counts its gas, fails, answers too much or calls back, and takes no coin
"""
from lib import sender

initializes: sender

event Took:
    sender: indexed(address)
    value: uint256
    gas: uint256


@deploy
def __init__(forwarder: address):
    sender.__init__(forwarder)


@external
@payable
def take() -> uint256:
    left: uint256 = msg.gas
    log Took(sender=sender._sender(), value=msg.value, gas=left)
    return msg.value


@external
@payable
def fail():
    raise "target says no"


@external
@payable
def spend():
    # All the gas there is.
    while_true: uint256 = 0
    for i: uint256 in range(10_000_000):
        while_true += i


@external
@pure
def flood() -> Bytes[8192]:
    return slice(concat(empty(bytes32), abi_encode(empty(uint256[256]))), 0, 8192)


@external
@payable
def relay(to: address, data: Bytes[16384]) -> Bytes[1024]:
    # Calls back into the forwarder, or sponsors a batch without a way to take coin back.
    return raw_call(to, data, value=msg.value, max_outsize=1024)
