// SPDX-License-Identifier: Apache-2.0

/// How the journal is kept.
public struct JournalSettings: Sendable, Equatable {
    /// How long readings may wait in memory for the next commit: what a power cut may lose.
    public var commitIntervalMilliseconds: Int64 = 1000
    /// Bytes that the journal may take on disk before the oldest readings go.
    public var quotaBytes: Int64 = 256 << 20
    /// Bytes of it that attestations may take before the oldest go.
    public var attestationQuotaBytes: Int64 = 64 << 20
    /// How long readings are kept at most; `nil` for as long as the quota allows.
    public var retentionSeconds: Int64?

    /// The default settings.
    public init() {}
}
