// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A pseudo-terminal: its far end is a serial device to whoever opens `path`.
final class PseudoTerminal: Sendable {
    let master: CInt
    /// The device file.
    let path: String
    /// Keeps the device open, or the master would see a hang-up between two users.
    private let held: CInt

    init() throws {
        var (master, held): (CInt, CInt) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        try #require(openpty(&master, &held, &name, nil, nil) == 0)
        // Not for children of other tests, which would keep it open.
        for descriptor in [master, held] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let path = name.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        var settings = termios()
        tcgetattr(held, &settings)
        cfmakeraw(&settings)
        tcsetattr(held, TCSANOW, &settings)
        self.master = master
        self.path = path
        self.held = held
    }

    deinit {
        close(held)
        close(master)
    }
}
