// SPDX-License-Identifier: Apache-2.0

import Testing

/// The house rules, held against the project. `RuleTests` shows that each can fail.
@Suite struct HouseTests {
    let tree = SourceTree.project

    @Test("the rules look at the whole project, not at an empty folder")
    func wholeProject() {
        #expect(tree.files.contains { $0.path == "Package.swift" })
        #expect(tree.files.contains { $0.path == "Sources/Telemetry/Point.swift" })
        #expect(tree.files.contains { $0.path == "deploy/test" && $0.language == .shell })
        #expect(tree.files.contains { $0.path == ".ci/run" && $0.language == .shell })
        #expect(!tree.files.contains { $0.path.hasPrefix(".build") || $0.path.hasPrefix(".git/") })
    }

    @Test("no source file is longer than 600 lines")
    func fileLength() { check(LengthRules.fileLength) }

    @Test("no function is longer than 70 lines")
    func functionLength() { check(LengthRules.functionLength) }

    @Test("half of the Swift files are short, nine in ten are not long")
    func distribution() {
        let counts = tree.moduleFiles.map(\.lineCount)
        #expect(LengthRules.percentile(counts, 50) <= LengthRules.medianLinesMax)
        #expect(LengthRules.percentile(counts, 90) <= LengthRules.ninetiethPercentileLinesMax)
    }

    @Test("no file is larger than 256 KiB")
    func fileSize() { check(LengthRules.fileSize) }

    @Test("the README fits on a few screens")
    func readme() throws {
        let readme = try #require(tree.files.first { $0.path == "README.md" })
        #expect(readme.lineCount <= LengthRules.readmeLinesMax)
    }

    @Test("the daemon's executable is short, because everything it does is in modules")
    func daemon() {
        let lines = tree.moduleFiles.filter { $0.module == "halcyond" }.map(\.lineCount)
        #expect(lines.reduce(0, +) <= LengthRules.daemonLinesMax)
    }

    @Test("modules import only what the table allows, and every module is in the table")
    func direction() { check(ImportRules.direction) }

    @Test("every import says who sees it, and a C module is seen by its own module only")
    func access() { check(ImportRules.access) }

    @Test("each C module belongs to one Swift module")
    func owners() { report(ImportRules.cModuleOwners(tree.files)) }

    @Test("a folder of Sources or hal without Swift is a known C module")
    func cModules() {
        let folders = tree.folders.filter { folder in
            let parts = folder.split(separator: "/")
            guard parts.count == 2 else { return false }
            let files = tree.files.filter { $0.path.hasPrefix(folder + "/") }
            if parts[0] == "hal" { return files.contains { $0.name == "module.modulemap" } }
            return parts[0] == "Sources" && !files.contains { $0.language == .swift }
        }
        for folder in folders {
            let module = folder.split(separator: "/").last.map(String.init) ?? ""
            #expect(
                ImportTable.cModules.contains(module) || ImportTable.cPrograms.contains(module),
                "\(folder) has no line in ImportTable")
        }
    }

    @Test("every test target is an area of deploy/test, so that none is forgotten")
    func areas() throws {
        let script = try #require(tree.files.first { $0.path == "deploy/test" })
        let targets = script.lines.filter { $0.contains(" | ") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        let folders = tree.folders.filter { $0.hasSuffix("Tests") && $0.hasPrefix("Tests/") }
        #expect(folders.count >= 5)
        for folder in folders {
            let name = String(folder.dropFirst("Tests/".count))
            #expect(targets.contains(name), "\(folder) is no area of deploy/test")
        }
    }

    @Test("full Foundation is imported nowhere")
    func foundation() { check(WordRules.foundation) }

    @Test("nothing is tried or cast by force")
    func force() { check(WordRules.force) }

    @Test("nothing ends the process instead of throwing")
    func traps() { check(WordRules.trap) }

    @Test("only programs print")
    func printing() { check(WordRules.printing) }

    @Test("where a concurrency check is off, a comment says what guards the value")
    func unchecked() { check(WordRules.unchecked) }

    @Test("every source file begins with its licence")
    func licensed() { check(FileRules.licensed) }

    @Test("every file of a module is named for the type it declares or extends")
    func named() { check(FileRules.named) }

    @Test("no file or folder has a name that says nothing")
    func meaningfulNames() {
        report((tree.files.map(\.path) + tree.folders).flatMap(FileRules.meaningfulName))
    }

    @Test("no file mentions a package registry's host or one machine's folders")
    func portable() { check(FileRules.portable) }

    @Test("every fixture folder says where its fixtures come from")
    func sourced() { report(FileRules.sourced(folders: tree.folders, files: tree.files)) }

    private func check(
        _ rule: (SourceFile) -> [Finding], location: SourceLocation = #_sourceLocation
    ) {
        report(tree.files.flatMap(rule), location: location)
    }

    private func report(_ findings: [Finding], location: SourceLocation = #_sourceLocation) {
        for finding in findings {
            Issue.record("\(finding)", sourceLocation: location)
        }
    }
}
