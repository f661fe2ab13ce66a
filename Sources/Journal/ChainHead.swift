// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The end of the attestation chain: the next one has the sequence number after it.
public struct ChainHead: Hashable, Sendable {
    /// The highest sequence number that may have been used; 0 before the first attestation.
    public let sequence: UInt64
    /// The hash of the newest attestation that is known, which after a loss may be older than
    /// `sequence`; `nil` if none is known.
    public let hash: Bytes32?
}
