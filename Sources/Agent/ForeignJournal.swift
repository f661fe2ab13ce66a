// SPDX-License-Identifier: Apache-2.0

internal import Attestation

/// The journal was signed by another device's key than the one that is there now. Going on would
/// break the chain of both.
struct ForeignJournal: Error, CustomStringConvertible {
    let journal: String
    let key: DeviceID

    var description: String {
        "\(journal) was signed by another key than device \(key)'s; put that key back, or move the "
            + "journal and its .counters away to begin a new chain"
    }
}
