// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Telemetry

/// Exclusive use of a serial device: two masters on one line corrupt each other's frames.
///
/// A lock on the open file (`flock`) excludes those who lock too, root included; the terminal's
/// exclusive mode (`TIOCEXCL`) refuses every later open without CAP_SYS_ADMIN.
final class SerialLock {
    private let descriptor: CInt

    /// Locks `device` before anything about it is changed.
    init(_ device: String) throws(ModbusFailure) {
        let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
        descriptor = Glibc.open(device, flags)
        guard descriptor >= 0 else { throw ModbusFailure(system: "open", device) }
        guard isatty(descriptor) == 1 else {
            Glibc.close(descriptor)
            throw ModbusFailure(.missing, "open", device, code: ENOTTY)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = ModbusFailure(system: "lock", device)
            Glibc.close(descriptor)
            throw failure
        }
    }

    /// Refuses later opens. Called after libmodbus has opened the device for itself.
    func refuseOthers() {
        _ = ioctl(descriptor, UInt(TIOCEXCL))
    }

    deinit {
        _ = ioctl(descriptor, UInt(TIOCNXCL))
        Glibc.close(descriptor)
    }
}
