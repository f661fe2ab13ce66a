// SPDX-License-Identifier: Apache-2.0

/// How much a journal may hold.
public struct JournalOptions: Hashable, Sendable {
    /// Bytes of the file set (file and WAL), `JournalLimits.quotaBytesMin` or more. The oldest
    /// readings make room for new ones; a damaged journal that was set aside does not count.
    public var quotaBytes: Int64
    /// Bytes of attestations within that, at most half of `quotaBytes`; the oldest make room.
    public var attestationQuotaBytes: Int64
    /// Age in seconds at which readings are evicted whatever room there is; `nil` for never.
    public var retentionSeconds: Int64?
    /// Readings kept in memory while they cannot be written, 1 or more.
    public var bufferedReadingsMax: Int

    /// Options with the module's defaults.
    public init(
        quotaBytes: Int64 = JournalLimits.quotaBytesDefault,
        attestationQuotaBytes: Int64? = nil, retentionSeconds: Int64? = nil,
        bufferedReadingsMax: Int = JournalLimits.bufferedReadingsMax
    ) {
        self.quotaBytes = quotaBytes
        self.attestationQuotaBytes =
            attestationQuotaBytes
            ?? min(JournalLimits.attestationQuotaBytesDefault, quotaBytes / 4)
        self.retentionSeconds = retentionSeconds
        self.bufferedReadingsMax = bufferedReadingsMax
    }

    func validate(_ path: String) throws(JournalError) {
        guard quotaBytes >= JournalLimits.quotaBytesMin else {
            throw JournalError(.option, path, "quotaBytes \(quotaBytes)")
        }
        guard (0...quotaBytes / 2).contains(attestationQuotaBytes) else {
            throw JournalError(.option, path, "attestationQuotaBytes \(attestationQuotaBytes)")
        }
        // The upper bound keeps the arithmetic on milliseconds exact: ten thousand years.
        guard (1...315_360_000_000).contains(retentionSeconds ?? 1) else {
            throw JournalError(.option, path, "retentionSeconds \(retentionSeconds ?? 0)")
        }
        guard bufferedReadingsMax >= 1 else {
            throw JournalError(.option, path, "bufferedReadingsMax \(bufferedReadingsMax)")
        }
    }
}
