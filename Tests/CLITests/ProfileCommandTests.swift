// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Platform
import TestSupport
import Testing

/// The tool on the profiles of the project and on a bad one.
@Suite struct ProfileCommandTests {
    private static let folder =
        File.folder(of: File.folder(of: File.folder(of: #filePath))) + "/hal/profiles"

    private func objects(_ output: String) throws -> [[String: JSONScalar]] {
        try output.split(separator: "\n").map {
            try JSONDecoder().decode([String: JSONScalar].self, from: Data($0.utf8))
        }
    }

    private func profile(_ arguments: String...) throws -> (output: String, status: Int32) {
        try DeviceFixture.halcyon(["profile"] + arguments)
    }

    @Test("profiles are listed by name, and one is shown with its points and its source")
    func list() throws {
        let list = try profile("list", "--directory", Self.folder)
        #expect(list.status == 0 && list.output.contains("eastron-sdm630"))
        let shown = try profile("show", "--directory", Self.folder, "peacefair-pzem-016")
        #expect(shown.status == 0 && shown.output.contains("PZEM-014/016"))
        #expect(shown.output.contains("input 1 uint32 order cdab scale 0.001"), "\(shown.output)")
        #expect(shown.output.contains("9600 baud, parity none, 1 stop bit\n"))
        #expect(shown.output.contains("profile = \"peacefair-pzem-016\"\nunit_id = 1\n"))
        let none = try profile("list", "--directory", Self.folder + "/none")
        #expect(none.status == 66 && none.output.contains("there are no profiles"))
        let meant = try profile("show", "--directory", Self.folder, "eastron-smd630")
        #expect(meant.status == 66)
        #expect(meant.output.contains("→ halcyon profile show eastron-sdm630"))
    }

    @Test("a good profile is checked with its vectors, a bad one is refused with every problem")
    func check() throws {
        let good = try profile("check", "--json", Self.folder + "/schneider-iem3155.toml")
        #expect(good.status == 0)
        let view = try #require(try objects(good.output).first)
        #expect(view["name"] == .text("schneider-iem3155") && view["vectorsRun"] == .number(2))
        let folder = try TemporaryFolder()
        try folder.write("[profile]\nname = \"other\"\n", to: "/bad.toml")
        let bad = try profile("check", folder.path + "/bad.toml")
        #expect(bad.status == 65 && bad.output.contains("bad.toml:2: profile.name: must be"))
        #expect(bad.output.contains("[profile.source] is missing"))
        try folder.write("", to: "/none.toml")
        let listed = try profile("list", "--directory", folder.path)
        #expect(listed.status == 65 && listed.output.contains("2 profiles have problems"))
    }
}
