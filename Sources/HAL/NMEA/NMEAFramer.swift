// SPDX-License-Identifier: Apache-2.0

/// Finds sentences in the bytes of a serial line, whatever else is between them.
///
/// A sentence is `$`, printable characters, `*`, two hexadecimal digits of the checksum over what is
/// between `$` and `*`, and a line's end. Source: NMEA 0183; the checksum is an exclusive or.
struct NMEAFramer {
    /// What was seen on the line.
    struct Statistics: Hashable, Sendable {
        /// Sentences with a right checksum.
        var sentences: UInt64 = 0
        /// Sentences with a wrong one, or none: they are dropped.
        var checksumErrors: UInt64 = 0
        /// Sentences that were longer than `NMEALimits.sentenceBytesMax`.
        var overlong: UInt64 = 0
        /// Bytes that belong to no sentence: other protocols, noise.
        var strayBytes: UInt64 = 0
    }

    private(set) var statistics = Statistics()
    /// The sentence so far, without its `$`; `nil` outside of one.
    private var open: [UInt8]?

    /// Takes bytes of the line, and gives the sentences that end in them, without `$` and checksum.
    mutating func sentences(in bytes: some Sequence<UInt8>) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        for byte in bytes {
            if let sentence = take(byte) { found.append(sentence) }
        }
        return found
    }

    private mutating func take(_ byte: UInt8) -> ArraySlice<UInt8>? {
        switch byte {
        case UInt8(ascii: "$"):
            drop()
            open = []
        case 0x0D, 0x0A:
            guard let line = open else { return nil }
            open = nil
            return check(line)
        case 0x20...0x7E where open != nil:
            open?.append(byte)
            if let line = open, line.count > NMEALimits.sentenceBytesMax {
                statistics.overlong += 1
                statistics.strayBytes += UInt64(line.count)
                open = nil
            }
        default:
            drop()
            statistics.strayBytes += 1
        }
        return nil
    }

    /// Gives up a sentence that breaks off.
    private mutating func drop() {
        if let line = open { statistics.strayBytes += UInt64(line.count + 1) }
        open = nil
    }

    private mutating func check(_ line: [UInt8]) -> ArraySlice<UInt8>? {
        guard line.count >= 3, line[line.count - 3] == UInt8(ascii: "*"),
            let high = Self.digit(line[line.count - 2]), let low = Self.digit(line[line.count - 1]),
            line.dropLast(3).reduce(0, ^) == high << 4 | low
        else {
            statistics.checksumErrors += 1
            return nil
        }
        statistics.sentences += 1
        return line.dropLast(3)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
