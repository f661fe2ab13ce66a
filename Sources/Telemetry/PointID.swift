// SPDX-License-Identifier: Apache-2.0

/// The name of a point, `device/quantity`, as it appears in every surface: `meter/active_power`.
///
/// The characters are those of a SenML name (RFC 8428 §4.5.1): letters, digits, `-`, `:`, `.`,
/// `/` and `_`, beginning with a letter or digit; at most `TelemetryLimits.pointNameBytesMax` bytes.
public struct PointID: Hashable, Sendable {
    /// The name itself.
    public let name: String

    /// Takes a name after checking its form; `nil` if it breaks a rule of the type.
    public init?(_ name: String) {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= TelemetryLimits.pointNameBytesMax,
            Self.isAlphanumeric(first),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || Self.marks.contains($0) })
        else { return nil }
        self.name = name
    }

    private static let marks = Array("-:./_".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

extension PointID: Comparable, CustomStringConvertible {
    /// Orders by name.
    public static func < (left: PointID, right: PointID) -> Bool { left.name < right.name }

    /// The name itself.
    public var description: String { name }
}
