// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@Suite struct ResidencyTests {
    @Test("code that was let go is no longer in memory, and still runs")
    func releasesCode() throws {
        // Code that certainly is there: all that it took to come here.
        let before = try Self.residentCodeKilobytes()
        Residency.releaseCode()
        let after = try Self.residentCodeKilobytes()
        #expect(before > 1000)
        #expect(after < before / 2, "\(before) kB before, \(after) kB after")
    }

    /// What executable mappings of files take of memory now.
    private static func residentCodeKilobytes() throws -> Int {
        let text = String(
            decoding: try File.read("/proc/self/smaps", bytesMax: 8 << 20), as: UTF8.self)
        var isCode = false
        var sum = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 5, words[0].contains("-"), !words[0].hasSuffix(":") {
                isCode = words[1] == "r-xp" && words.last?.hasPrefix("/") == true
            } else if isCode, words.first == "Rss:", words.count > 1 {
                sum += Int(words[1]) ?? 0
            }
        }
        return sum
    }
}
