// SPDX-License-Identifier: Apache-2.0

/// A list of unit ids as people write it.
enum UnitList {
    /// The ids of `1-247` or `1,5,10-20`; `nil` if the text is no such list.
    static func parse(_ text: String) -> [Int]? {
        var ids: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1],
                (1...255).contains(first), (first...255).contains(last)
            else { return nil }
            ids += Array(first...last)
            guard ids.count <= 1024 else { return nil }
        }
        return ids
    }
}
