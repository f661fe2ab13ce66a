// SPDX-License-Identifier: Apache-2.0

public import Bytes
public import Telemetry

/// What an attestation says, besides who signed it (PROFILE.md).
public struct AttestationClaims: Hashable, Sendable {
    /// When it was signed, on both clocks: not negative, the wall clock possibly not yet set. The
    /// pair tells the wall times of readings of the same boot that have only an uptime.
    public let time: Timestamp
    /// What a verifier gave to be signed, 8…64 bytes.
    public let nonce: [UInt8]?
    /// The device's boot count.
    public let boot: UInt32
    /// The SHA-256 digest of the text of the kernel's boot identifier.
    public let bootSeed: Bytes32
    /// The version of the agent, 1…64 bytes.
    public let softwareVersion: String
    /// The number of the attestation: 1, 2, 3 …
    public let sequence: UInt64
    /// The hash of the attestation before it; `nil` for the first, and after a lost journal.
    public let previous: Bytes32?
    /// The readings that it covers.
    public let readings: ReadingsDigest?
    /// What is lost, in the order of kind, first, last and reason.
    public let gaps: [Gap]
    /// The newest block that the device had verified.
    public let freshness: Freshness?

    /// Claims; negative times become 0, and the gaps are sorted.
    public init(
        time: Timestamp, nonce: [UInt8]? = nil, boot: UInt32, bootSeed: Bytes32,
        softwareVersion: String, sequence: UInt64, previous: Bytes32?, readings: ReadingsDigest?,
        gaps: [Gap] = [], freshness: Freshness? = nil
    ) {
        self.time = Timestamp(
            wallMilliseconds: max(0, time.wallMilliseconds),
            uptimeMilliseconds: max(0, time.uptimeMilliseconds))
        self.nonce = nonce
        self.boot = boot
        self.bootSeed = bootSeed
        self.softwareVersion = softwareVersion
        self.sequence = sequence
        self.previous = previous
        self.readings = readings
        self.gaps = gaps.sorted(by: Self.isOrdered)
        self.freshness = freshness
    }

    /// Whether gap records stand in this order in an attestation.
    static func isOrdered(_ left: Gap, _ right: Gap) -> Bool {
        (left.kind.rawValue, left.first, left.last, left.reason.rawValue)
            < (right.kind.rawValue, right.first, right.last, right.reason.rawValue)
    }

    /// The positions of that log that the gap records declare lost.
    func lost(_ kind: Gap.Kind, reason: Gap.Reason? = nil) -> PositionSet {
        var lost = PositionSet()
        for gap in gaps where gap.kind == kind && (reason == nil || gap.reason == reason) {
            lost.insert(gap.first...gap.last)
        }
        return lost
    }
}
