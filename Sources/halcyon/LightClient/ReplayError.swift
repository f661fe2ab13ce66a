// SPDX-License-Identifier: Apache-2.0

/// Why a file of a replay can't be replayed.
struct ReplayError: Error, Equatable {
    /// The rule that is broken.
    let rule: Rule
    /// Where.
    let place: String

    init(_ rule: Rule, _ place: String) {
        self.rule = rule
        self.place = place
    }

    /// Every rule, with the word that surfaces show.
    enum Rule: String {
        /// A file is not there, or larger than it may be.
        case file
        /// Not snappy's block format, or not of the length that it announces.
        case snappy
        /// Not the part of YAML that vectors are written in.
        case yaml
        /// A vector lacks a member, or has it in another form.
        case vector
        /// The store, or an object, is not what the vector says that it must be.
        case check
    }
}
