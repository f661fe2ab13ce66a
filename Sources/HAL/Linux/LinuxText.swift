// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Reads the texts of `/proc` and `/sys`. Pure: bytes in, numbers out.
enum LinuxText {
    /// The text without its white space at both ends.
    static func line(_ bytes: [UInt8]) throws(ReadFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ReadFault(.malformedValue)
        }
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// One decimal whole number.
    static func integer(_ bytes: [UInt8]) throws(ReadFault) -> Int64 {
        try integer(in: Substring(try line(bytes)))
    }

    private static func integer(in text: Substring) throws(ReadFault) -> Int64 {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ReadFault(.malformedValue)
        }
        guard let number = Int64(text) else { throw ReadFault(.outOfRange) }
        return number
    }

    /// One decimal number, whole or not.
    static func decimal(_ bytes: [UInt8]) throws(ReadFault) -> Double {
        try number(Substring(try line(bytes)))
    }

    /// One unsigned hexadecimal number, with or without `0x`.
    static func hexadecimal(_ bytes: [UInt8]) throws(ReadFault) -> Int64 {
        let text = try line(bytes)
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : Substring(text)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw ReadFault(.malformedValue)
        }
        guard let number = Int64(digits, radix: 16) else { throw ReadFault(.outOfRange) }
        return number
    }

    /// The `index`-th of the numbers, between blanks, that a line of at least `count` fields has.
    static func field(_ index: Int, of bytes: [UInt8], count: Int) throws(ReadFault) -> Double {
        let fields = try line(bytes).split(separator: " ")
        guard fields.count >= count, index < fields.count else { throw ReadFault(.malformedValue) }
        return try number(fields[index])
    }

    private static func number(_ text: Substring) throws(ReadFault) -> Double {
        if text == "nan" || text == "inf" || text == "-inf" { throw ReadFault(.notANumber) }
        // `Double` would also take hexadecimal and exponents, which no kernel file has.
        guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == 0x2D,
            text.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let number = Double(text)
        else { throw ReadFault(.malformedValue) }
        guard number.isFinite else { throw ReadFault(.outOfRange) }
        return number
    }

    /// A figure of `/proc/meminfo`.
    static func memory(_ space: LinuxChannel.Space, _ bytes: [UInt8]) throws(ReadFault) -> Value {
        let text = try line(bytes)
        return try self.space(
            space, total: try kibibytes("MemTotal", in: text),
            available: try kibibytes("MemAvailable", in: text))
    }

    private static func kibibytes(_ name: String, in text: String) throws(ReadFault) -> Int64 {
        for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
            let fields = line.dropFirst(name.count + 1).split(separator: " ")
            guard fields.count == 2, fields[1] == "kB" else { throw ReadFault(.malformedValue) }
            let (bytes, overflow) = try integer(in: fields[0]).multipliedReportingOverflow(by: 1024)
            guard !overflow, bytes >= 0 else { throw ReadFault(.outOfRange) }
            return bytes
        }
        throw ReadFault(.missing)
    }

    /// A figure of something that has a size, in bytes.
    static func space(
        _ space: LinuxChannel.Space, total: Int64, available: Int64
    ) throws(ReadFault) -> Value {
        switch space {
        case .total: return .integer(total)
        case .available: return .integer(available)
        case .used:
            guard total > 0, (0...total).contains(available) else { throw ReadFault(.outOfRange) }
            return .number(Double(total - available) / Double(total))
        }
    }
}
