// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Telemetry

extension AttestationClaims {
    /// The payload: deterministic CBOR of the claims as signed by `device`.
    func encoded(device: DeviceID) -> [UInt8] {
        var encoder = CBOREncoder(capacity: 384 + (readings?.pack?.encoded.count ?? 0))
        let present = Claim.allCases.filter(has)
        encoder.map(present.count)
        for claim in present {
            encoder.integer(claim.rawValue)
            write(claim, device, to: &encoder)
        }
        return encoder.bytes
    }

    private func has(_ claim: Claim) -> Bool {
        switch claim {
        case .nonce: nonce != nil
        case .readings, .root: readings != nil
        case .pack: readings?.pack != nil
        case .gaps: !gaps.isEmpty
        case .freshness: freshness != nil
        default: true
        }
    }

    private func write(_ claim: Claim, _ device: DeviceID, to encoder: inout CBOREncoder) {
        switch claim {
        case .issuedAt: encoder.unsigned(UInt64(time.wallMilliseconds / 1000))
        case .nonce: encoder.byteString(nonce ?? [])
        case .ueid: encoder.byteString([Claim.ueidType] + device.digest.bytes)
        case .uptime: encoder.unsigned(UInt64(time.uptimeMilliseconds / 1000))
        case .profile: encoder.text(Claim.profileText)
        case .bootCount: encoder.unsigned(UInt64(boot))
        case .bootSeed: encoder.byteString(bootSeed.bytes)
        case .softwareName: encoder.text(Claim.softwareNameText)
        case .softwareVersion:
            encoder.array(1)
            encoder.text(softwareVersion)
        case .sequence: encoder.unsigned(sequence)
        case .previous:
            if let previous { encoder.byteString(previous.bytes) } else { encoder.null() }
        case .clock:
            encoder.array(2)
            encoder.unsigned(UInt64(time.wallMilliseconds))
            encoder.unsigned(UInt64(time.uptimeMilliseconds))
        case .gaps:
            encoder.array(gaps.count)
            for gap in gaps { Self.write(gap, to: &encoder) }
        case .freshness:
            guard let freshness else { return }
            encoder.array(3)
            encoder.unsigned(freshness.chainID)
            encoder.unsigned(freshness.slot)
            encoder.byteString(freshness.blockRoot.bytes)
        case .readings, .root, .pack:
            guard let readings else { return }
            Self.write(claim, readings, to: &encoder)
        }
    }

    private static func write(
        _ claim: Claim, _ readings: ReadingsDigest, to encoder: inout CBOREncoder
    ) {
        switch claim {
        case .root: encoder.byteString(readings.root.bytes)
        case .pack: encoder.encoded(readings.pack?.encoded ?? [])
        default:
            encoder.array(3)
            encoder.unsigned(readings.first)
            encoder.unsigned(readings.last)
            encoder.unsigned(readings.count)
        }
    }

    private static func write(_ gap: Gap, to encoder: inout CBOREncoder) {
        encoder.array(4)
        encoder.unsigned(UInt64(gap.kind.rawValue))
        encoder.unsigned(UInt64(gap.reason.rawValue))
        encoder.unsigned(gap.first)
        encoder.unsigned(gap.last)
    }
}
