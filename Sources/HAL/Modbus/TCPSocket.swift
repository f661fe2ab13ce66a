// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Telemetry

/// Connecting a socket within a limit of time.
enum TCPSocket {
    /// A connected, non-blocking socket.
    ///
    /// - Parameters:
    ///   - address: where to connect.
    ///   - place: its name for errors.
    ///   - deadline: when to give up, by `MonotonicClock`.
    /// - Returns: the descriptor.
    /// - Throws: `ModbusFailure`.
    static func connect(
        to address: HostAddress, _ place: String, deadline: Int64
    ) throws(ModbusFailure) -> CInt {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(address.family, CInt(kind), CInt(IPPROTO_TCP))
        guard descriptor >= 0 else { throw ModbusFailure(system: "socket", place) }
        do throws(ModbusFailure) {
            setOptions(descriptor)
            try start(descriptor, address, place, deadline)
            return descriptor
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private static func start(
        _ descriptor: CInt, _ address: HostAddress, _ place: String, _ deadline: Int64
    ) throws(ModbusFailure) {
        let result = address.bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return CInt(-1) }
            return Glibc.connect(
                descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
        if result == 0 { return }
        guard errno == EINPROGRESS else { throw unreachable(errno, place) }
        guard try isReady(descriptor, for: POLLOUT, place, deadline) else {
            throw unreachable(ETIMEDOUT, place)
        }
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
            throw ModbusFailure(system: "connect", place)
        }
        guard code == 0 else { throw unreachable(code, place) }
    }

    /// Whatever kept a connection from being made, the host was not reached.
    private static func unreachable(_ code: CInt, _ place: String) -> ModbusFailure {
        ModbusFailure(.notConnected, "connect", place, code: code)
    }

    /// Whether one of `events` (poll(2)) or the end of the connection came before the deadline.
    ///
    /// - Throws: `ModbusFailure`.
    static func isReady(
        _ descriptor: CInt, for events: CInt, _ place: String, _ deadline: Int64
    ) throws(ModbusFailure) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let patience = max(0, deadline - MonotonicClock.now())
            let count = poll(&wanted, 1, CInt((patience + 999) / 1000))
            if count >= 0 { return count > 0 }
            guard errno == EINTR else { throw ModbusFailure(system: "poll", place) }
        }
    }

    /// No delay, as requests are small and awaited; keep-alive, so that a host that vanished is
    /// noticed between polls. Failure is harmless.
    private static func setOptions(_ descriptor: CInt) {
        let options: [(CInt, CInt, CInt)] = [
            (CInt(IPPROTO_TCP), TCP_NODELAY, 1), (SOL_SOCKET, SO_KEEPALIVE, 1),
            (CInt(IPPROTO_TCP), TCP_KEEPIDLE, 30), (CInt(IPPROTO_TCP), TCP_KEEPINTVL, 10),
            (CInt(IPPROTO_TCP), TCP_KEEPCNT, 3),
        ]
        for (level, name, value) in options {
            var value = value
            setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
        }
    }
}
