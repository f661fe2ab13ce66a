// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct ScannerTests {
    @Test(
        "comments and strings of Swift are blanked, code in interpolations stays",
        arguments: [
            ("a // b", "a     "), ("a /* b /* c */ d */ e", "a                   e"),
            (#"f("a\"b", c)"#, "f(      , c)"), (#"f("a\(b)c")"#, "f(    b   )"),
            (#"f("\(g("{", h))")"#, "f(   g(   , h)  )"), ("f(#\"a\"b\"#)", "f(       )"),
            ("f(#\"\\(a)\\#(b)\"#)", "f(         b   )"),
            ("a \"\"\"\n{ \"\n\"\"\" b", "a    \n   \n    b"), ("#/\"{/# a", "       a"),
            ("#if a", "#if a"), ("a / b / c", "a / b / c"),
        ])
    func swiftMask(code: String, masked: String) {
        #expect(String(decoding: CodeMask.mask(Array(code.utf8), .swift), as: UTF8.self) == masked)
    }

    @Test(
        "comments and strings of the other languages are blanked",
        arguments: [
            (Language.c, "a '\"' b /* { */ \"}\" // c", "a     b                 "),
            (.python, "a # {\nb '''\n{''' c", "a    \nb    \n     c"),
            (.vyper, "a \"#\" b", "a     b"), (.shell, "a # b", "a # b"),
        ])
    func otherMasks(language: Language, code: String, masked: String) {
        #expect(
            String(decoding: CodeMask.mask(Array(code.utf8), language), as: UTF8.self) == masked)
    }

    @Test("a mask never changes the count of bytes or lines")
    func shape() {
        for file in SourceTree.project.files where file.language != .other {
            let masked = CodeMask.mask(file.bytes, file.language)
            #expect(masked.count == file.bytes.count, "\(file.path)")
            #expect(masked.count { $0 == newline } == file.bytes.count { $0 == newline })
        }
    }

    @Test("Swift functions are found with their lengths, declarations without a body are not")
    func swiftFunctions() {
        let code = """
            protocol P {
                func a() -> Int
                var b: Int { get }
            }
            struct S: P {
                let closure = { 1 }
                var b: Int {
                    2
                }
                init?(_ text: String = { "}" }()) {
                    self.init()
                }
                func a<T>(_ t: T) throws(E) -> [Int]
                where T: P {
                    func inner() {}
                    return [{ 3 }()]
                }
                subscript(i: Int) -> Int { i }
                deinit {
                }
                static func < (l: S, r: S) -> Bool { true }
            }
            """
        let spans = FunctionScanner.functions(in: SourceFile("a.swift", code))
        #expect(
            spans == [
                FunctionSpan(name: "b", line: 3, lineCount: 1),
                FunctionSpan(name: "b", line: 7, lineCount: 3),
                FunctionSpan(name: "init", line: 10, lineCount: 3),
                FunctionSpan(name: "a", line: 13, lineCount: 5),
                FunctionSpan(name: "inner", line: 15, lineCount: 1),
                FunctionSpan(name: "subscript", line: 18, lineCount: 1),
                FunctionSpan(name: "deinit", line: 19, lineCount: 2),
                FunctionSpan(name: "<", line: 21, lineCount: 1),
            ])
    }

    @Test("C functions are found, structures and prototypes are not")
    func cFunctions() {
        let code = """
            struct s { int a; int h() const { return a; } };
            int f(int a);
            extern "C" {
            static inline int
            g(int a)
            {
                if (a) { return 1; }
                return "}"[0];
            }
            }
            """
        let spans = FunctionScanner.functions(in: SourceFile("a.h", code))
        #expect(
            spans == [
                FunctionSpan(name: "h", line: 1, lineCount: 1),
                FunctionSpan(name: "g", line: 5, lineCount: 5),
            ])
    }

    @Test("Python functions end where their indentation does")
    func pythonFunctions() {
        let code = """
            class A:
                def f(
                    self,
                ) -> int:
                    x = [
                1]

                    return x
                async def g(self): return 1
            def h():
                def i():
                    pass
                pass
            """
        let spans = FunctionScanner.functions(in: SourceFile("a.py", code))
        #expect(
            spans == [
                FunctionSpan(name: "f", line: 2, lineCount: 7),
                FunctionSpan(name: "g", line: 9, lineCount: 1),
                FunctionSpan(name: "h", line: 10, lineCount: 4),
                FunctionSpan(name: "i", line: 11, lineCount: 2),
            ])
    }

    @Test("shell functions end at the brace under their name")
    func shellFunctions() {
        let code = "a() {\n    b || {\n        c\n    }\n}\nd() { e; }\n"
        let spans = FunctionScanner.functions(in: SourceFile("a.sh", code))
        #expect(
            spans == [
                FunctionSpan(name: "a", line: 1, lineCount: 5),
                FunctionSpan(name: "d", line: 6, lineCount: 1),
            ])
    }

    @Test("imports are found with attributes, levels and kinds, but not in comments or strings")
    func imports() {
        let code = """
            // import A
            import B
            public import C
            @testable @_spi(X) import D
            internal import struct E.F
            let text = "import G"
            #if os(Linux)
                private import H
            #endif
            let important = 1
            """
        let found = ImportScanner.imports(in: SourceFile("a.swift", code))
        #expect(found.map(\.module) == ["B", "C", "D", "E", "H"])
        #expect(found.map(\.access) == ["", "public", "", "internal", "private"])
        #expect(found.map(\.line) == [2, 3, 4, 5, 8])
    }

    @Test(
        "a language is known by extension or first line",
        arguments: [
            ("a.swift", "", Language.swift), ("a/b.h", "", .c), ("a.vy", "", .vyper),
            ("run", "#!/usr/bin/env bash\n", .shell), ("env", "# shellcheck shell=bash\n", .shell),
            ("run", "#!/usr/bin/env python3\n", .other), ("a.toml", "", .other),
            (".gitignore", "", .other),
        ])
    func languages(path: String, text: String, language: Language) {
        #expect(SourceFile(path, text).language == language)
    }
}
