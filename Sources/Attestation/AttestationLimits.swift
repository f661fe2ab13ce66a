// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum AttestationLimits {
    /// Largest attestation, encoded.
    public static let attestationBytesMax = 65_536
    /// Largest SenML pack that a producer puts into an attestation unless told otherwise. A
    /// verifier takes any that fits `attestationBytesMax`.
    public static let packBytesMax = 4096
    /// Largest encoded record (leaf) of one reading.
    public static let recordBytesMax = 512
    /// Most gap records in one attestation.
    public static let gapsMax = 64
    /// Most separate ranges of lost readings that a chain verifier remembers between two
    /// attestations with readings.
    public static let rangesPendingMax = 1024
    /// Shortest nonce (RFC 9711 §4.1).
    public static let nonceBytesMin = 8
    /// Longest nonce (RFC 9711 §4.1).
    public static let nonceBytesMax = 64
    /// Longest software version text.
    public static let softwareVersionBytesMax = 64
    /// Latest wall time that is taken for a time: the end of the year 9999.
    public static let wallMillisecondsMax: Int64 = 253_402_300_799_999
    /// Most hashes in an inclusion proof.
    public static let pathHashesMax = 64
    /// Largest inclusion proof, encoded.
    public static let proofBytesMax = 69_632
    /// Deepest nesting of decoded CBOR.
    public static let nestingDepthMax = 8
    /// Most items of decoded CBOR: an item has at least a byte, so no attestation has more.
    public static let itemsMax = 65_536
}
