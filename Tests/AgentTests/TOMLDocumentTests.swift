// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Agent

@Suite struct TOMLDocumentTests {
    @Test("every key knows its line, through comments, strings, arrays and inline tables")
    func lines() throws {
        let lines = TOMLLocator.lines(
            of: """
                # comment with [brackets] = and "quotes"
                a = 1
                b.c = "x # y"   # more
                list = [
                  1, # one
                  { k = 2 }, "]",
                ]
                text = '''
                a = 5
                [not.a.table]
                '''
                [table]
                "quoted key" = "\\"]"
                [[device]]
                name = "one"
                [[device]]
                name = "two"
                [[device.point]]
                unit = "W"
                [[device.point]]
                unit = "V"
                """)
        #expect(lines["a"] == 2)
        #expect(lines["b.c"] == 3)
        #expect(lines["list[0]"] == 5)
        #expect(lines["list[1].k"] == 6)
        #expect(lines["list[2]"] == 6)
        #expect(lines["text"] == 8)
        #expect(lines["table.quoted key"] == 13)
        #expect(lines["device[1].name"] == 17)
        #expect(lines["device[1].point[0].unit"] == 19)
        #expect(lines["device[1].point[1].unit"] == 21)
        #expect(lines["not"] == nil && lines["device[0].point"] == nil)
    }

    @Test("a text that is not TOML is refused with its line")
    func refused() {
        #expect { try TOMLDocument.parse("a = 1\nb = = 2\n") } throws: {
            ($0 as? ConfigurationProblem)?.line == 2
        }
        #expect { try TOMLDocument.parse("a = 1\nb\u{0} = 2\n") } throws: {
            ($0 as? ConfigurationProblem)?.message == "the file holds a NUL byte"
        }
        #expect {
            try TOMLDocument.parse(#"a = "x\u0000y""#)
        } throws: {
            ($0 as? ConfigurationProblem)?.message.hasPrefix("the file spells a NUL") == true
        }
        #expect(throws: ConfigurationProblem.self) {
            try TOMLDocument.parse(
                String(repeating: "#", count: AgentLimits.configurationBytesMax + 1))
        }
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
