// SPDX-License-Identifier: Apache-2.0

internal import BLS
internal import Bytes

/// The keys of the committees in use, read and checked once each.
struct CommitteeKeys: Sendable {
    /// A committee's keys and their sum.
    struct Entry: Sendable {
        let committee: SyncCommittee
        let keys: PublicKeys
        let aggregate: AggregateKey
    }

    private var entries: [Entry] = []
    /// The current and the next one.
    private static let entriesMax = 2

    /// The keys of a committee.
    ///
    /// - Throws: `LightClientError` of rule `committeeKey`.
    mutating func of(_ committee: SyncCommittee) throws(LightClientError) -> Entry {
        if let known = entries.first(where: { $0.committee == committee }) { return known }
        let keys: PublicKeys
        do throws(BLSError) {
            keys = try PublicKeys(compressed: committee.pubkeys)
        } catch {
            throw LightClientError(.committeeKey, error.rawValue)
        }
        let entry = Entry(committee: committee, keys: keys, aggregate: keys.aggregate)
        entries = entries.suffix(Self.entriesMax - 1) + [entry]
        return entry
    }
}
