// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import Glibc

/// What every command prints with: text for people or JSON for programs.
enum Output {
    /// Prints one JSON value on one line, keys sorted.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The encoder escapes only the first 32 characters; what else a terminal obeys can stand in
        // strings only, where JSON's own escape says the same.
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        line(
            replacingHidden(in: text) { scalar in
                String(scalar).utf16.map { unit in
                    "\\u" + String(0x10000 + UInt32(unit), radix: 16).dropFirst()
                }.joined()
            })
    }

    /// Prints one line.
    static func line(_ text: String) {
        write(text + "\n", to: 1)
    }

    /// Prints one line on standard error.
    static func error(_ text: String) {
        write(text + "\n", to: 2)
    }

    /// Writes `text` as it is. When the reader is gone the process ends quietly, as `head` expects.
    static func write(_ text: String, to descriptor: Int32 = 1) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                exit(ExitStatus.inputOutput.rawValue)
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Text made safe for a terminal: control characters, those that turn the direction of text or
    /// are not seen, and other ends of lines are shown, not obeyed.
    static func safe(_ text: String) -> String {
        replacingHidden(in: text) { "\\u{\(String($0.value, radix: 16))}" }
    }

    private static func replacingHidden(
        in text: String, by replacement: (Unicode.Scalar) -> String
    ) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += replacement(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
