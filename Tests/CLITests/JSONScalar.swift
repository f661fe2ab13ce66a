// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A value of a JSON object, as far as tests look into it.
enum JSONScalar: Decodable, Equatable {
    case number(Double)
    case boolean(Bool)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else {
            self = .other
        }
    }

    /// The text, if it is one.
    var string: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
