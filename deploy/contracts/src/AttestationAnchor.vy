# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title AttestationAnchor: when a batch of a device's attestations was there at the latest
@notice A device writes the Merkle root of a batch and the sequence numbers it covers; the block gives the time. Numbers
        only go up, so a device can't anchor two histories. One word holds an anchor, one word the device's count, both
        laid out for a storage proof:
        anchors[deviceId][root] = block time 0-63 | first sequence 64-127 | last sequence 128-191
        head[deviceId] = count 0-63 | last block time 64-127 | last sequence 128-191 | days with an anchor 192-255
"""
from interfaces import IAttestationAnchor
from interfaces import IDeviceRegistry
from lib import sender

implements: IAttestationAnchor
initializes: sender
exports: sender.__interface__

event Anchored:
    deviceId: indexed(bytes32)
    root: indexed(bytes32)
    first: uint64
    last: uint64

ACTIVE: constant(uint256) = 1
DAY_SECONDS: constant(uint256) = 86_400
MASK_64: constant(uint256) = 2**64 - 1
MASK_160: constant(uint256) = 2**160 - 1

REGISTRY: public(immutable(IDeviceRegistry))

anchors: public(HashMap[bytes32, HashMap[bytes32, uint256]])
head: public(HashMap[bytes32, uint256])


@deploy
def __init__(registry_: address, forwarder_: address):
    assert registry_ != empty(address), "no registry"
    sender.__init__(forwarder_)
    REGISTRY = IDeviceRegistry(registry_)


@internal
@view
def _require_device(deviceId: bytes32):
    word: uint256 = staticcall REGISTRY.head(deviceId)
    assert word & MASK_160 == convert(sender._sender(), uint256), "not device"
    assert (word >> 160) & 255 == ACTIVE, "not active"


@internal
def _anchor(deviceId: bytes32, word: uint256, root: bytes32, first: uint64, last: uint64) -> uint256:
    # Writes one anchor and returns the device's word after it.
    assert root != empty(bytes32), "no root"
    assert first <= last, "bad range"
    assert word == 0 or convert(first, uint256) > (word >> 128) & MASK_64, "old sequence"
    assert self.anchors[deviceId][root] == 0, "already anchored"
    end: uint256 = convert(last, uint256) << 128
    self.anchors[deviceId][root] = block.timestamp | (convert(first, uint256) << 64) | end
    days: uint256 = word >> 192
    if word == 0 or ((word >> 64) & MASK_64) // DAY_SECONDS != block.timestamp // DAY_SECONDS:
        days += 1
    log Anchored(deviceId=deviceId, root=root, first=first, last=last)
    return ((word & MASK_64) + 1) | (block.timestamp << 64) | end | (days << 192)


@external
def anchor(deviceId: bytes32, root: bytes32, first: uint64, last: uint64):
    """
    @notice Anchors one batch. Only the account of an active device.
    @param deviceId The device.
    @param root Merkle root of the batch's attestations, not zero.
    @param first Sequence number of its first attestation, after the last one anchored.
    @param last Sequence number of its last attestation.
    """
    self._require_device(deviceId)
    self.head[deviceId] = self._anchor(deviceId, self.head[deviceId], root, first, last)


@external
def anchorMany(
    deviceId: bytes32, roots: DynArray[bytes32, 16], firsts: DynArray[uint64, 16], lasts: DynArray[uint64, 16]
):
    """
    @notice Anchors up to 16 batches of one device in order, all or none.
    @param deviceId The device.
    @param roots Their Merkle roots.
    @param firsts The sequence number of the first attestation of each.
    @param lasts The sequence number of the last attestation of each.
    """
    assert len(roots) != 0 and len(roots) == len(firsts) and len(roots) == len(lasts), "bad batch"
    self._require_device(deviceId)
    word: uint256 = self.head[deviceId]
    for place: uint256 in range(16):
        if place == len(roots):
            break
        word = self._anchor(deviceId, word, roots[place], firsts[place], lasts[place])
    self.head[deviceId] = word
