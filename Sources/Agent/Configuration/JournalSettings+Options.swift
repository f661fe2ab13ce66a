// SPDX-License-Identifier: Apache-2.0

internal import Journal

extension JournalSettings {
    /// The journal's own options.
    var options: JournalOptions {
        JournalOptions(
            quotaBytes: quotaBytes, attestationQuotaBytes: attestationQuotaBytes,
            retentionSeconds: retentionSeconds)
    }
}
