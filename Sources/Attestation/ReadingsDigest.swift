// SPDX-License-Identifier: Apache-2.0

public import Bytes
public import Telemetry

/// What an attestation says about a batch of readings: their range, count and tree root, and the
/// records themselves if they are few.
public struct ReadingsDigest: Hashable, Sendable {
    /// The identifier of the first reading.
    public let first: UInt64
    /// The identifier of the last reading.
    public let last: UInt64
    /// How many readings there are, at most `last - first + 1`.
    public let count: UInt64
    /// The root of the RFC 9162 tree over their encoded records.
    public let root: Bytes32
    /// The records, unless they exceed the pack limit.
    public let pack: SenMLPack?

    /// A digest of readings as they come, in bounded memory.
    public struct Builder: Sendable {
        private let packBytesMax: Int
        private var first: UInt64?
        private var last: UInt64 = 0
        private var tree = MerkleTree.Builder()
        private var records: [StoredReading] = []
        private var body: [UInt8] = []
        private var isPackable = true

        /// A digest without readings that keeps a pack of at most `packBytesMax` bytes.
        public init(packBytesMax: Int = AttestationLimits.packBytesMax) {
            self.packBytesMax = packBytesMax
        }

        /// How many readings were added.
        public var count: UInt64 { tree.count }

        /// Adds a reading.
        ///
        /// - Throws: `AttestationError` of rule `recordOrder` if its identifier is not above the
        ///   last one's.
        public mutating func add(_ reading: StoredReading) throws(AttestationError) {
            try add(reading, record: SenMLRecord.encode(reading))
        }

        mutating func add(
            _ reading: StoredReading, record: [UInt8]
        ) throws(AttestationError) {
            guard reading.id > last else {
                throw AttestationError(.recordOrder, "reading \(reading.id) after \(last)")
            }
            first = first ?? reading.id
            last = reading.id
            tree.add(record)
            guard isPackable else { return }
            if body.count + record.count + Self.headBytes(of: records.count + 1) > packBytesMax {
                isPackable = false
                body = []
                records = []
            } else {
                body += record
                records.append(reading)
            }
        }

        /// The digest of what was added; `nil` if that was nothing.
        public func finish() -> ReadingsDigest? {
            guard let first else { return nil }
            return ReadingsDigest(
                first: first, last: last, count: tree.count, root: tree.root,
                pack: isPackable ? SenMLPack(records: records, body: body) : nil)
        }

        /// How long the head of an array of `count` items is.
        private static func headBytes(of count: Int) -> Int {
            switch count {
            case 0..<24: 1
            case 24..<256: 2
            case 256..<65_536: 3
            default: 5
            }
        }
    }
}
