// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LightClient

/// Counts by which rules mutations were refused.
struct MutationTally {
    private let what: String
    private var counts: [String: Int] = [:]

    init(_ what: String) {
        self.what = what
    }

    /// Counts a mutation; one that was accepted is a failure, one that says the same as before counts for nothing.
    mutating func add(_ rule: String?, _ place: String) {
        guard rule != "same" else { return }
        let word = rule ?? "accepted"
        let known = LightClientError.Rule.allCases.map(\.rawValue)
        if !known.contains(String(word.prefix { $0 != "/" })) {
            Issue.record("\(what), \(place): \(word)")
        }
        counts[word, default: 0] += 1
    }

    /// Prints the counts and checks that there were enough.
    func report(atLeast wanted: Int) {
        let total = counts.values.reduce(0, +)
        let words = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("\(what): \(total) refused (\(words.joined(separator: ", ")))")
        #expect(total >= wanted)
    }
}
