// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import halcyon

@Suite struct VectorYAMLTests {
    private func read(_ text: String) throws -> JSONValue { try VectorYAML.read(Array(text.utf8)) }

    @Test("steps as the generators write them are read")
    func steps() throws {
        let text = """
            # A comment.
            - process_update:
                update: update_0x01_sf   # which
                current_slot: 41
                checks:
                  finalized_header: {slot: 24, beacon_root: '0x80',
                    execution_root: '0xd1'}
                  list: [a, 'b, c', []]
            - force_update: {current_slot: 1}
            - data:
                a_long_name_stands_on_its_own_line
            - null
            """
        let expected = JSONValue.array([
            .object([
                "process_update": .object([
                    "update": .string("update_0x01_sf"), "current_slot": .string("41"),
                    "checks": .object([
                        "finalized_header": .object([
                            "slot": .string("24"), "beacon_root": .string("0x80"),
                            "execution_root": .string("0xd1"),
                        ]),
                        "list": .array([.string("a"), .string("b, c"), .array([])]),
                    ]),
                ])
            ]),
            .object(["force_update": .object(["current_slot": .string("1")])]),
            .object(["data": .string("a_long_name_stands_on_its_own_line")]),
            .null,
        ])
        #expect(try read(text) == expected)
        #expect(try read(text + "\n") == expected)
    }

    @Test("a configuration is read, with the schedule below its key or indented")
    func configuration() throws {
        let expected = JSONValue.object([
            "PRESET_BASE": .string("minimal"), "VERSION": .string("0x00000001"),
            "SCHEDULE": .array([
                .object(["EPOCH": .string("1"), "MAX": .string("9")]),
                .object(["EPOCH": .string("2"), "MAX": .string("12")]),
            ]),
            "EMPTY": .null, "IT": .string("it's"),
        ])
        for indent in ["", "  "] {
            let text = """
                PRESET_BASE: 'minimal'
                VERSION: 0x00000001
                SCHEDULE:
                \(indent)- EPOCH: 1
                \(indent)  MAX: 9
                \(indent)- EPOCH: 2
                \(indent)  MAX: 12
                EMPTY:
                IT: 'it''s'
                """
            #expect(try read(text) == expected)
        }
        #expect(try read("") == .null)
        #expect(try read("# nothing\n") == .null)
    }

    @Test(
        "what vectors don't have is refused with its line",
        arguments: [
            ("a: &x 1", 1), ("a: *x", 1), ("a: !!str 1", 1), ("a: |\n  x", 1), ("a: \"x\"", 1),
            ("%YAML 1.2", 1), ("a:\tb", 1), ("a: b\r\n", 1), ("a: 1\na: 2", 2), ("{a: 1, a: 2}", 1),
            ("{a: 1", 1), ("[1, 2", 1), ("{a 1}", 1), ("a: 'x", 1),
            ("a: 1\n b: 2", 2),
            ("a: 1\nb", 2), ("- 1\nb: 2", 2), ("{} x", 1), ("[a]]", 1), ("a: [1]\n  - 2", 2),
            ("? a", 1), ("a: {b: 1}}", 1),
        ])
    func refusal(text: String, line: Int) {
        #expect { try read(text) } throws: { error in
            guard let error = error as? ReplayError, error.rule == .yaml else { return false }
            return error.place.hasPrefix("line \(line):")
        }
    }

    @Test("depth is bounded in both styles")
    func depth() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
            String(repeating: "- ", count: 100_000),
        ] {
            #expect { try read(text) } throws: { ($0 as? ReplayError)?.rule == .yaml }
        }
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: ReplayError.self) { try VectorYAML.read([0x61, 0x3A, 0x20, 0xC3, 0x28]) }
        #expect(throws: ReplayError.self) { try VectorYAML.read([0x61, 0x3A, 0x20, 0x01]) }
    }
}
