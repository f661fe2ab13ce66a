// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Attestation

/// The profile has two verifiers, ours and a script that shares no code with it: whatever one of
/// them refuses, the other must refuse.
@Suite struct AgreementTests {
    static let root = File.folder(of: File.folder(of: File.folder(of: #filePath)))
    static let script = root + "/deploy/verify_attestation.py"
    /// An interpreter with the libraries that the script names.
    static let python =
        getenv("HALCYON_PYTHON").map { String(cString: $0) }
        ?? root + "/.build-python/bin/python3"
    static let hasPython = access(python, X_OK) == 0

    /// What the script says of each file, in order: `nil` if it accepts it, else its rule.
    private func verdicts(of files: [String]) throws -> [String?] {
        var verdicts: [String?] = []
        // In portions, because a command line has a limit.
        for start in stride(from: 0, to: files.count, by: 2000) {
            let portion = files[start..<min(start + 2000, files.count)]
            let output = try ChildProcess(
                Self.python, [Self.script, "--separately"] + portion
            ).finish(seconds: 120).output
            for line in output.split(separator: "\n") where line.hasPrefix("{\"file\"") {
                let rule = line.split(separator: "\"refused\": \"").dropFirst().first
                #expect((rule == nil) == line.hasSuffix("\"valid\": true}"), "\(line)")
                verdicts.append(rule.map { String($0.prefix { $0 != "\"" }) })
            }
        }
        return verdicts
    }

    @Test(
        "the script refuses exactly what this module refuses",
        .enabled(if: hasPython, "needs HALCYON_PYTHON or .build-python with the libraries"))
    func agreement() throws {
        let cases = try AgreementCases.all()
        let folder = try TemporaryFolder()
        let files = try cases.enumerated().map { index, made in
            let file = "\(folder.path)/\(index)"
            try File.write(made.bytes, to: file, mode: 0o600)
            return file
        }
        let theirs = try verdicts(of: files)
        try #require(theirs.count == cases.count)
        var accepted = 0
        for (made, theirs) in zip(cases, theirs) {
            let ours = Sample.rule {
                if made.bytes.first.map({ $0 >> 5 }) == 5 {
                    _ = try InclusionProof.verify(made.bytes, expected: nil)
                } else {
                    _ = try Attestation.verify(made.bytes, expected: nil)
                }
            }
            if ours == nil { accepted += 1 }
            #expect(
                (ours == nil) == (theirs == nil),
                "\(made.name): we \(ours ?? "accept"), the script \(theirs ?? "accepts")")
            if let isValid = made.isValid { #expect((ours == nil) == isValid, "\(made.name)") }
        }
        #expect(accepted >= Unit.symbols.count + Fault.allCases.count)
        #expect(cases.count - accepted >= 800)
    }

    @Test("the script and the profile know the units and fault words that this module knows")
    func words() throws {
        let script = String(decoding: try File.read(Self.script, bytesMax: 65_536), as: UTF8.self)
        func set(_ name: String) throws -> [String] {
            let rest = try #require(script.split(separator: "\(name) = frozenset(\"\"\"").last)
            let text = try #require(rest.split(separator: "\"\"\"").first)
            return text.split(whereSeparator: \.isWhitespace).map(String.init).sorted()
        }
        #expect(try set("UNITS") == Unit.symbols)
        #expect(try set("FAULTS") == Fault.allCases.map(\.word).sorted())
        let profile = String(
            decoding: try File.read(
                Self.root + "/Sources/Attestation/PROFILE.md", bytesMax: 65_536), as: UTF8.self)
        for word in Unit.symbols + Fault.allCases.map(\.word) {
            #expect(profile.contains("`\(word)`"), "\(word)")
        }
    }
}
