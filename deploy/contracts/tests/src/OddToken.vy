# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title A token that keeps its books, and bends the rules as it is told
@notice Anyone mints and anyone sets the mode: it exists to attack the vault with.
"""

PLAIN: constant(uint256) = 0  # returns true
SILENT: constant(uint256) = 1  # returns nothing
DENYING: constant(uint256) = 2  # moves nothing, returns false
FEE: constant(uint256) = 3  # one hundredth never arrives
REENTER: constant(uint256) = 4  # calls `target` with `payload` in the middle of a transfer
GARBAGE: constant(uint256) = 5  # moves, returns 32 bytes that are not a boolean
LONG: constant(uint256) = 6  # moves, returns true followed by 32 more bytes
LYING: constant(uint256) = 7  # moves nothing, returns true
GENEROUS: constant(uint256) = 8  # brings twice what it takes
REVERTING: constant(uint256) = 9

mode: public(uint256)
target: address
payload: Bytes[2048]
# What the call in the middle of a transfer gave: whether it went through, and its answer.
reached: public(bool)
answer: public(Bytes[256])
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])


@external
def setMode(mode: uint256):
    """
    @notice Bends the rules from now on.
    """
    self.mode = mode


@external
def setCall(target: address, payload: Bytes[2048]):
    """
    @notice What REENTER calls.
    """
    self.target = target
    self.payload = payload


@external
def mint(to: address, amount: uint256):
    """
    @notice Makes coins.
    """
    self.balanceOf[to] += amount


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice ERC-20.
    """
    self.allowance[msg.sender][spender] = amount
    return True


@external
@raw_return
def transfer(to: address, amount: uint256) -> Bytes[64]:
    """
    @notice ERC-20, as far as the mode goes.
    """
    return self._move(msg.sender, to, amount)


@external
@raw_return
def transferFrom(owner: address, to: address, amount: uint256) -> Bytes[64]:
    """
    @notice ERC-20, as far as the mode goes.
    """
    self.allowance[owner][msg.sender] -= amount
    return self._move(owner, to, amount)


@internal
def _move(owner: address, to: address, amount: uint256) -> Bytes[64]:
    assert self.mode != REVERTING, "no"
    if self.mode == DENYING:
        return abi_encode(False)
    if self.mode == LYING:
        return abi_encode(True)
    self.balanceOf[owner] -= amount
    if self.mode == REENTER:
        self.reached, self.answer = raw_call(self.target, self.payload, max_outsize=256, revert_on_failure=False)
    arriving: uint256 = amount
    if self.mode == FEE:
        arriving -= amount // 100
    elif self.mode == GENEROUS:
        arriving *= 2
    self.balanceOf[to] += arriving
    if self.mode == SILENT:
        return b""
    if self.mode == GARBAGE:
        return abi_encode(convert(2, uint256))
    if self.mode == LONG:
        return abi_encode(True, True)
    return abi_encode(True)
