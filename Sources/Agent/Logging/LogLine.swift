// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// One structured log line in logfmt: `level=info msg="reading kept" count=12`.
///
/// No time: journald and every other collector adds its own. Under systemd the line begins with
/// the priority in angle brackets (sd-daemon(3)).
enum LogLine {
    /// The line, ending in a newline.
    static func format(
        level: Logger.Level, message: String, metadata: Logger.Metadata, hasPriority: Bool
    ) -> String {
        var line = hasPriority ? "<\(priority(of: level))>" : ""
        line += "level=\(level.rawValue) msg=\(quoted(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(quoted("\(value)"))"
        }
        return line + "\n"
    }

    /// The text, in quotes if it holds anything but plain characters; never a line break.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"")
                    && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
            }
        if isPlain { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case let scalar where isHidden(scalar):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Whether a terminal would obey it, end a line at it, or not show it.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
