// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSupport

extension JSONValue {
    /// The value with one thing in it changed.
    func mutated(using random: inout TestRandom) -> JSONValue {
        switch self {
        case .object(var members):
            guard
                let (name, member) = members.sorted(by: { $0.key < $1.key }).randomElement(
                    using: &random)
            else { return self }
            if Int.random(in: 0..<24, using: &random) == 0 {
                members[name] = nil
            } else {
                members[name] = member.mutated(using: &random)
            }
            return .object(members)
        case .array(var elements):
            guard let place = elements.indices.randomElement(using: &random) else { return self }
            switch Int.random(in: 0..<12, using: &random) {
            case 0: elements.remove(at: place)
            case 1: elements.insert(elements[place], at: place)
            case 2: elements.swapAt(place, Int.random(in: elements.indices, using: &random))
            default: elements[place] = elements[place].mutated(using: &random)
            }
            return .array(elements)
        case .string(let text): return Self.another(text, &random)
        default: return .null
        }
    }

    private static func another(_ text: String, _ random: inout TestRandom) -> JSONValue {
        let odd: [JSONValue] = [
            .null, .number("1"), .string(""), .string("0x"), .string("-1"), .string("1e3"),
            .string("18446744073709551616"), .string("0" + text), .string(text + "0"),
            .string(text.uppercased() + " "), .bool(true), .array([]),
        ]
        if Int.random(in: 0..<4, using: &random) == 0 {
            return odd.randomElement(using: &random) ?? .null
        }
        guard text.hasPrefix("0x") else {
            let number = UInt64(text) ?? 0
            let others = [0, number &+ 1, number &- 1, number &+ 8192, .max, .max - 1]
            return .string("\(others.randomElement(using: &random) ?? 1)")
        }
        var digits = Array(text)
        guard digits.count > 2 else { return .string("0xff") }
        let place = Int.random(in: 2..<digits.count, using: &random)
        digits[place] = digits[place] == "0" ? "1" : "0"
        return .string(String(digits))
    }
}

extension [UInt8] {
    /// The bytes with one bit changed in a part of them; `nil` for an empty part.
    func flippingBit(in range: Range<Int>, _ random: inout TestRandom) -> [UInt8]? {
        guard let place = range.randomElement(using: &random) else { return nil }
        var bytes = self
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }
}
