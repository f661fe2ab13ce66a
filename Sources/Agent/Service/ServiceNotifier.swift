// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Tells systemd how the service is, by datagrams to its socket (sd_notify(3)).
public struct ServiceNotifier: Sendable {
    private let path: String?
    /// How often systemd wants to hear from the service, in milliseconds; `nil` if it does not.
    public let watchdogMilliseconds: Int64?

    /// A notifier for the socket and watchdog that the environment names, if any.
    public init() {
        path = getenv("NOTIFY_SOCKET").map { String(cString: $0) }
        let period = getenv("WATCHDOG_USEC").flatMap { Int64(String(cString: $0)) }
        // WATCHDOG_PID names the process that is meant; a child inherits the variables.
        let process = getenv("WATCHDOG_PID").flatMap { pid_t(String(cString: $0)) }
        let isMeant = process == nil || process == getpid()
        watchdogMilliseconds = isMeant ? period.map { max($0 / 1000, 1) } : nil
    }

    /// Sends assignments such as `READY=1`, one a line. Without a socket it does nothing.
    public func send(_ state: String) {
        guard let path, var address = Self.address(path) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let offset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        let length = socklen_t(offset + path.utf8.count)
        let bytes = Array(state.utf8)
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// The socket's address; a leading `@` stands for the abstract namespace.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            return nil
        }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
