// SPDX-License-Identifier: Apache-2.0

public import Bytes
public import Telemetry

/// One reading, shown to be among those of an attestation by the tree root that it states.
///
/// A value exists only if the proof holds. The file format is in PROFILE.md.
public struct InclusionProof: Hashable, Sendable {
    /// The attestation that covers the reading.
    public let attestation: Attestation
    /// The reading.
    public let reading: StoredReading
    /// The place of its record among the leaves, from 0.
    public let index: UInt64
    /// The count of leaves.
    public let size: UInt64
    /// The hashes beside the way from the leaf to the root, at most 64.
    public let path: [Bytes32]
    /// The file.
    public let encoded: [UInt8]

    /// Makes the proof of one reading.
    ///
    /// - Parameters:
    ///   - id: the identifier of the reading.
    ///   - readings: all readings of the attestation, in order.
    ///   - attestation: the attestation.
    /// - Returns: the proof.
    /// - Throws: `AttestationError` of a rule whose name begins with `proof`.
    public static func make(
        of id: UInt64, among readings: [StoredReading], attestedBy attestation: Attestation
    ) throws(AttestationError) -> InclusionProof {
        guard let index = readings.firstIndex(where: { $0.id == id }),
            let path = MerkleTree.path(
                to: index, in: readings.map { MerkleTree.leafHash(SenMLRecord.encode($0)) })
        else { throw AttestationError(.proofReading, "reading \(id)") }
        return try InclusionProof(
            attestation: attestation, leaf: SenMLRecord.encode(readings[index]),
            index: UInt64(index), size: UInt64(readings.count), path: path)
    }

    /// Verifies a proof's file, the attestation in it included.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - expected: the device that must have signed the attestation; `nil` for any.
    /// - Returns: the proof.
    /// - Throws: `AttestationError`, the first rule that is broken.
    public static func verify(
        _ bytes: [UInt8], expected: DeviceID?
    ) throws(AttestationError) -> InclusionProof {
        let item: CBORValue
        do throws(CBORError) {
            item = try CBORDecoder.decode(bytes, bytesMax: AttestationLimits.proofBytesMax)
        } catch {
            throw AttestationError(error, "proof")
        }
        guard case .map(let entries) = item,
            entries.map(\.key) == [.unsigned(0), .unsigned(1), .unsigned(2), .unsigned(3)],
            entries[0].value == .text(Claim.profileText),
            let message = entries[1].value.byteString, let leaf = entries[2].value.byteString,
            let tree = entries[3].value.elements, tree.count == 3,
            let size = tree[0].uint64, let index = tree[1].uint64, let hashes = tree[2].elements
        else { throw AttestationError(.proof, "proof") }
        guard hashes.count <= AttestationLimits.pathHashesMax else {
            throw AttestationError(.proofPath, "\(hashes.count) hashes")
        }
        let path = hashes.compactMap { $0.byteString.flatMap { Bytes32($0) } }
        guard path.count == hashes.count else { throw AttestationError(.proof, "path") }
        return try InclusionProof(
            attestation: try Attestation.verify(message, expected: expected), leaf: leaf,
            index: index, size: size, path: path)
    }

    private init(
        attestation: Attestation, leaf: [UInt8], index: UInt64, size: UInt64, path: [Bytes32]
    ) throws(AttestationError) {
        guard let readings = attestation.claims.readings, readings.count == size else {
            throw AttestationError(.proofSize, "\(size) leaves")
        }
        try MerkleTree.verify(
            leaf: MerkleTree.leafHash(leaf), at: index, of: size, path: path, root: readings.root)
        let reading = try SenMLRecord.decode(leaf, place: "leaf")
        // The index orders the readings: as many lie before it and after it as the range has room.
        guard reading.id >= readings.first, reading.id <= readings.last,
            reading.id - readings.first >= index, readings.last - reading.id >= size - 1 - index
        else { throw AttestationError(.proofReading, "reading \(reading.id)") }
        guard reading.boot <= attestation.claims.boot else {
            throw AttestationError(.recordBoot, "reading \(reading.id)")
        }
        self.attestation = attestation
        self.reading = reading
        self.index = index
        self.size = size
        self.path = path
        encoded = Self.encode(attestation, leaf, index, size, path)
    }

    private static func encode(
        _ attestation: Attestation, _ leaf: [UInt8], _ index: UInt64, _ size: UInt64,
        _ path: [Bytes32]
    ) -> [UInt8] {
        var encoder = CBOREncoder(capacity: attestation.encoded.count + leaf.count + 256)
        encoder.map(4)
        encoder.unsigned(0)
        encoder.text(Claim.profileText)
        encoder.unsigned(1)
        encoder.byteString(attestation.encoded)
        encoder.unsigned(2)
        encoder.byteString(leaf)
        encoder.unsigned(3)
        encoder.array(3)
        encoder.unsigned(size)
        encoder.unsigned(index)
        encoder.array(path.count)
        for hash in path { encoder.byteString(hash.bytes) }
        return encoder.bytes
    }
}
