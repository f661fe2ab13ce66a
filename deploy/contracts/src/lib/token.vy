# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Money in and out, for coins that keep the rules and coins that don't
@notice ERC-20 tokens that return nothing, return false, take a fee, or aren't contracts. The zero address is the native
        coin. What is counted as received is the difference of balances, never what was asked for.
"""
from ethereum.ercs import IERC20


@internal
@view
def _balance(token: address) -> uint256:
    return staticcall IERC20(token).balanceOf(self)


@internal
def _accepted(token: address, data: Bytes[100]):
    # Vyper's own call would take a missing answer for a failure: many tokens give none.
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(token, data, max_outsize=32, revert_on_failure=False)
    assert success, "token refused"
    if len(answer) != 0:
        assert len(answer) == 32 and convert(answer, uint256) == 1, "token refused"


@internal
def _pull(token: address, payer: address, amount: uint256) -> uint256:
    # Takes an approved amount of an ERC-20 token from payer and returns what came.
    assert token.is_contract, "not a token"
    before: uint256 = self._balance(token)
    self._accepted(
        token, abi_encode(payer, self, amount, method_id=method_id("transferFrom(address,address,uint256)"))
    )
    after: uint256 = self._balance(token)
    assert after >= before, "token refused"
    return after - before


@internal
def _push(token: address, to: address, amount: uint256):
    # Sends native coin or an ERC-20 token; whatever the far side does can only fail this one transaction.
    # Never to this contract: what comes back in would be nobody's.
    assert to != self, "payment refused"
    if token == empty(address):
        success: bool = raw_call(to, b"", value=amount, revert_on_failure=False)
        assert success, "payment refused"
    else:
        assert token.is_contract, "not a token"
        self._accepted(token, abi_encode(to, amount, method_id=method_id("transfer(address,uint256)")))
