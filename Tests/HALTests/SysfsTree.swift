// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import TestSupport

/// Devices of the kernel's buses as files in a folder: each in its place below `/sys/devices`, with a
/// link to it from its bus, as the kernel has them.
struct SysfsTree {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Adds the files of a device by its entry of a bus, `/sys/bus/iio/devices/iio:device0`, and what
    /// it belongs to, `soc/i2c-1/1-0076`.
    func add(_ entry: String, of parent: String, _ files: [String: String]) throws {
        let name = entry.split(separator: "/").last.map(String.init) ?? ""
        for (file, text) in files {
            try folder.write(text, to: "/sys/devices/\(parent)/\(name)/\(file)")
        }
        try folder.link(entry, to: "../../../devices/\(parent)/\(name)")
    }

    /// A driver with one point for each channel.
    func driver(_ points: [LinuxPointDefinition]) throws -> LinuxDriver {
        try LinuxDriver(
            [LinuxDeviceDefinition(name: "host", points: points)], root: folder.path)
    }

    /// A driver with one point for each channel that is only read.
    func driver(_ channels: [String]) throws -> LinuxDriver {
        try driver(
            channels.enumerated().map {
                LinuxTree.definition(
                    try LinuxChannel(parsing: $0.element), name: "host/\($0.offset)")
            })
    }

    /// The text of a file.
    func text(_ path: String) -> String? {
        guard let file = fopen(folder.path + path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
