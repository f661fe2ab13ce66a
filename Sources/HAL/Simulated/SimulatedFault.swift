// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A fault that a simulated device or point shows on demand.
public struct SimulatedFault: Hashable, Sendable {
    /// What goes wrong.
    public let fault: Fault
    /// When it does.
    public let occurrence: Occurrence

    /// When a simulated fault happens.
    public enum Occurrence: Hashable, Sendable {
        /// At every read: `timeout`.
        case always
        /// At each n-th read of the point or device: `timeout:every:10`.
        case every(UInt32)
        /// At a part of all reads, by the seed's chance: `checksum:probability:0.01`.
        case probability(Double)
        /// From one moment until before another, in seconds since the driver was made:
        /// `not-connected:between:60:120`.
        case between(fromSeconds: Double, untilSeconds: Double)
    }

    /// A fault at those times.
    public init(_ fault: Fault, _ occurrence: Occurrence = .always) {
        self.fault = fault
        self.occurrence = occurrence
    }

    /// Reads the form that configuration uses: a fault's word, then when it happens.
    ///
    /// - Parameter text: the fault as written.
    /// - Throws: `HALError`, `.unknownFault` or `.malformedFault`.
    public init(parsing text: String) throws(HALError) {
        guard text.utf8.count <= HALLimits.definitionBytesMax else {
            throw HALError(
                .malformedFault, at: String(text.prefix(32)),
                detail: "at most \(HALLimits.definitionBytesMax) bytes")
        }
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let fault = fields.first.flatMap({ Fault(word: String($0)) }) else {
            throw HALError(.unknownFault, at: text)
        }
        guard let occurrence = Self.occurrence(fields.dropFirst().map(String.init)) else {
            throw HALError(
                .malformedFault, at: text,
                detail: "FAULT[:every:N|:probability:0…1|:between:SECONDS:SECONDS]")
        }
        self.init(fault, occurrence)
    }

    private static func occurrence(_ fields: [String]) -> Occurrence? {
        switch (fields.first, fields.count) {
        case (nil, 0): return .always
        case ("every", 2):
            guard let count = UInt32(fields[1]), count > 0 else { return nil }
            return .every(count)
        case ("probability", 2):
            guard let part = Double(fields[1]), (0...1).contains(part) else { return nil }
            return .probability(part)
        case ("between", 3):
            guard let from = Double(fields[1]), let until = Double(fields[2]), from >= 0,
                from < until, until <= 1e12
            else { return nil }
            return .between(fromSeconds: from, untilSeconds: until)
        default: return nil
        }
    }

    /// Whether it happens.
    ///
    /// - Parameters:
    ///   - read: the how many-eth read it is, from 1.
    ///   - milliseconds: since the driver was made.
    ///   - chance: 0 ..< 1.
    /// - Returns: whether the read fails.
    func happens(read: UInt64, milliseconds: Int64, chance: Double) -> Bool {
        switch occurrence {
        case .always: true
        case .every(let count): read % UInt64(count) == 0
        case .probability(let part): chance < part
        case .between(let from, let until):
            (from..<until).contains(Double(milliseconds) / 1000)
        }
    }
}
