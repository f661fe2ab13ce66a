// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A real serial line at 19200 8N1, opened as a slave does: raw, whatever it was before.
final class SerialPort: Sendable {
    /// Two ports that are joined by a cable, `HALCYON_RTU_PORTS=A,B`.
    static let joined: (String, String)? = {
        let names = getenv("HALCYON_RTU_PORTS").map { String(cString: $0) }?.split(separator: ",")
        guard let names, names.count == 2 else { return nil }
        return (String(names[0]), String(names[1]))
    }()

    let descriptor: CInt

    init(_ device: String) throws {
        descriptor = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(descriptor >= 0, "\(device): errno \(errno)")
        var settings = termios()
        try #require(tcgetattr(descriptor, &settings) == 0)
        cfmakeraw(&settings)
        cfsetspeed(&settings, speed_t(B19200))
        settings.c_cflag |= tcflag_t(CREAD | CLOCAL)
        try #require(tcsetattr(descriptor, TCSANOW, &settings) == 0)
        tcflush(descriptor, TCIOFLUSH)
    }

    deinit { close(descriptor) }
}
