// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

/// A file that holds the state of one simulated output, written as the kernel's own files are: by a
/// single write of a record of fixed length, so that it is never seen half-done.
struct SimulatedStateFile {
    private static let recordBytes = 32

    let path: String
    private let folder: String

    init(folder: String, point: String) {
        self.folder = folder
        path = "\(folder)/\(point.replacing("/", with: "."))"
    }

    /// Whether the folder is there, as a device would be.
    var hasFolder: Bool { access(folder, F_OK) == 0 }

    /// The record of a value: its text, blanks, and the end of the line.
    static func record(_ value: Value) -> String {
        let text = "\(value)"
        let blanks = max(0, recordBytes - 1 - text.utf8.count)
        return text + String(repeating: " ", count: blanks) + "\n"
    }

    /// The state.
    func read() throws(ReadFault) -> Value {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(path, bytesMax: Self.recordBytes)
        } catch {
            throw ReadFault(error)
        }
        let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        if text == "true" || text == "false" { return .boolean(text == "true") }
        guard let level = Double(text), level.isFinite else { throw ReadFault(.malformedValue) }
        return .number(level)
    }

    /// Sets the state.
    func write(_ value: Value) throws(ReadFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw ReadFault(SystemError("open", path)) }
        defer { close(descriptor) }
        let bytes = Array(Self.record(value).utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw ReadFault(SystemError("write", path))
        }
    }
}
