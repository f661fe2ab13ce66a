// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A signed statement as the journal keeps it; the journal does not look into its bytes.
public struct StoredAttestation: Hashable, Sendable {
    /// Its place in the chain, 1 for the first.
    public let sequence: UInt64
    /// When it was made, milliseconds since 1970 by wall clock.
    public let wallMilliseconds: Int64
    /// The readings it covers, if any.
    public let readings: ClosedRange<UInt64>?
    /// The hash that its successor in the chain refers to.
    public let hash: Bytes32
    /// The statement, 1 to `JournalLimits.attestationBytesMax` bytes.
    public let bytes: [UInt8]

    /// An attestation of that place.
    public init(
        sequence: UInt64, wallMilliseconds: Int64, readings: ClosedRange<UInt64>?, hash: Bytes32,
        bytes: [UInt8]
    ) {
        self.sequence = sequence
        self.wallMilliseconds = wallMilliseconds
        self.readings = readings
        self.hash = hash
        self.bytes = bytes
    }
}
