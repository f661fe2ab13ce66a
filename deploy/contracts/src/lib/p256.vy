# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Signatures of hardware keys (P-256, EIP-7951)
@notice Asks the precompile at 0x100, which is there from the Osaka fork on. On a chain without it no signature is good.
"""

P256VERIFY: constant(address) = 0x0000000000000000000000000000000000000100


@internal
@view
def _verify(digest: bytes32, r: bytes32, s: bytes32, x: bytes32, y: bytes32) -> bool:
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(
        P256VERIFY,
        concat(digest, r, s, x, y),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    return success and len(answer) == 32 and convert(answer, uint256) == 1
