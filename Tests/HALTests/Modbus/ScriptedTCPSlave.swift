// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization
import Testing

/// A Modbus TCP server that follows a script, one connection at a time.
final class ScriptedTCPSlave: Sendable {
    let port: Int
    private let slave: ScriptedSlave
    private let accepted = Atomic(0)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// A server on a free port of the loopback interface, or on `port`.
    init(port: Int = 0, isIPv6: Bool = false, _ script: @escaping SlaveScript) throws {
        let listener = try Loopback.listener(port: port, isIPv6: isIPv6, backlog: 8)
        self.port = Loopback.port(listener)
        slave = ScriptedSlave(script)
        DispatchQueue(label: "scripted slave").async {
            self.serve(listener)
            close(listener)
            self.hasEnded.signal()
        }
    }

    /// A server that answers everything as asked, after `actions` for the first request.
    convenience init(first actions: @escaping @Sendable ([UInt8]) -> [SlaveAction]) throws {
        try self.init { index, request in
            index == 0 ? actions(request) : [.send(Frames.tcp(request))]
        }
    }

    var requests: [SeenRequest] { slave.requests }
    /// How many connections were made.
    var connections: Int { accepted.load(ordering: .relaxed) }

    /// Ends the server and waits until it has ended.
    func stop() {
        slave.stop()
        hasEnded.wait()
    }

    private func serve(_ listener: CInt) {
        while !slave.isStopping {
            var wanted = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, 20) > 0 else { continue }
            let connection = accept(listener, nil, nil)
            // Not for children of other tests, which would keep it open.
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            guard connection >= 0 else { continue }
            accepted.add(1, ordering: .relaxed)
            while let request = slave.receive(connection, length: Frames.tcpRequestLength),
                slave.play(
                    request, { _ = send(connection, $0, $0.count, CInt(MSG_NOSIGNAL)) })
            {}
            close(connection)
        }
    }
}

/// Sockets on the loopback interface.
enum Loopback {
    /// A listening socket.
    static func listener(port: Int, isIPv6: Bool, backlog: CInt) throws -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        try #require(descriptor >= 0)
        var yes: CInt = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        let bound = isIPv6 ? bind6(descriptor, port) : bind4(descriptor, port)
        try #require(bound == 0 && listen(descriptor, backlog) == 0)
        return descriptor
    }

    /// The port of a listening socket.
    static func port(_ descriptor: CInt) -> Int {
        // Family and port lie alike in both kinds of address.
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return Int(UInt16(bigEndian: address.sin6_port))
    }

    /// A port that nobody listens on.
    static func freePort() throws -> Int {
        let descriptor = try listener(port: 0, isIPv6: false, backlog: 1)
        defer { close(descriptor) }
        return port(descriptor)
    }

    /// Whether this machine has `::1`.
    static let hasIPv6: Bool = {
        guard let descriptor = try? listener(port: 0, isIPv6: true, backlog: 1) else {
            return false
        }
        close(descriptor)
        return true
    }()

    private static func bind4(_ descriptor: CInt, _ port: Int) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func bind6(_ descriptor: CInt, _ port: Int) -> CInt {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = UInt16(port).bigEndian
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
