// SPDX-License-Identifier: Apache-2.0

import Platform
import TestSupport
import Testing

@Suite struct MutationTests {
    @Test("each of thousands of mutations of an attestation is refused by the tool with a rule")
    func mutations() throws {
        let device = try DeviceFixture()
        #expect(try device.halcyon("key", "create").status == 0)
        try device.run(attestations: 1)
        let folder = device.folder.path
        #expect(try device.halcyon("attestation", "export", "--sequence", "1", folder).status == 0)
        let original = try File.read(folder + "/attestation-0000000001.cose", bytesMax: 65_536)
        let mutants = Self.bitFlips(original) + Self.structural(original)
        #expect(mutants.count >= 2000)

        var verdicts = 0
        var rules: [String: Int] = [:]
        // In portions, because a command line has a limit.
        for start in stride(from: 0, to: mutants.count, by: 1000) {
            let portion = mutants[start..<min(start + 1000, mutants.count)]
            let files = try portion.enumerated().map { index, bytes in
                let file = "\(folder)/m\(start + index)"
                try File.write(bytes, to: file, mode: 0o644)
                return file
            }
            let result = try DeviceFixture.halcyon(
                ["attestation", "verify", "--separately", "--json"] + files)
            #expect(result.status == 1)
            for line in result.output.split(separator: "\n") where line.hasPrefix("{") {
                verdicts += 1
                #expect(line.contains("\"accepted\":false"), "\(line)")
                let rule = line.split(separator: "\"rule\":\"").dropFirst().first?
                    .prefix { $0 != "\"" }
                rules[String(rule ?? "none"), default: 0] += 1
            }
        }
        #expect(verdicts == mutants.count)
        #expect(rules["none"] == nil && rules.count >= 8, "\(rules)")
        print("\(mutants.count) mutations refused by \(rules.count) rules: \(rules)")
    }

    /// Every bit of the first and last kilobyte changed.
    private static func bitFlips(_ bytes: [UInt8]) -> [[UInt8]] {
        let places = bytes.indices.filter { $0 < 1024 || $0 >= bytes.count - 1024 }
        return places.flatMap { place in
            (0..<8).map { bit in
                var mutant = bytes
                mutant[place] ^= 1 << UInt8(bit)
                return mutant
            }
        }
    }

    /// Cuts, additions, and other ways to write the outermost items.
    private static func structural(_ bytes: [UInt8]) -> [[UInt8]] {
        var mutants = stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[..<$0]) }
        mutants.append(bytes + [0])
        mutants.append(bytes + bytes)
        mutants.append([0xD8, 0x12] + bytes.dropFirst())  // tag 18 in two bytes
        mutants.append(Array(bytes.dropFirst()))  // no tag
        mutants.append([bytes[0], 0x9F] + bytes.dropFirst(2) + [0xFF])  // indefinite length
        mutants.append([bytes[0], 0x5A, 0x40, 0, 0, 0])  // one gigabyte claimed
        mutants.append([bytes[0], 0x9B] + [UInt8](repeating: 0xFF, count: 8))
        mutants.append([UInt8](repeating: 0x81, count: 60_000))  // depth
        mutants.append([UInt8](repeating: 0, count: 69_000))
        return mutants
    }
}
