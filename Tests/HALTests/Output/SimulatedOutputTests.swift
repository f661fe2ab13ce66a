// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@Suite struct SimulatedOutputTests {
    static func driver(
        _ waveforms: [String], faults: [String] = [], stateFolder: String? = nil,
        delay: Int64 = 0
    ) throws -> SimulatedDriver {
        let points = try waveforms.enumerated().map { index, text in
            SimulatedPointDefinition(
                polled: PolledPoint(point: .test("out/\(index)"), periodMilliseconds: 1000),
                waveform: try SimulatedWaveform(parsing: text),
                writeFaults: try faults.map { try SimulatedFault(parsing: $0) })
        }
        let device = SimulatedDeviceDefinition(
            name: "out", points: points, delayMilliseconds: delay, timeoutMilliseconds: 50)
        return try SimulatedDriver([device], seed: 1, stateFolder: stateFolder)
    }

    static let level = OutputContract.Sample(
        values: [.number(0), .number(37.5), .number(-2)], wrongType: .boolean(true),
        outOfRange: .number(1e16))

    @Test("the simulated outputs keep the contract, in memory and in files", arguments: [0, 2])
    func contract(delay: Int64) async throws {
        let folder = try TemporaryFolder()
        for stateFolder in [nil, folder.path] {
            try await OutputContract.check(.state) {
                try Self.driver(
                    ["output:true", "output:false", "constant:true"], stateFolder: stateFolder,
                    delay: delay)
            }
            try await OutputContract.check(Self.level) {
                try Self.driver(
                    ["output:5", "constant:5", "output:1.5"],
                    stateFolder: stateFolder, delay: delay)
            }
            folder.remove("/out.0")
            folder.remove("/out.2")
            try await DriverContract.check(stable: true) {
                try Self.driver(["output:true", "output:7"], stateFolder: stateFolder)
            }
        }
    }

    @Test("outputs of hardware that is absent fail with a type")
    func absent() async throws {
        try await OutputContract.checkAbsent(.state) {
            try Self.driver(["output:true"], stateFolder: "/nonexistent/folder")
        }
        try await OutputContract.checkAbsent(.state) {
            try Self.driver(["output:true"], faults: ["not-connected"])
        }
        try await OutputContract.checkAbsent(.state) {
            try Self.driver(["output:true"], delay: 51)
        }
    }

    @Test("a state in a file outlives the driver, and its fallback sets it without one")
    func stateFile() async throws {
        let folder = try TemporaryFolder()
        let index = OutputIndex(device: 0, point: 0)
        let first = try Self.driver(["output:false"], stateFolder: folder.path)
        try await first.write(.boolean(true), to: index)
        let second = try Self.driver(["output:false"], stateFolder: folder.path)
        #expect(await second.read(device: 0, points: [0]) == [.good(.boolean(true))])
        let fallback = try #require(await second.fallback(.boolean(false), of: index))
        #expect(fallback.path == folder.path + "/out.0")
        try folder.write(fallback.text, to: "/out.0")
        #expect(await second.read(device: 0, points: [0]) == [.good(.boolean(false))])
        try folder.write("maybe", to: "/out.0")
        #expect(await second.read(device: 0, points: [0]) == [.bad(.malformedValue)])
        #expect(await second.fallback(.boolean(false), of: OutputIndex(device: 0, point: 1)) == nil)
    }

    @Test("writes fail on demand: without effect if they read back otherwise, else with it")
    func faults() async throws {
        let index = OutputIndex(device: 0, point: 0)
        for (word, shows) in [("output-differs", false), ("timeout", true), ("busy", true)] {
            let driver = try Self.driver(["output:false"], faults: ["\(word):every:2"])
            try await driver.write(.boolean(false), to: index)
            let failure = await #expect(throws: WriteFailure.self) {
                try await driver.write(.boolean(true), to: index)
            }
            #expect(failure?.fault.word == word)
            #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(shows))])
        }
    }

    @Test(
        "an output of another form is refused", arguments: ["output:", "output:on", "output:1,2"])
    func refused(text: String) {
        let error = #expect(throws: HALError.self) { try SimulatedWaveform(parsing: text) }
        #expect(error?.rule == .malformedWaveform)
    }
}
