// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import FoundationEssentials
internal import Telemetry

/// How values look to people.
enum Format {
    /// A wall time in milliseconds as RFC 3339 in UTC: `2026-03-01T12:00:00.250Z`.
    ///
    /// Times come from journals and from whoever signed a file, so they may be anything: one outside
    /// the years 1970 to 9999 is only said to be so.
    static func time(_ milliseconds: Int64) -> String {
        guard milliseconds >= 0 else { return "before 1970" }
        guard milliseconds <= AttestationLimits.wallMillisecondsMax else {
            return "beyond year 9999"
        }
        // The fraction apart, because a `Date` is a float of seconds and would lose a millisecond.
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let text = Date(timeIntervalSince1970: Double(seconds))
            .formatted(Date.ISO8601FormatStyle())
        return "\(text.dropLast()).\("\(1000 + fraction)".dropFirst())Z"
    }

    /// A value: six significant digits for numbers, everything else whole.
    static func value(_ value: Value?) -> String {
        switch value {
        case .number(let number): significant(number)
        case .some(let other): other.description
        case nil: "–"
        }
    }

    /// The number to six significant digits, without the padding of `String(format:)`.
    static func significant(_ number: Double) -> String {
        let magnitude = number.magnitude
        if magnitude >= 1e15 || (magnitude < 1e-4 && magnitude > 0) { return "\(number)" }
        var unit = 1.0
        var scaled = magnitude
        while scaled >= 1, unit < 100_000 {
            scaled /= 10
            unit *= 10
        }
        let step = 1_000_000 / unit
        let rounded = (number * step).rounded() / step
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A duration in its two largest units: `3 d 4 h`, `12 s`.
    static func duration(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<1: return "\(milliseconds) ms"
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    /// A count of bytes in binary units.
    static func bytes(_ count: Int64) -> String {
        switch count {
        case ..<1024: "\(count) B"
        case ..<1_048_576: "\(count / 1024) KiB"
        case ..<10_737_418_240: "\(tenths(count, of: 1_048_576)) MiB"
        default: "\(tenths(count, of: 1_073_741_824)) GiB"
        }
    }

    private static func tenths(_ count: Int64, of unit: Int64) -> String {
        significant((Double(count) * 10 / Double(unit)).rounded() / 10)
    }

    /// Things and how many: `1 point`, `2 points`.
    static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
}
