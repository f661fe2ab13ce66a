// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

/// A serial line that is only listened to: 8 data bits, no parity, nobody else on it.
final class SerialInput: Sendable {
    private let descriptor: CInt

    /// Opens and locks `path`.
    init(_ path: String, baud: Int) throws(ReadFault) {
        let flags = O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
        let opened = Glibc.open(path, flags)
        guard opened >= 0 else { throw ReadFault(SystemError("open", path)) }
        do throws(ReadFault) {
            try Self.set(opened, path, baud)
        } catch {
            Glibc.close(opened)
            throw error
        }
        descriptor = opened
    }

    private static func set(
        _ descriptor: CInt, _ path: String, _ baud: Int
    ) throws(ReadFault) {
        guard isatty(descriptor) == 1 else { throw ReadFault(.missing) }
        // Two readers of one line would each get a part of it.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw ReadFault(.busy) }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            throw ReadFault(SystemError("tcgetattr", path))
        }
        cfmakeraw(&settings)
        // Neither modem lines nor a full buffer stop the receiver.
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~tcflag_t(CSTOPB)
        settings.c_iflag |= tcflag_t(IGNBRK)
        cfsetspeed(&settings, speed(baud))
        guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else {
            throw ReadFault(SystemError("tcsetattr", path))
        }
        // What came at another speed, or long ago, is worth nothing.
        tcflush(descriptor, TCIFLUSH)
    }

    /// Waits for bytes and takes them; `nil` if `wake` can be read first.
    func read(wake: CInt) throws(ReadFault) -> [UInt8]? {
        var wanted = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&wanted, 2, -1) < 0 {
            guard errno == EINTR || errno == EAGAIN else {
                throw ReadFault(SystemError("poll", "line"))
            }
        }
        if wanted[1].revents != 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: NMEALimits.chunkBytesMax)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        // An adapter that was unplugged shows as the end of the file or as an error.
        guard count > 0 else {
            if count < 0 && (errno == EAGAIN || errno == EINTR) { return [] }
            throw ReadFault(.missing)
        }
        return Array(bytes.prefix(count))
    }

    /// Lets others lock the line, which is closed when the last reference goes.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { Glibc.close(descriptor) }

    private static func speed(_ baud: Int) -> speed_t {
        switch baud {
        case 4800: speed_t(B4800)
        case 19_200: speed_t(B19200)
        case 38_400: speed_t(B38400)
        case 57_600: speed_t(B57600)
        case 115_200: speed_t(B115200)
        default: speed_t(B9600)
        }
    }
}
