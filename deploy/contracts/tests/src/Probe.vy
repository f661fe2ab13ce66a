# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title What the tests of the harness look at
"""
from interfaces import ITypes

event Seen:
    who: indexed(address)
    number: uint256
    text: String[32]

number: public(uint256)


@external
@payable
def see(number: uint256, text: String[32]) -> uint256:
    assert number != 13, "unlucky"
    self.number = number
    log Seen(who=msg.sender, number=number, text=text)
    return number + msg.value


@external
@view
def credit(item: ITypes.Credit) -> (ITypes.Credit, uint256, uint256):
    return (item, block.timestamp, chain.id)


@external
def refuse():
    raise_empty: uint256 = 0
    self.number = 1 // raise_empty


@external
def burn():
    for i: uint256 in range(100_000):
        self.number = i
