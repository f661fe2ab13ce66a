// SPDX-License-Identifier: Apache-2.0

/// The course of a point as a line of block characters, newest at the right.
struct Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    private var values: [Double?] = []
    private let countMax: Int

    /// A line of at most `countMax` characters.
    init(countMax: Int = 24) { self.countMax = countMax }

    /// Adds the newest value; `nil` for a reading without a number, shown as `×`.
    mutating func add(_ value: Double?) {
        values.append(value)
        if values.count > countMax { values.removeFirst() }
    }

    /// The line. Its lowest and highest blocks are the least and greatest value in it; values that
    /// do not change make a line of middle blocks.
    var text: String {
        let known = values.compactMap { $0 }
        guard let least = known.min(), let greatest = known.max() else {
            return String(repeating: "×", count: values.count)
        }
        let span = greatest - least
        return String(
            values.map { value -> Character in
                guard let value else { return "×" }
                guard span > 0, span.isFinite else { return Self.blocks[3] }
                let place = (value - least) / span * Double(Self.blocks.count - 1)
                return Self.blocks[min(max(Int(place.rounded()), 0), Self.blocks.count - 1)]
            })
    }
}
