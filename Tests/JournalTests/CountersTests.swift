// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Journal

@Suite struct CountersTests {
    let counters = Counters(
        boot: 7, bootID: "0b5c2c2e-95d1-4d34-a35e-7a3cbb7a1d0f", sequenceCeiling: 1024,
        readingCeiling: 1_000_000, sequenceFloor: 3, readingFloor: 4711)

    @Test("counters come back as they were written")
    func roundTrip() throws {
        let scratch = try Scratch()
        #expect(try Counters.load(scratch.path) == nil)
        try counters.save(scratch.path)
        #expect(try Counters.load(scratch.path) == counters)
    }

    @Test("a file with one flipped bit, or of another length, is not believed")
    func damage() {
        let bytes = counters.encoded
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(Counters(decoding: flipped) == nil)
        }
        for count in 0..<bytes.count { #expect(Counters(decoding: Array(bytes[..<count])) == nil) }
        #expect(Counters(decoding: bytes + [0]) == nil)
    }
}
