// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

    @Test("every kind of value is read")
    func values() throws {
        let text = #" { "a" : [ 1, -0.5e+10, true, false, null ], "b": "x\u00e9\n\ud83d\ude00/" } "#
        #expect(
            try read(text)
                == .object([
                    "a": .array([
                        .number("1"), .number("-0.5e+10"), .bool(true), .bool(false), .null,
                    ]),
                    "b": .string("xé\n😀/"),
                ]))
    }

    @Test(
        "what is not JSON is refused with its rule and its place",
        arguments: [
            ("", .truncated, 0), ("[1,", .truncated, 3), ("[1 2]", .unexpected, 3),
            ("{\"a\" 1}", .unexpected, 5), ("[] []", .trailing, 3), ("01", .number, 2),
            ("1.", .number, 2), ("1e", .number, 2), ("+1", .unexpected, 0),
            ("\"\\x\"", .escape, 3), ("\"\\ud800\"", .escape, 7), ("\"\\udc00\"", .escape, 7),
            ("\"\u{1}\"", .character, 1), ("\"abc", .truncated, 4),
            ("{\"a\":1,\"a\":2}", .duplicateName, 7), ("tru", .unexpected, 0),
            ("[1,]", .unexpected, 3), ("{\"a\":1,}", .unexpected, 7), ("NaN", .unexpected, 0),
        ] as [(String, JSONError.Rule, Int)])
    func refusals(text: String, rule: JSONError.Rule, offset: Int) {
        #expect(throws: JSONError(rule: rule, offset: offset)) { try read(text) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: JSONError(rule: .character, offset: 1)) {
            try JSONReader.read([0x22, 0xC3, 0x28, 0x22])
        }
    }

    @Test("depth, size and count are bounded")
    func limits() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(rule: .limit, offset: JSONLimits.depthMax)) { try read(deep) }
        let many = "[" + String(repeating: "1,", count: JSONLimits.valuesMax) + "1]"
        #expect(throws: JSONError.self) { try read(many) }
        #expect(throws: JSONError(rule: .limit, offset: 2)) {
            try JSONReader.read(Array("[1]".utf8), bytesMax: 2)
        }
    }
}
