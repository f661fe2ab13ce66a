// SPDX-License-Identifier: Apache-2.0

/// One number of a benchmark, with what it is held against.
struct Measurement {
    enum Bound {
        case atLeast(Double)
        case atMost(Double)
    }

    /// The name of the row.
    let name: String
    /// What was measured, in `unit`.
    let value: Double
    let unit: String
    /// The same by other means in the same run, in `unit`.
    var reference: Double?
    /// What is asked of the ratio if there is a reference, of the value otherwise.
    var bound: Bound?

    /// Value over reference; the median over rounds where it is given, not of medians.
    var ratio: Double? { givenRatio ?? reference.map { value / $0 } }
    private let givenRatio: Double?

    init(
        _ name: String, _ value: Double, _ unit: String, reference: Double? = nil,
        ratio: Double? = nil, _ bound: Bound? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.reference = reference
        givenRatio = ratio
        self.bound = bound
    }

    /// Whether the bound holds; `nil` if there is none.
    var holds: Bool? {
        let held = ratio ?? value
        return switch bound {
        case nil: nil
        case .atLeast(let least): held >= least
        case .atMost(let most): held <= most
        }
    }
}

extension Measurement {
    private var boundText: String? {
        switch bound {
        case nil: nil
        case .atLeast(let least): ">= \(Self.short(least))"
        case .atMost(let most): "<= \(Self.short(most))"
        }
    }

    /// The measurement as one JSON object on one line. The bound is that of the ratio if there is
    /// a ratio, of the value otherwise.
    var json: String {
        let fields = [
            "\"name\":\"\(name)\"", "\"value\":\(value)", "\"unit\":\"\(unit)\"",
            "\"reference\":\(Self.orNull(reference))", "\"ratio\":\(Self.orNull(ratio))",
            "\"bound\":\(boundText.map { "\"\($0)\"" } ?? "null")",
            "\"holds\":\(Self.orNull(holds))",
        ]
        return "{\(fields.joined(separator: ","))}"
    }

    /// The head of a Markdown table of measurements.
    static let tableHead = """
        | Measurement | Value | Reference | Ratio | Bound | Holds |
        |---|---:|---:|---:|---:|---|
        """

    /// The measurement as a row of that table.
    var tableRow: String {
        let cells = [
            name, "\(Self.short(value)) \(unit)", reference.map(Self.short) ?? "",
            ratio.map(Self.short) ?? "", boundText ?? "",
            holds.map { $0 ? "yes" : "**no**" } ?? "",
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private static func orNull(_ value: (some CustomStringConvertible)?) -> String {
        value.map { "\($0)" } ?? "null"
    }

    /// The number with three digits or so, the way a table wants it: 1234567 as 1,234,567.
    static func short(_ number: Double) -> String {
        let size = number.magnitude
        let divisor: Double = size >= 100 ? 1 : size >= 10 ? 10 : size >= 1 ? 100 : 1000
        let rounded = (number * divisor).rounded() / divisor
        guard rounded == rounded.rounded(), rounded.magnitude < 1e15 else { return "\(rounded)" }
        let digits = Array(String(Int64(rounded.magnitude)))
        var text = rounded < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
