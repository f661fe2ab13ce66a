// SPDX-License-Identifier: Apache-2.0

/// The keys of the claims, in the order of their encodings. PROFILE.md gives each its type.
///
/// Positive keys are registered (RFC 8392, RFC 9711); negative ones are the profile's own, from the
/// range below −65536 that is free for private use.
enum Claim: Int64, CaseIterable {
    case issuedAt = 6
    case nonce = 10
    case ueid = 256
    case uptime = 261
    case profile = 265
    case bootCount = 267
    case bootSeed = 268
    case softwareName = 270
    case softwareVersion = 271
    case sequence = -70001
    case previous = -70002
    case clock = -70003
    case readings = -70004
    case root = -70005
    case pack = -70006
    case gaps = -70007
    case freshness = -70008

    /// Whether every attestation has it.
    var isMandatory: Bool {
        switch self {
        case .nonce, .readings, .root, .pack, .gaps, .freshness: false
        default: true
        }
    }

    /// The key as errors name it.
    var place: String { "claim \(rawValue) (\(self))" }

    /// The constant text of `profile`; a change of the profile's rules takes a new one.
    static let profileText = "urn:uuid:246cc437-be94-433f-b03f-d2fa0e3c2e51"
    /// The constant text of `softwareName`.
    static let softwareNameText = "halcyond"
    /// The first byte of `ueid`: a random or hashed identifier (RFC 9711 §4.2.1).
    static let ueidType: UInt8 = 0x01
}
