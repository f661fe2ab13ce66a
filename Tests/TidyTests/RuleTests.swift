// SPDX-License-Identifier: Apache-2.0

import Testing

/// Every rule refuses a sample that breaks it, and only that.
@Suite struct RuleTests {
    @Test("a file of 601 lines is too long, one of 600 is not")
    func fileLength() {
        let line = "// x\n"
        let long = SourceFile("a.swift", String(repeating: line, count: 601))
        #expect(LengthRules.fileLength(long) == [Finding("a.swift", 0, "601 lines")])
        let short = SourceFile("a.swift", String(repeating: line, count: 600))
        #expect(LengthRules.fileLength(short).isEmpty)
        let data = SourceFile("a.csv", String(repeating: line, count: 601))
        #expect(LengthRules.fileLength(data).isEmpty)
    }

    @Test(
        "a function of 71 lines is too long in every language, one of 70 is not",
        arguments: [
            ("a.swift", "func f() {", "    g()", "}"), ("a.c", "int f(void) {", "    g();", "}"),
            ("a.py", "def f():", "    g()", "    g()"), ("a.vy", "def f():", "    g()", "    g()"),
            ("a.sh", "f() {", "    g", "}"),
        ])
    func functionLength(path: String, head: String, body: String, end: String) {
        func sample(_ count: Int) -> SourceFile {
            let lines = [head] + Array(repeating: body, count: count - 2) + [end]
            return SourceFile(path, lines.joined(separator: "\n") + "\n")
        }
        #expect(LengthRules.functionLength(sample(71)) == [Finding(path, 1, "f has 71 lines")])
        #expect(LengthRules.functionLength(sample(70)).isEmpty)
    }

    @Test("a file is too large from the first byte over 256 KiB")
    func fileSize() {
        let bytes = [UInt8](repeating: 32, count: LengthRules.fileBytesMax + 1)
        #expect(LengthRules.fileSize(SourceFile(path: "a", bytes: bytes)).count == 1)
        #expect(LengthRules.fileSize(SourceFile(path: "a", bytes: bytes.dropLast())).isEmpty)
    }

    @Test("percentiles are nearest ranks")
    func percentiles() {
        #expect(LengthRules.percentile([3, 1, 2], 50) == 2)
        #expect(LengthRules.percentile(Array(1...10), 90) == 9)
        #expect(LengthRules.percentile([7], 90) == 7)
        #expect(LengthRules.percentile([], 50) == 0)
    }

    @Test("an import against the direction, and a module nobody knows, are refused")
    func direction() {
        let upwards = SourceFile("Sources/Bytes/A.swift", "internal import Journal\n")
        let refusal = Finding("Sources/Bytes/A.swift", 1, "Bytes must not import Journal")
        #expect(ImportRules.direction(upwards) == [refusal])
        #expect(ImportRules.direction(SourceFile("Sources/New/A.swift", "")).count == 1)
        let allowed = SourceFile("Sources/HAL/A.swift", "internal import CModbus\n")
        #expect(ImportRules.direction(allowed).isEmpty)
        let small = SourceFile("Sources/HAL/A.swift", "internal import FoundationEssentials\n")
        #expect(ImportRules.direction(small).count == 1)
    }

    @Test("an import without a level, and a C module that is not internal, are refused")
    func access() {
        #expect(ImportRules.access(SourceFile("Sources/HAL/A.swift", "import Glibc\n")).count == 1)
        let shown = SourceFile("Sources/HAL/A.swift", "public import CModbus\n")
        #expect(ImportRules.access(shown).count == 1)
        let hidden = SourceFile("Sources/HAL/A.swift", "internal import CModbus\n")
        #expect(ImportRules.access(hidden).isEmpty)
        let program = SourceFile("Sources/halcyond/main.swift", "import Glibc\n")
        #expect(ImportRules.access(program).isEmpty)
    }

    @Test("a C module with two owners, or used by a test, is refused; a program may use it")
    func owners() {
        let first = SourceFile("Sources/HAL/A.swift", "internal import CModbus")
        let second = SourceFile("Sources/Agent/A.swift", "internal import CModbus")
        let program = SourceFile("Sources/halcyon-bench/A.swift", "internal import CModbus")
        let test = SourceFile("Tests/HALTests/A.swift", "import CModbus")
        #expect(ImportRules.cModuleOwners([first, second]).count == 1)
        #expect(ImportRules.cModuleOwners([first, test]).count == 1)
        #expect(ImportRules.cModuleOwners([first, first, program]).isEmpty)
    }

    @Test(
        "force is refused, also inside an interpolation",
        arguments: [
            "let a = try! f()", "let a = b as! C", "let a = \"\\(try! f())\"",
        ])
    func force(code: String) {
        #expect(WordRules.force(SourceFile("Tests/A.swift", code)).count == 1)
    }

