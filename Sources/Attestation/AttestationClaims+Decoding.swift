// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Telemetry

extension AttestationClaims {
    /// Reads a payload that `device` signed and checks every rule of the profile.
    ///
    /// - Throws: `AttestationError`.
    static func decode(
        _ payload: [UInt8], device: DeviceID
    ) throws(AttestationError) -> AttestationClaims {
        let item: CBORValue
        do throws(CBORError) {
            item = try CBORDecoder.decode(payload)
        } catch {
            throw AttestationError(error, "payload")
        }
        let fields = try ClaimFields(item)
        try checkConstants(fields, device)
        let gaps = try gaps(fields)
        let claims = AttestationClaims(
            time: try time(fields), nonce: fields[.nonce] == nil ? nil : try fields.bytes(.nonce),
            boot: try boot(fields), bootSeed: try fields.digest(.bootSeed),
            softwareVersion: try softwareVersion(fields),
            sequence: try fields.unsigned(.sequence),
            previous: fields[.previous] == .null ? nil : try fields.digest(.previous),
            readings: try readings(fields), gaps: gaps, freshness: try freshness(fields))
        guard claims.gaps == gaps else { throw AttestationError(.gapOrder, Claim.gaps.place) }
        try claims.validate()
        return claims
    }

    private static func checkConstants(
        _ fields: ClaimFields, _ device: DeviceID
    ) throws(AttestationError) {
        guard try fields.text(.profile) == Claim.profileText else {
            throw AttestationError(.profile, Claim.profile.place)
        }
        guard try fields.bytes(.ueid) == [Claim.ueidType] + device.digest.bytes else {
            throw AttestationError(.ueid, Claim.ueid.place)
        }
        guard try fields.text(.softwareName) == Claim.softwareNameText else {
            throw AttestationError(.claimValue, Claim.softwareName.place)
        }
    }

    private static func time(_ fields: ClaimFields) throws(AttestationError) -> Timestamp {
        let clock = try fields.numbers(.clock, count: 2)
        guard let wall = Int64(exactly: clock[0]), let uptime = Int64(exactly: clock[1]) else {
            throw AttestationError(.claimValue, Claim.clock.place)
        }
        guard try fields.unsigned(.issuedAt) == clock[0] / 1000 else {
            throw AttestationError(.clock, Claim.issuedAt.place)
        }
        guard try fields.unsigned(.uptime) == clock[1] / 1000 else {
            throw AttestationError(.clock, Claim.uptime.place)
        }
        return Timestamp(wallMilliseconds: wall, uptimeMilliseconds: uptime)
    }

    private static func boot(_ fields: ClaimFields) throws(AttestationError) -> UInt32 {
        guard let boot = UInt32(exactly: try fields.unsigned(.bootCount)) else {
            throw AttestationError(.claimValue, Claim.bootCount.place)
        }
        return boot
    }

    private static func softwareVersion(_ fields: ClaimFields) throws(AttestationError) -> String {
        guard let elements = fields[.softwareVersion]?.elements, elements.count == 1,
            case .text(let version) = elements[0]
        else { throw ClaimFields.wrongType(.softwareVersion) }
        return version
    }

    private static func gaps(_ fields: ClaimFields) throws(AttestationError) -> [Gap] {
        guard let value = fields[.gaps] else { return [] }
        guard let elements = value.elements else { throw ClaimFields.wrongType(.gaps) }
        guard (1...AttestationLimits.gapsMax).contains(elements.count) else {
            throw AttestationError(.gap, "\(Claim.gaps.place): \(elements.count) records")
        }
        var gaps: [Gap] = []
        for (index, element) in elements.enumerated() {
            let numbers = element.elements?.map(\.uint64) ?? []
            guard numbers.count == 4,
                let kind = numbers[0].flatMap(UInt8.init(exactly:)).flatMap(Gap.Kind.init),
                let reason = numbers[1].flatMap(UInt8.init(exactly:)).flatMap(Gap.Reason.init),
                let first = numbers[2], let last = numbers[3],
                let gap = Gap(kind: kind, reason: reason, first: first, last: last)
            else { throw AttestationError(.gap, "gap \(index)") }
            gaps.append(gap)
        }
        return gaps
    }

    private static func freshness(_ fields: ClaimFields) throws(AttestationError) -> Freshness? {
        guard let value = fields[.freshness] else { return nil }
        guard let elements = value.elements, elements.count == 3,
            let chainID = elements[0].uint64, let slot = elements[1].uint64,
            let root = elements[2].byteString
        else { throw ClaimFields.wrongType(.freshness) }
        guard let blockRoot = Bytes32(root) else {
            throw AttestationError(.claimValue, Claim.freshness.place)
        }
        return Freshness(chainID: chainID, slot: slot, blockRoot: blockRoot)
    }

    private static func readings(
        _ fields: ClaimFields
    ) throws(AttestationError) -> ReadingsDigest? {
        guard fields[.readings] != nil else {
            guard fields[.root] == nil, fields[.pack] == nil else {
                throw AttestationError(.readings, "\(Claim.readings.place) is missing")
            }
            return nil
        }
        guard fields[.root] != nil else {
            throw AttestationError(.readings, "\(Claim.root.place) is missing")
        }
        let range = try fields.numbers(.readings, count: 3)
        let root = try fields.digest(.root)
        guard let pack = fields[.pack] else {
            return ReadingsDigest(
                first: range[0], last: range[1], count: range[2], root: root, pack: nil)
        }
        guard let digest = try digest(of: pack), digest.pack != nil else {
            throw AttestationError(.record, "\(Claim.pack.place) is empty")
        }
        guard [digest.first, digest.last, digest.count] == range else {
            throw AttestationError(.packRange, Claim.readings.place)
        }
        guard digest.root == root else { throw AttestationError(.packRoot, Claim.root.place) }
        return digest
    }

    /// What the records of a pack amount to.
    private static func digest(of pack: CBORValue) throws(AttestationError) -> ReadingsDigest? {
        guard let elements = pack.elements else { throw ClaimFields.wrongType(.pack) }
        var builder = ReadingsDigest.Builder(packBytesMax: AttestationLimits.attestationBytesMax)
        for (index, element) in elements.enumerated() {
            let place = "record \(index)"
            let encoded: [UInt8]
            do throws(CBORError) {
                encoded = try CBOREncoder.encode(element)
            } catch {
                throw AttestationError(error, place)
            }
            let reading = try SenMLRecord.reading(of: element, encoded: encoded, place: place)
            try builder.add(reading, record: encoded)
        }
        return builder.finish()
    }
}
