// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Platform

extension Doctor {
    /// Judges what becomes of GPIO outputs when the daemon dies.
    ///
    /// - Parameters:
    ///   - configuration: the configuration.
    ///   - hasGuard: whether there is a guard process to be had.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Returns: a warning if they would stay driven.
    static func lineFindings(
        _ configuration: Configuration, hasGuard: Bool = GuardProgram.isThere, root: String = ""
    ) -> [Finding] {
        let outputs = configuration.buses.filter { $0.driverName == "gpio" }.flatMap(\.outputs)
        // Of the Raspberry Pi's own pins. Yes and no are Y and N to a parameter of the kernel.
        let parameter = root + "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"
        guard !outputs.isEmpty, line(parameter) == "Y" else { return [] }
        let cause: String
        if !hasGuard {
            cause = "\(GuardProgram.path) is not there"
        } else if !speaksLines(line(root + "/proc/sys/kernel/osrelease")) {
            cause = "halcyon-guard needs Linux 5.10"
        } else {
            return []
        }
        return [
            Finding(
                "GPIO outputs", .warning,
                "the kernel leaves them driven if the daemon is killed, and \(cause)",
                next: "install halcyon-guard, or set dtparam=strict_gpiod in config.txt")
        ]
    }

    /// Whether a kernel of that release lets the guard process request lines.
    private static func speaksLines(_ release: String) -> Bool {
        let numbers = release.split { !$0.isNumber }.prefix(2).map { Int($0) ?? 0 }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 10)
    }

    private static func line(_ path: String) -> String {
        let bytes = (try? File.read(path, bytesMax: 256)) ?? []
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}
