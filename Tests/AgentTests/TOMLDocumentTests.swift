// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Agent

@Suite struct TOMLDocumentTests {
    @Test("values of every kind keep their place, through strings, arrays and inline tables")
    func lines() throws {
        let root = try TOMLDocument.parse(
            Array(
                """
                # comment with [brackets] = and "quotes"
                a = 1
                list = [
                  1.5, # one
                  { k = true }, "]",
                ]
                text = '''
                a = 5
                '''
                zero = "a\\u0000b"
                [[device]]
                [[device.point]]
                when = 2026-01-01
                """.utf8))
        let a = try child(root, "a")
        #expect(a.line == 2)
        guard case .integer(1) = a.value, case .array(let list) = try child(root, "list").value
        else {
            Issue.record("wrong kinds")
            return
        }
        #expect(list.map(\.line) == [4, 5, 5])
        #expect(try child(list[1], "k").line == 5)
        guard case .text("a\u{0}b") = try child(root, "zero").value,
            case .array(let devices) = try child(root, "device").value,
            case .array(let points) = try child(devices[0], "point").value,
            case .other = try child(points[0], "when").value
        else {
            Issue.record("wrong kinds")
            return
        }
        #expect(try child(root, "text").line == 7)
        #expect(points[0].line == 12)
        #expect(try child(points[0], "when").line == 13)
    }

    private func child(_ node: TOMLNode, _ key: String) throws -> TOMLNode {
        guard case .table(let table) = node.value else { throw NotATable() }
        return try #require(table[key])
    }

    private struct NotATable: Error {}

    @Test(
        "a text that is not TOML is refused with its line",
        arguments: [
            ("a = 1\nb = = 2\n", 2), ("a = 1\na = 2", 2), ("\n\n[x", 3), ("a = 1\nb\u{0} = 2", 2),
        ])
    func refused(text: String, line: Int) {
        #expect {
            try TOMLDocument.parse(Array(text.utf8))
        } throws: {
            ($0 as? ConfigurationProblem)?.line == line
        }
    }

    @Test("bytes that are not UTF-8, endless nesting and a huge file are refused")
    func hostile() {
        let nested = Array("a = ".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        let huge = [UInt8](
            repeating: UInt8(ascii: "#"), count: AgentLimits.configurationBytesMax + 1)
        for bytes in [[0x61, 0x3D, 0xFF, 0xFE], nested, huge] {
            #expect(throws: ConfigurationProblem.self) { try TOMLDocument.parse(bytes) }
        }
    }

    @Test(
        "what the parser takes for granted and what would exhaust its stack is refused",
        arguments: [
            "[[[", "[=", "[,]", "[[[device.point]]]", "d=1979-05-27T\\7:32:00Z",
            "[" + Array(repeating: "a", count: 200_000).joined(separator: ".") + "]",
            Array(repeating: "a", count: 200_000).joined(separator: ".") + " = 1",
        ])
    func parserBugs(text: String) {
        #expect(throws: ConfigurationProblem.self) { try TOMLDocument.parse(Array(text.utf8)) }
    }

    @Test("twenty thousand texts of TOML's own characters end in a tree or a refusal")
    func random() {
        var random = TestRandom(seed: 11)
        let parts = Array("[]{}=,.\"'#\n \\abT:-+_019eEx\u{0}é").map { Array(String($0).utf8) }
        var refused = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...24, using: &random)).flatMap { _ in
                parts.randomElement(using: &random) ?? []
            }
            if (try? TOMLDocument.parse(text)) == nil { refused += 1 }
        }
        #expect(refused > 10_000 && refused < 20_000)
    }

    @Test(
        "a misspelt word finds what was meant, a strange one nothing",
        arguments: [
            ("adress", "address"), ("perod_seconds", "period_seconds"), ("uint", "unit"),
            ("zzz", nil), ("", nil),
        ])
    func spelling(word: String, meant: String?) {
        let keys = ["address", "period_seconds", "unit", "name"]
        #expect(Spelling.suggestion(for: word, among: keys) == meant)
    }
}
