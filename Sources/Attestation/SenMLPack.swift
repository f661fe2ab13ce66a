// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// The records of a batch of readings as one SenML pack (RFC 8428) in deterministic CBOR.
public struct SenMLPack: Hashable, Sendable {
    /// The encoded array of records.
    public let encoded: [UInt8]
    /// The readings of the records.
    public let records: [StoredReading]

    /// The pack of these readings, whose encodings, one after the other, are `body`.
    init(records: [StoredReading], body: [UInt8]) {
        var encoder = CBOREncoder(capacity: body.count + 3)
        encoder.array(records.count)
        encoder.encoded(body)
        encoded = encoder.bytes
        self.records = records
    }
}
