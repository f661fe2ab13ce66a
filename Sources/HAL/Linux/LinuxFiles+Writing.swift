// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

extension LinuxFiles {
    /// Writes a text to a file of the kernel in one piece; what was read of it before is forgotten.
    mutating func write(_ text: String, to path: String) throws(WriteFailure) {
        forget()
        let descriptor = open(root + path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw WriteFailure(SystemError("open", path)) }
        defer { Glibc.close(descriptor) }
        let bytes = Array(text.utf8)
        while true {
            let count = Glibc.write(descriptor, bytes, bytes.count)
            if count == bytes.count { return }
            if count < 0 && errno == EINTR { continue }
            throw WriteFailure(SystemError("write", path, code: count < 0 ? errno : EIO))
        }
    }

    /// Writes a text to a file whose group the system has yet to set, as udev does with one that
    /// has just appeared.
    mutating func writeNew(_ text: String, to path: String) throws(WriteFailure) {
        let deadline = MonotonicClock.now() + 1000 * HALLimits.deviceRightsMilliseconds
        while true {
            do throws(WriteFailure) {
                return try write(text, to: path)
            } catch {
                guard error.fault == .accessDenied, MonotonicClock.now() < deadline else {
                    throw error
                }
                MonotonicClock.sleep(until: MonotonicClock.now() + 10_000)
            }
        }
    }

    /// A whole number in a file that was written to.
    mutating func readBack(_ path: String) throws(WriteFailure) -> Int64 {
        do throws(ReadFault) {
            return try LinuxText.integer(try read(path))
        } catch {
            throw WriteFailure(error.fault, "read back", path)
        }
    }
}

extension WriteFailure {
    /// What a failed system call means for what was to be written.
    init(_ error: SystemError) {
        let isRange = error.code == EINVAL || error.code == ERANGE
        self.init(isRange ? .outOfRange : ReadFault(error).fault, error.operation, error.place)
    }
}
