// SPDX-License-Identifier: Apache-2.0

// Sets of point indices are ascending arrays: they come that way, drivers want them that way, and
// the usual union, with nothing, costs nothing.
extension Array<Int> {
    /// The union of two ascending arrays without repetitions.
    func mergedAscending(with other: [Int]) -> [Int] {
        if isEmpty { return other }
        if other.isEmpty || self == other { return self }
        var union: [Int] = []
        union.reserveCapacity(count + other.count)
        var left = startIndex
        var right = other.startIndex
        while left < endIndex || right < other.endIndex {
            if right == other.endIndex || (left < endIndex && self[left] < other[right]) {
                union.append(self[left])
                left += 1
            } else {
                if left < endIndex && self[left] == other[right] { left += 1 }
                union.append(other[right])
                right += 1
            }
        }
        return union
    }

    /// What of an ascending array is not in another one.
    func removingAscending(_ other: [Int]) -> [Int] {
        if other.isEmpty { return self }
        if self == other { return [] }
        let gone = Set(other)
        return filter { !gone.contains($0) }
    }
}
