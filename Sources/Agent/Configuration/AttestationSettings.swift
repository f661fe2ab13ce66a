// SPDX-License-Identifier: Apache-2.0

/// How attestations are made.
public struct AttestationSettings: Sendable, Equatable {
    /// How often the readings since the last attestation are signed.
    public var periodMilliseconds: Int64 = 60_000
    /// The largest batch, as encoded bytes, that an attestation carries whole beside its root.
    public var packBytesMax = 4096

    /// The default settings.
    public init() {}
}
