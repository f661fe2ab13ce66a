// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The newest finalized block header that the device had verified when it signed: the attestation
/// cannot be older than that block.
public struct Freshness: Hashable, Sendable {
    /// The chain's identifier (EIP-155).
    public let chainID: UInt64
    /// The slot of the header.
    public let slot: UInt64
    /// The SSZ hash tree root of the header.
    public let blockRoot: Bytes32

    /// The header of that root.
    public init(chainID: UInt64, slot: UInt64, blockRoot: Bytes32) {
        self.chainID = chainID
        self.slot = slot
        self.blockRoot = blockRoot
    }
}
