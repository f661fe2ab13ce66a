# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Forwarder: calls that one account signs and another one pays for (ERC-2771, EIP-712)
@notice A device without coin signs a request, any sponsor sends it. The target sees the signer's address in the last 20
        bytes of its call data and believes it because it knows this contract. Nothing is kept but nonces: they count up
        by one for each signer, so that a request is executed at most once and in order.
"""
from interfaces import IForwarder
from interfaces import ITypes
from lib import eip712

implements: IForwarder
initializes: eip712
exports: eip712.__interface__

event Executed:
    sender: indexed(address)
    target: indexed(address)
    nonce: uint256
    success: bool

event Skipped:
    sender: indexed(address)
    nonce: uint256
    fault: uint8  # 1 expired, 2 bad nonce, 3 bad signature

REQUEST_TYPE: constant(bytes32) = keccak256(
    "Request(address sender,address target,uint256 value,uint256 gas,uint256 nonce,uint256 deadline,bytes data)"
)
EXPIRED: constant(uint8) = 1
BAD_NONCE: constant(uint8) = 2
BAD_SIGNATURE: constant(uint8) = 3
# More than the call itself can cost before the target runs: a cold account, a value, a new account, memory.
CALL_GAS_MAX: constant(uint256) = 40_000

# The nonce of a signer's next request.
nonces: public(HashMap[address, uint256])


@deploy
def __init__():
    eip712.__init__("Halcyon Forwarder", "1")


@internal
@view
def _fault(request: ITypes.Request, signature: Bytes[65]) -> uint8:
    if block.timestamp > request.deadline:
        return EXPIRED
    if request.nonce != self.nonces[request.sender]:
        return BAD_NONCE
    digest: bytes32 = eip712._digest(
        keccak256(
            abi_encode(
                REQUEST_TYPE,
                request.sender,
                request.target,
                request.value,
                request.gas,
                request.nonce,
                request.deadline,
                keccak256(request.data),
            )
        )
    )
    if not eip712._signed(digest, signature, request.sender):
        return BAD_SIGNATURE
    return 0


@internal
@view
def _require_gas(wanted: uint256):
    # A caller keeps a 64th (EIP-150). Without this a sponsor could make the inner call run dry and still use the nonce.
    left: uint256 = msg.gas * 63 // 64
    assert left >= CALL_GAS_MAX and wanted <= left - CALL_GAS_MAX, "gas too low"


@external
@payable
@nonreentrant
def execute(request: ITypes.Request, signature: Bytes[65]) -> Bytes[4096]:
    """
    @notice Makes one signed call. When the target fails, all is undone and its reason is passed on.
    @param request What to call, signed as EIP-712 type Request. Valid until its deadline, that second included.
    @param signature The sender's signature: r, s, v; low s.
    @return The target's answer, cut at 4096 bytes.
    """
    assert msg.value == request.value, "wrong value"
    fault: uint8 = self._fault(request, signature)
    assert fault != EXPIRED, "expired"
    assert fault != BAD_NONCE, "bad nonce"
    assert fault != BAD_SIGNATURE, "bad signature"
    self._require_gas(request.gas)
    self.nonces[request.sender] = request.nonce + 1
    answer: Bytes[4096] = raw_call(
        request.target,
        concat(request.data, convert(request.sender, bytes20)),
        max_outsize=4096,
        gas=request.gas,
        value=request.value,
    )
    log Executed(sender=request.sender, target=request.target, nonce=request.nonce, success=True)
    return answer


@external
@payable
@nonreentrant
def executeMany(requests: DynArray[ITypes.Request, 20], signatures: DynArray[Bytes[65], 20]) -> DynArray[bool, 20]:
    """
    @notice Makes up to 20 signed calls in order. One that isn't valid now is skipped, its nonce not used; one whose
            target fails is undone alone and its nonce is used. The coin of both goes back to the caller.
    @param requests The requests; the coin sent must be the sum of their values.
    @param signatures One for each request.
    @return For each request whether its target was called and succeeded.
    """
    assert len(requests) == len(signatures) and len(requests) != 0, "bad batch"
    results: DynArray[bool, 20] = []
    total: uint256 = 0
    unspent: uint256 = 0
    for place: uint256 in range(20):
        if place == len(requests):
            break
        request: ITypes.Request = requests[place]
        assert request.value <= msg.value, "wrong value"
        total += request.value
        fault: uint8 = self._fault(request, signatures[place])
        success: bool = False
        if fault == 0:
            self._require_gas(request.gas)
            self.nonces[request.sender] = request.nonce + 1
            success = raw_call(
                request.target,
                concat(request.data, convert(request.sender, bytes20)),
                gas=request.gas,
                value=request.value,
                revert_on_failure=False,
            )
            log Executed(sender=request.sender, target=request.target, nonce=request.nonce, success=success)
        else:
            log Skipped(sender=request.sender, nonce=request.nonce, fault=fault)
        if not success:
            unspent += request.value
        results.append(success)
    assert total == msg.value, "wrong value"
    if unspent != 0:
        refunded: bool = raw_call(msg.sender, b"", value=unspent, revert_on_failure=False)
        assert refunded, "refund refused"
    return results


@external
@view
def verify(request: ITypes.Request, signature: Bytes[65]) -> bool:
    """
    @notice Whether a request could be executed now.
    @param request The request.
    @param signature The sender's signature.
    @return True when deadline, nonce and signature are good.
    """
    return self._fault(request, signature) == 0
