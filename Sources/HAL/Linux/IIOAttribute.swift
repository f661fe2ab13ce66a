// SPDX-License-Identifier: Apache-2.0

/// The name of an Industrial I/O channel: `in_voltage0-voltage1`, `in_accel_x`, `in_temp_ambient`.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-iio`.
struct IIOAttribute: Hashable, Sendable {
    /// `in` or `out`.
    let direction: Substring
    /// `voltage`.
    let type: Substring
    /// `0` or nothing.
    let index: Substring
    /// `-voltage1` or nothing.
    let reference: Substring
    /// Modifier and extended name: `_ambient`, `_supply` or nothing.
    let rest: Substring

    /// Takes `temp`, `in_temp`, `in_temp_input` or `in_temp_raw`; `nil` for what names no file.
    init?(name: String) {
        var text = Substring(name)
        guard !text.isEmpty, !text.utf8.contains(UInt8(ascii: "/")) else { return nil }
        for suffix in ["_input", "_raw"] where text.hasSuffix(suffix) {
            text = text.dropLast(suffix.count)
            break
        }
        direction = text.hasPrefix("out_") ? "out" : "in"
        if text.hasPrefix("in_") || text.hasPrefix("out_") {
            text = text.dropFirst(direction.count + 1)
        }
        type = text.prefix { $0.isASCII && $0.isLetter }
        let afterType = text.dropFirst(type.count)
        index = afterType.prefix { $0.isASCII && $0.isNumber }
        let afterIndex = afterType.dropFirst(index.count)
        reference = afterIndex.hasPrefix("-") ? afterIndex.prefix { $0 != "_" } : ""
        rest = afterIndex.dropFirst(reference.count)
        guard !type.isEmpty else { return nil }
    }

    /// The channel's own prefix of its files.
    var name: String { "\(direction)_\(type)\(index)\(reference)\(rest)" }

    var quantity: IIOQuantity { IIOQuantity(type: String(type)) }

    /// The files that may hold the channel's `offset` or `scale`, the channel's own first, then
    /// those that it shares with its type, its direction and its whole device.
    func files(_ property: String) -> [String] {
        let isDifferential = !reference.isEmpty
        var names = [
            name,
            // Averages and peaks are converted as the plain values are.
            "\(direction)_\(type)\(index)\(reference)",
            isDifferential ? "\(direction)_\(type)-\(type)" : "\(direction)_\(type)\(rest)",
            "\(direction)_\(type)", "\(direction)",
        ].map { "\($0)_\(property)" }
        names.append(property)
        return names
    }
}
