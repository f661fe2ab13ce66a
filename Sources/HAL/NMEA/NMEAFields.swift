// SPDX-License-Identifier: Apache-2.0

/// The fields of a sentence, each read as the standard says it is written. An empty field, or one
/// that breaks its form, is `nil`.
struct NMEAFields {
    private let fields: [ArraySlice<UInt8>]

    init(_ sentence: ArraySlice<UInt8>) {
        fields = sentence.split(
            separator: UInt8(ascii: ","), maxSplits: NMEALimits.fieldsMax,
            omittingEmptySubsequences: false)
    }

    /// `RMC` of `GPRMC` or of any other talker's.
    var kind: String? {
        guard let address = fields.first, address.count == 5 else { return nil }
        return String(decoding: address.suffix(3), as: UTF8.self)
    }

    /// One capital letter.
    func letter(_ index: Int) -> Character? {
        guard let field = field(index), field.count == 1, let byte = field.first,
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        else { return nil }
        return Character(UnicodeScalar(byte))
    }

    /// Decimal digits, at most nine.
    func integer(_ index: Int) -> Int64? { field(index).flatMap(Self.integer) }

    /// A decimal number, with or without a fraction or a sign.
    func number(_ index: Int) -> Double? {
        guard let field = field(index) else { return nil }
        let digits = field.first == UInt8(ascii: "-") ? field.dropFirst() : field
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.joined().allSatisfy(Self.isDigit)
        else { return nil }
        return Double(String(decoding: field, as: UTF8.self))
    }

    /// Degrees of `dddmm.mmm` with the letter of the half in the next field.
    func angle(_ index: Int, positive: Character, negative: Character, most: Double) -> Double? {
        guard let field = field(index), number(index) != nil, let half = letter(index + 1) else {
            return nil
        }
        // Two digits before the point are minutes. Taken as text, nothing is lost to rounding.
        let degreeDigits = field.prefix { $0 != UInt8(ascii: ".") }.dropLast(2)
        let minuteDigits = field.dropFirst(degreeDigits.count)
        guard let degrees = Self.integer(degreeDigits).map(Double.init),
            let minutes = Double(String(decoding: minuteDigits, as: UTF8.self))
        else { return nil }
        let angle = degrees + minutes / 60
        guard minutes < 60, angle <= most else { return nil }
        return half == positive ? angle : half == negative ? -angle : nil
    }

    /// Milliseconds since midnight of `hhmmss.sss`.
    func timeOfDay(_ index: Int) -> Int64? {
        // Six digits and no more before the point: a number that the checksum let through may be
        // larger than any integer.
        guard let field = field(index), let seconds = number(index),
            let whole = Self.integer(field.prefix { $0 != UInt8(ascii: ".") }),
            field.prefix(while: Self.isDigit).count == 6
        else { return nil }
        let (hour, minute, second) = (whole / 10_000, whole / 100 % 100, whole % 100)
        // 60 is a leap second.
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        let fraction = Int64(((seconds - Double(whole)) * 1000).rounded())
        return ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Days since 1970 of `ddmmyy`; the years 80 to 99 are those of the last century, when the first
    /// satellites flew.
    func date(_ index: Int) -> Int64? {
        guard let field = field(index), field.count == 6, let number = Self.integer(field) else {
            return nil
        }
        let year = number % 100
        return Self.days(
            day: number / 10_000, month: number / 100 % 100, year: (year < 80 ? 2000 : 1900) + year)
    }

    /// Days since 1970 of a civil date (the proleptic Gregorian calendar); `nil` if there is none.
    static func days(day: Int64, month: Int64, year: Int64) -> Int64? {
        guard (1...12).contains(month), (1970...9999).contains(year) else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[Int(month) - 1]).contains(day) else { return nil }
        let before = year - 1
        let leaps = before / 4 - before / 100 + before / 400 - 477
        let earlier = lengths.prefix(Int(month) - 1).reduce(0, +)
        return 365 * (year - 1970) + leaps + earlier + day - 1
    }

    private func field(_ index: Int) -> ArraySlice<UInt8>? {
        fields.indices.contains(index) && !fields[index].isEmpty ? fields[index] : nil
    }

    private static func integer(_ field: ArraySlice<UInt8>) -> Int64? {
        guard (1...9).contains(field.count), field.allSatisfy(isDigit) else { return nil }
        return Int64(String(decoding: field, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
