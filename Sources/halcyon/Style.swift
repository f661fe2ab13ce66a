// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// How a text looks on a terminal with colours (ECMA-48, select graphic rendition).
enum Style: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case magenta = "35"
    case cyan = "36"

    /// How pins of a kind look.
    init(_ kind: BoardPin.Kind) {
        switch kind {
        case .ground: self = .dim
        case .power: self = .magenta
        case .line: self = .green
        case .other: self = .yellow
        }
    }

    /// The text in that look.
    func wrap(_ text: String) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
