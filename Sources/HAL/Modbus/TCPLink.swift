// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Telemetry

/// Modbus over TCP: one connection to a server or gateway (Messaging on TCP/IP Guide V1.0b).
///
/// Without libmodbus, of which nothing would be left: its connect waits for each address of a name
/// in turn, uses `select` on descriptors of any size and sets no options on IPv6 sockets; it
/// compares the transaction identifier of an answer, but neither its unit identifier nor its
/// length; and it takes an answer in three steps of two system calls where one step will do.
final class TCPLink: ModbusLink {
    private static let headerBytes = 6
    /// A connection that was used so lately has not been closed for being idle.
    private static let busyMicroseconds: Int64 = 2_000

    private let host: String
    private let port: Int
    private let place: String
    private var descriptor: CInt = -1
    private var lookup: HostLookup?
    private var transaction: UInt16 = 0
    private var lastAnswer: Int64 = 0
    var isOpen: Bool { descriptor >= 0 }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
        place = ModbusEndpoint.tcp(host: host, port: port).description
    }

    deinit { close() }

    func open(deadline: Int64) throws(ModbusFailure) {
        if isOpen, MonotonicClock.now() < lastAnswer + Self.busyMicroseconds || !hasEnded { return }
        close()
        let addresses = try addresses(deadline: deadline)
        var failure = ModbusFailure(.notConnected, "resolve", place)
        for (index, address) in addresses.enumerated() {
            // Every address gets its share of the time that is left.
            let now = MonotonicClock.now()
            let share = max(0, deadline - now) / Int64(addresses.count - index)
            do throws(ModbusFailure) {
                descriptor = try TCPSocket.connect(to: address, place, deadline: now + share)
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    func begin() {}

    func attempt(
        _ request: ModbusRequest, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        do throws(ModbusFailure) {
            return try exchange(request, deadline, &frame)
        } catch {
            // Whatever comes later on this connection could belong to this request.
            if !error.isRefusal { close() }
            throw error
        }
    }

    let canBroadcast = false

    func broadcast(_ request: ModbusRequest, deadline: Int64) throws(ModbusFailure) {
        throw ModbusFailure(.missing, "broadcast", place)
    }

    func wireMicroseconds(_ request: ModbusRequest) -> Int64 { 0 }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        descriptor = -1
    }

    private func exchange(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        transaction &+= 1
        try send(request)
        let count = try receive(request, deadline, &frame)
        lastAnswer = MonotonicClock.now()
        switch request.judge(frame, Self.headerBytes..<count) {
        case .data(let span): return span
        case .refused(let fault), .wrong(let fault):
            throw ModbusFailure(fault, "receive", place)
        }
    }

    /// Receives one answer, all of which must be there by the deadline.
    ///
    /// - Returns: how many bytes it has, the header included.
    /// - Throws: `ModbusFailure`; `malformedAnswer` as soon as the header is none of this request.
    private func receive(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) -> Int {
        let refusal = 3
        let answers = request.answerByteCounts
        var count = 0
        // No more than the shortest answer before the header has told the length.
        var wanted = Self.headerBytes + answers.lowerBound
        precondition(frame.count >= Self.headerBytes + answers.upperBound)
        while count < wanted {
            guard try TCPSocket.isReady(descriptor, for: POLLIN, place, deadline) else {
                throw ModbusFailure(.timeout, "receive", place, code: ETIMEDOUT)
            }
            let got = frame.withUnsafeMutableBytes { bytes in
                recv(descriptor, bytes.baseAddress?.advanced(by: count), wanted - count, 0)
            }
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            guard got >= 0 else { throw ModbusFailure(system: "receive", place) }
            guard got > 0 else { throw ModbusFailure(.connectionClosed, "receive", place) }
            count += got
            guard count >= Self.headerBytes else { continue }
            let length = Int(frame[4]) << 8 | Int(frame[5])
            wanted = Self.headerBytes + length
            guard UInt16(frame[0]) << 8 | UInt16(frame[1]) == transaction,
                frame[2] == 0, frame[3] == 0, count <= wanted,
                length == refusal || answers.contains(length)
            else { throw ModbusFailure(.malformedAnswer, "receive", place) }
        }
        return count
    }

    private func send(_ request: ModbusRequest) throws(ModbusFailure) {
        let body = request.bytes
        let header: [UInt8] = [
            UInt8(transaction >> 8), UInt8(transaction & 0xff), 0, 0, 0, UInt8(body.count),
        ]
        let bytes = header + body
        let sent = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        guard sent >= 0 else { throw ModbusFailure(system: "send", place) }
        guard sent == bytes.count else { throw ModbusFailure(.connectionClosed, "send", place) }
    }

    /// Whether the server has closed the idle connection, or sent what nobody asked for.
    private var hasEnded: Bool {
        var byte: UInt8 = 0
        let flags = CInt(MSG_PEEK | MSG_DONTWAIT)
        let count = recv(descriptor, &byte, 1, flags)
        return count >= 0 || (errno != EAGAIN && errno != EINTR)
    }

    private func addresses(deadline: Int64) throws(ModbusFailure) -> [HostAddress] {
        let numeric = HostAddress.resolve(host, port: port, isNumeric: true)
        if !numeric.isEmpty { return numeric }
        let lookup = self.lookup ?? HostLookup(host, port: port)
        self.lookup = lookup
        let patience = max(0, deadline - MonotonicClock.now())
        guard let found = lookup.addresses(waiting: patience) else {
            throw ModbusFailure(.notConnected, "resolve", place, code: ETIMEDOUT)
        }
        self.lookup = nil
        guard !found.isEmpty else { throw ModbusFailure(.notConnected, "resolve", place) }
        return found
    }
}
