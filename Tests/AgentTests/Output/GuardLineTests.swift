// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import TestSupport
import Testing

@testable import Agent
@testable import HAL

/// The real guard process on a kernel whose answers strace(1) gives: a chip without a label that
/// grants every request.
@Suite(.enabled(if: canTrace, "strace can't trace here"))
struct GuardLineTests {
    /// What the guard process asked of chips when its owner was gone, a call each.
    private func calls(_ fallbacks: OutputFallback...) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            #!/bin/sh
            exec /usr/bin/strace -qq -o \(folder.path)/calls -e trace=ioctl \
                -e inject=ioctl:retval=0 \(GuardProgram.path)
            """, to: "/guard")
        chmod(folder.path + "/guard", 0o700)
        let guardian = GuardProcess(program: folder.path + "/guard")
        for (number, fallback) in fallbacks.enumerated() { guardian.learn(number, fallback) }
        guardian.close()
        let bytes = try File.read(folder.path + "/calls", bytesMax: 65_536)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func fallback(
        _ offset: Int, _ level: Bool, label: String = "", _ settings: GPIOLineSettings
    ) -> OutputFallback {
        settings.fallback(
            level, at: LineSlot.Place(path: "/dev/null", label: label, offset: offset))
    }

    @Test("it requests the lines of a process that is gone as outputs at their safe levels")
    func lines() throws {
        let plain = GPIOLineSettings(isOutput: true)
        let wired = GPIOLineSettings(
            isOutput: true, isActiveLow: true, bias: .pullUp, drive: .openDrain)
        let requests = try calls(fallback(17, false, plain), fallback(4, true, wired))
            .filter { $0.contains("GPIO_V2_GET_LINE_IOCTL") }
        try #require(requests.count == 2)
        #expect(requests[0].contains("offsets=[17], consumer=\"halcyon-guard\""))
        #expect(requests[0].contains("{flags=GPIO_V2_LINE_FLAG_OUTPUT, "))
        #expect(requests[0].contains("values=0, mask=0x1}"))
        #expect(requests[1].contains("offsets=[4], "))
        for flag in ["ACTIVE_LOW", "OUTPUT", "OPEN_DRAIN", "BIAS_PULL_UP"] {
            #expect(requests[1].contains("GPIO_V2_LINE_FLAG_\(flag)"))
        }
        #expect(requests[1].contains("values=0x1, mask=0x1}"))
    }

    @Test("a chip that is another one by now it leaves alone, and asks again for a second")
    func otherChip() throws {
        let calls = try calls(fallback(17, false, label: "board", GPIOLineSettings(isOutput: true)))
        #expect(calls.count == 10)
        #expect(calls.allSatisfy { $0.contains("GPIO_GET_CHIPINFO_IOCTL") }, "\(calls)")
    }
}

private let canTrace: Bool = {
    let child = try? ChildProcess("/usr/bin/strace", ["-qq", "-o", "/dev/null", "/bin/true"])
    return child?.finish(seconds: 10).status == 0
}()
