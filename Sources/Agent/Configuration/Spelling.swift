// SPDX-License-Identifier: Apache-2.0

/// Finds what a misspelt word was meant to be.
enum Spelling {
    /// The candidate nearest to `word` if it is near enough to be what was meant: at most a third
    /// of its letters added, dropped, changed or swapped, and at least one allowed.
    static func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().utf8.prefix(AgentLimits.spellingBytesMax))
        let ranked = candidates.map { candidate in
            (candidate, distance(letters, Array(candidate.lowercased().utf8)))
        }
        guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        return best.1 <= max(1, letters.count / 3) ? best.0 : nil
    }

    /// `; did you mean "…"?`, or nothing.
    static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        suggestion(for: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// Optimal string alignment distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var old = Array(0...right.count)
        for row in left.indices {
            var new = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(
                    old[column] + (isSame ? 0 : 1), old[column + 1] + 1, new[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, older[column - 1] + 1)
                }
                new.append(best)
            }
            (older, old) = (old, new)
        }
        return old[right.count]
    }
}