    @Test(
        "force in words only, or no force, is not refused",
        arguments: [
            "// try! it", "let a = \"try!\"", "let a = try f()", "let a = b as? C", "x = try !f()",
        ])
    func noForce(code: String) {
        #expect(WordRules.force(SourceFile("Tests/A.swift", code)).isEmpty)
    }

    @Test("a trap is refused in a module and in a program", arguments: WordRules.traps.sorted())
    func traps(name: String) {
        #expect(WordRules.trap(SourceFile("Sources/HAL/A.swift", "\(name)(\"x\")")).count == 1)
        #expect(WordRules.trap(SourceFile("Sources/halcyond/A.swift", "\(name)()")).count == 1)
        #expect(WordRules.trap(SourceFile("Sources/HAL/A.swift", "// \(name)()")).isEmpty)
    }

    @Test("printing is refused outside programs, methods of that name are not")
    func printing() {
        #expect(WordRules.printing(SourceFile("Sources/HAL/A.swift", "print(1)")).count == 1)
        #expect(WordRules.printing(SourceFile("Sources/HAL/A.swift", "Swift.print(1)")).count == 1)
        #expect(WordRules.printing(SourceFile("Sources/HAL/A.swift", "page.print(1)")).isEmpty)
        #expect(WordRules.printing(SourceFile("Sources/halcyon/A.swift", "print(1)")).isEmpty)
    }

    @Test("full Foundation is refused under each of its names, its small half is not")
    func foundation() {
        func findings(_ line: String) -> Int {
            WordRules.foundation(SourceFile("Sources/Agent/A.swift", line)).count
        }
        #expect(findings("internal import Foundation") == 1)
        #expect(findings("import struct Foundation.Data") == 1)
        #expect(findings("internal import FoundationNetworking") == 1)
        #expect(findings("internal import FoundationEssentials") == 0)
    }

    @Test("an unchecked value without a comment on the line before is refused")
    func unchecked() {
        func findings(_ text: String) -> Int {
            WordRules.unchecked(SourceFile("Sources/HAL/A.swift", text)).count
        }
        #expect(findings("struct A: @unchecked Sendable {}") == 1)
        #expect(findings("let a = 1\nnonisolated(unsafe) var b = 2") == 1)
        #expect(findings("// Guarded by the queue.\nfinal class A: @unchecked Sendable {}") == 0)
        #expect(findings("nonisolated func f() {}") == 0)
    }

    @Test("a source file without its licence on top is refused")
    func licensed() {
        let line = "SPDX-License-Identifier: Apache-2.0"
        #expect(FileRules.licensed(SourceFile("a.swift", "import A\n// \(line)\n")).count == 1)
        #expect(FileRules.licensed(SourceFile("a.py", "")).count == 1)
        #expect(FileRules.licensed(SourceFile("run", "#!/bin/sh\n\n# \(line)\n")).count == 1)
        #expect(FileRules.licensed(SourceFile("run", "#!/bin/sh\n# \(line)\n")).isEmpty)
        #expect(FileRules.licensed(SourceFile("a.h", "// \(line)\n")).isEmpty)
    }

    @Test("a file that is not named for its type is refused")
    func named() {
        #expect(FileRules.named(SourceFile("Sources/HAL/A.swift", "struct B {}")).count == 1)
        #expect(FileRules.named(SourceFile("Sources/HAL/A+C.swift", "struct A {}")).count == 1)
        #expect(FileRules.named(SourceFile("Sources/HAL/A.swift", "public enum A {}")).isEmpty)
        #expect(FileRules.named(SourceFile("Sources/HAL/A+C.swift", "extension A {}")).isEmpty)
        #expect(FileRules.named(SourceFile("Sources/halcyond/main.swift", "run()")).isEmpty)
    }

    @Test(
        "a name that says nothing is refused", arguments: ["a/StringUtils.swift", "Sources/Common"])
    func emptyNames(path: String) {
        #expect(FileRules.meaningfulName(path).count == 1)
        #expect(FileRules.meaningfulName("a/Gap.swift").isEmpty)
    }

    @Test("a host or a machine's folder is refused, a folder inside a path is not")
    func portable() {
        func findings(_ text: String) -> Int { FileRules.portable(SourceFile("a.md", text)).count }
        for host in FileRules.hosts { #expect(findings("see https://\(host)/x") == 1) }
        for path in FileRules.machinePaths {
            #expect(findings("cd \(path)x") == 1)
            #expect(findings("cd a\(path)x") == 0)
        }
    }

    @Test("fixtures without an origin are refused")
    func sourced() {
        let folders = ["Tests/HALTests/Fixtures"]
        let empty = SourceFile("Tests/HALTests/Fixtures/SOURCE", "")
        let filled = SourceFile("Tests/HALTests/Fixtures/SOURCE", "made by hand\n")
        #expect(FileRules.sourced(folders: folders, files: []).count == 1)
        #expect(FileRules.sourced(folders: folders, files: [empty]).count == 1)
        #expect(FileRules.sourced(folders: folders, files: [filled]).isEmpty)
    }
}
