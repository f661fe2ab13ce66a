// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import Platform

/// The board's watchdog timer: it resets the board unless it is fed in time (the kernel's
/// `Documentation/watchdog/watchdog-api.rst`).
///
/// Opening it starts it. A process that dies without `stop` leaves it running, so the board starts
/// anew unless another process opens it in time.
public final class HardwareWatchdog {
    /// The device, `/dev/watchdog0`.
    public let path: String
    /// What the driver calls itself.
    public let identity: String
    /// The time within which it must be fed, in seconds, as the driver took it.
    public let timeoutSeconds: Int
    /// Whether the driver lets itself be stopped (`WDIOF_MAGICCLOSE`).
    public let canStop: Bool

    private var descriptor: CInt

    // _IOR('W', N, int) and friends: direction, size, letter, number (ioctl.h of the kernel). Swift
    // can't import macros that compute them.
    private static let getSupport: UInt = 0x8028_5700
    private static let keepAlive: UInt = 0x8004_5705
    private static let setTimeout: UInt = 0xC004_5706
    private static let getTimeLeft: UInt = 0x8004_570A
    /// `struct watchdog_info`: options, firmware version, 32 bytes of text.
    private static let infoBytes = 40
    private static let magicClose: UInt32 = 0x0100

    /// Opens the watchdog, which starts it, and sets its time.
    ///
    /// - Parameters:
    ///   - path: the device.
    ///   - timeoutSeconds: the time within which it must be fed; the driver takes the nearest that
    ///     it can keep.
    /// - Throws: `SystemError`: `EBUSY` if another process has it, `EINVAL` for a time that the
    ///   driver refuses.
    public init(_ path: String, timeoutSeconds: Int) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        self.path = path
        self.descriptor = descriptor
        var info = [UInt8](repeating: 0, count: Self.infoBytes)
        var seconds = CInt(clamping: timeoutSeconds)
        let hasInfo = ioctl(descriptor, Self.getSupport, &info) == 0
        let options = info[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        canStop = hasInfo && options & Self.magicClose != 0
        identity = String(decoding: info[8...].prefix { $0 != 0 }, as: UTF8.self)
        guard ioctl(descriptor, Self.setTimeout, &seconds) == 0 else {
            let error = SystemError("set timeout", path)
            Self.end(descriptor)
            throw error
        }
        self.timeoutSeconds = Int(seconds)
    }

    deinit {
        // Without the magic character: whoever forgot to stop it may be dying.
        if descriptor >= 0 { close(descriptor) }
    }

    /// Begins its time anew.
    ///
    /// - Throws: `SystemError`.
    public func feed() throws(SystemError) {
        var unused: CInt = 0
        guard ioctl(descriptor, Self.keepAlive, &unused) == 0 else {
            throw SystemError("keep alive", path)
        }
    }

    /// The seconds until it resets the board; `nil` if the driver can't tell.
    public var secondsLeft: Int? {
        var seconds: CInt = 0
        return ioctl(descriptor, Self.getTimeLeft, &seconds) == 0 ? Int(seconds) : nil
    }

    /// Stops it, if the driver lets it be stopped, and closes it. It can't be fed afterwards.
    public func stop() {
        guard descriptor >= 0 else { return }
        Self.end(descriptor)
        descriptor = -1
    }

    /// The character that says that closing is meant.
    private static func end(_ descriptor: CInt) {
        _ = write(descriptor, "V", 1)
        close(descriptor)
    }
}
