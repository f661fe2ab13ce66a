# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Typed signatures (EIP-712) of one domain
@notice The domain names this chain and this contract, so that a signature is good nowhere else. After a chain split the
        separator is computed anew.
"""

DOMAIN_TYPE: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
# Half of the order of secp256k1: the other half is the same signature again (EIP-2).
S_MAX: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168

NAME: immutable(String[32])
VERSION: immutable(String[8])
NAME_HASH: immutable(bytes32)
VERSION_HASH: immutable(bytes32)
CHAIN_ID: immutable(uint256)
SEPARATOR: immutable(bytes32)


@deploy
def __init__(name_: String[32], version_: String[8]):
    NAME = name_
    VERSION = version_
    NAME_HASH = keccak256(name_)
    VERSION_HASH = keccak256(version_)
    CHAIN_ID = chain.id
    SEPARATOR = keccak256(abi_encode(DOMAIN_TYPE, keccak256(name_), keccak256(version_), chain.id, self))


@internal
@view
def _separator() -> bytes32:
    if chain.id == CHAIN_ID:
        return SEPARATOR
    return keccak256(abi_encode(DOMAIN_TYPE, NAME_HASH, VERSION_HASH, chain.id, self))


@internal
@view
def _digest(structHash: bytes32) -> bytes32:
    return keccak256(concat(b"\x19\x01", self._separator(), structHash))


@internal
@pure
def _recover(digest: bytes32, signature: Bytes[65]) -> address:
    # The signer, or zero for what is no signature: wrong length, high s, v other than 27 or 28, no such point. A caller
    # compares with an address that it knows not to be zero.
    if len(signature) != 65:
        return empty(address)
    r: uint256 = extract32(signature, 0, output_type=uint256)
    s: uint256 = extract32(signature, 32, output_type=uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    if s > S_MAX or (v != 27 and v != 28):
        return empty(address)
    return ecrecover(digest, v, r, s)


@internal
@pure
def _signed(digest: bytes32, signature: Bytes[65], signer: address) -> bool:
    return signer != empty(address) and self._recover(digest, signature) == signer


@external
@view
def eip712Domain() -> (bytes1, String[32], String[8], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The domain that signatures for this contract are made under (EIP-5267).
    @return fields present, name, version, chain id, contract, salt (none), extensions (none)
    """
    return (0x0f, NAME, VERSION, chain.id, self, empty(bytes32), [])
