// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Testing

/// A chip of the kernel's `gpio-sim` (Documentation/admin-guide/gpio/gpio-sim.rst): a test moves its
/// lines from outside, as a wire would, and takes it away.
final class SimulatedGPIO {
    /// The folder of the simulator in configfs; `HALCYON_GPIO_SIM` names it, or one chip in it.
    static let folder: String? = getenv("HALCYON_GPIO_SIM").map { variable in
        let path = String(cString: variable)
        return path.hasSuffix("/gpio-sim") ? path : File.folder(of: path)
    }

    static var isThere: Bool { folder != nil }

    let label: String
    private let item: String
    private var lines: String

    /// A chip of that label with a name for each line, which is empty for a line without.
    init(_ label: String, lines names: [String]) throws {
        self.label = label
        item = "\(try #require(Self.folder))/\(label)"
        lines = ""
        try #require(mkdir(item, 0o755) == 0 && mkdir(item + "/bank", 0o755) == 0)
        try Self.write("\(names.count)", item + "/bank/num_lines")
        try Self.write(label, item + "/bank/label")
        for (offset, name) in names.enumerated() where !name.isEmpty {
            let line = "\(item)/bank/line\(offset)"
            try #require(mkdir(line, 0o755) == 0)
            try Self.write(name, line + "/name")
        }
        try plug()
    }

    deinit {
        try? unplug()
        for offset in 0..<64 { rmdir("\(item)/bank/line\(offset)") }
        rmdir(item + "/bank")
        rmdir(item)
    }

    /// Brings the chip to life.
    func plug() throws {
        try Self.write("1", item + "/live")
        let device = try Self.read(item + "/dev_name")
        let chip = try Self.read(item + "/bank/chip_name")
        lines = "/sys/devices/platform/\(device)/\(chip)"
    }

    /// Takes the chip away from whoever uses it.
    func unplug() throws { try Self.write("0", item + "/live") }

    /// Calls a line otherwise; the chip must be away.
    func rename(_ offset: Int, _ name: String) throws {
        try Self.write(name, "\(item)/bank/line\(offset)/name")
    }

    /// Pulls an input to a level.
    func pull(_ offset: Int, _ level: Bool) throws {
        try Self.write(
            level ? "pull-up" : "pull-down", "\(lines)/sim_gpio\(offset)/pull")
    }

    /// Pulls an input to and fro as fast as the kernel takes it.
    func storm(_ offset: Int, pulses: Int) throws {
        let path = "\(lines)/sim_gpio\(offset)/pull"
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        for _ in 0..<pulses {
            _ = pwrite(descriptor, "pull-up", 7, 0)
            _ = pwrite(descriptor, "pull-down", 9, 0)
        }
    }

    /// The level of a line as the outside sees it.
    func value(_ offset: Int) throws -> Bool {
        try Self.read("\(lines)/sim_gpio\(offset)/value") == "1"
    }

    private static func write(_ text: String, _ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "\(path)")
        defer { close(descriptor) }
        try #require(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count, "\(path)")
    }

    private static func read(_ path: String) throws -> String {
        let bytes = try File.read(path, bytesMax: 4096)
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
