// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Bytes
internal import Telemetry

/// An attestation as commands show it.
struct AttestationView: Encodable {
    /// The readings that it covers.
    struct Readings: Encodable {
        let first: UInt64
        let last: UInt64
        let count: UInt64
        let root: String
        let isPacked: Bool
    }

    /// A loss that it declares.
    struct GapView: Encodable {
        let kind: String
        let reason: String
        let first: UInt64
        let last: UInt64

        init(_ gap: Gap) {
            kind = "\(gap.kind)"
            reason = "\(gap.reason)"
            first = gap.first
            last = gap.last
        }
    }

    let sequence: UInt64
    let device: String
    let signedAt: String
    let isClockPlausible: Bool
    let boot: UInt32
    let uptimeMilliseconds: Int64
    let softwareVersion: String
    let hash: String
    let previous: String?
    let readings: Readings?
    let gaps: [GapView]
    let bytes: Int

    init(_ attestation: Attestation) {
        let claims = attestation.claims
        sequence = claims.sequence
        device = attestation.device.description
        signedAt = Format.time(claims.time.wallMilliseconds)
        isClockPlausible = claims.time.isWallPlausible
        boot = claims.boot
        uptimeMilliseconds = claims.time.uptimeMilliseconds
        softwareVersion = claims.softwareVersion
        hash = attestation.hash.description
        previous = claims.previous?.description
        readings = claims.readings.map {
            Readings(
                first: $0.first, last: $0.last, count: $0.count, root: $0.root.description,
                isPacked: $0.pack != nil)
        }
        gaps = claims.gaps.map(GapView.init)
        bytes = attestation.encoded.count
    }
}
