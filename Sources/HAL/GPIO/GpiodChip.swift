// SPDX-License-Identifier: Apache-2.0

internal import CGpiod
internal import Glibc

/// An open chip of libgpiod.
// `handle` never changes and is closed with the last reference; the library's own state behind it
// is touched by the driver's thread alone.
final class GpiodChip: GPIOChip, @unchecked Sendable {
    let name: String
    let path: String
    let label: String
    let lineCount: Int
    private let handle: OpaquePointer

    /// Takes over an open chip; `nil`, and closes it, if it went away meanwhile.
    init?(_ handle: OpaquePointer, name: String, path: String) {
        self.handle = handle
        self.name = name
        self.path = path
        let label = withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: Int(CGPIOD_NAME_BYTES)
        ) { buffer in
            cgpiod_chip_label(handle, buffer.baseAddress).map { String(cString: $0) }
        }
        self.label = label ?? ""
        lineCount = min(Int(cgpiod_chip_lines(handle)), GPIOLimits.linesPerChipMax)
        if label == nil { return nil }
    }

    deinit { gpiod_chip_close(handle) }

    func describe(_ offset: Int) -> GPIOLineDescription? {
        var info = cgpiod_line_info()
        guard cgpiod_line_describe(handle, UInt32(offset), &info) == 0 else { return nil }
        return GPIOLineDescription(
            name: withUnsafeBytes(of: info.name, Self.text),
            consumer: withUnsafeBytes(of: info.consumer, Self.text), isUsed: info.is_used,
            isOutput: info.is_output)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    func request(
        _ offset: Int, _ settings: GPIOLineSettings, place: String
    ) throws(GPIOFailure) -> any GPIOLine {
        var wanted = cgpiod_settings(
            is_output: settings.isOutput, initial: settings.initial,
            active_low: settings.isActiveLow, bias: settings.bias.rawValue,
            drive: settings.drive.rawValue, rising: settings.edges.contains(.rising),
            falling: settings.edges.contains(.falling),
            debounce_microseconds: UInt32(settings.debounceMicroseconds))
        guard let line = cgpiod_line_request(handle, UInt32(offset), "halcyon", &wanted) else {
            throw GPIOFailure(system: "request", place)
        }
        return try GpiodLine(line, of: self, offset, settings, place: place)
    }
}
