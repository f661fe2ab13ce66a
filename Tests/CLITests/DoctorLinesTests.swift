// SPDX-License-Identifier: Apache-2.0

import Agent
import TestSupport
import Testing

@testable import halcyon

/// What the doctor says of GPIO outputs, on kernels made of files.
@Suite struct DoctorLinesTests {
    private func findings(
        persists: String?, release: String = "6.12.47+rpt-rpi-v8", hasGuard: Bool,
        output: Bool = true
    ) throws -> [Finding] {
        let folder = try TemporaryFolder()
        if let persists {
            try folder.write(
                persists + "\n",
                to: "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs")
        }
        try folder.write(release + "\n", to: "/proc/sys/kernel/osrelease")
        try folder.write(
            """
            [[bus]]
            name = "pins"
            driver = "gpio"
            [[device]]
            name = "pump"
            bus = "pins"
            [[device.point]]
            name = "relay"
            unit = "/"
            line = "GPIO17"
            \(output ? "mode = \"output\"\n[device.point.output]\nsafe = false" : "")
            """, to: "/halcyon.toml")
        let loaded = try ConfigurationReader.load(folder.path + "/halcyon.toml")
        return Doctor.lineFindings(
            loaded.configuration, hasGuard: hasGuard, root: folder.path)
    }

    @Test("outputs that a kernel leaves driven are nothing to say where the guard process helps")
    func silent() throws {
        #expect(try findings(persists: "Y", hasGuard: true).isEmpty)
        #expect(try findings(persists: "Y", release: "5.10.0", hasGuard: true).isEmpty)
        #expect(try findings(persists: "N", hasGuard: false).isEmpty)
        #expect(try findings(persists: nil, hasGuard: false).isEmpty)
        #expect(try findings(persists: "Y", hasGuard: false, output: false).isEmpty)
    }

    @Test("where it is not there, or the kernel is too old for it, that is a warning")
    func warnings() throws {
        let absent = try findings(persists: "Y", hasGuard: false)
        #expect(absent.map(\.state) == [.warning])
        #expect(absent.first?.detail.hasSuffix("halcyon-guard is not there") == true)
        let old = try findings(persists: "Y", release: "5.4.83-v7l+", hasGuard: true)
        #expect(old.map(\.state) == [.warning])
        #expect(old.first?.detail.hasSuffix("needs Linux 5.10") == true)
    }
}
