// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

/// What a scripted slave does about a request.
enum SlaveAction: Sendable {
    case send([UInt8])
    case wait(milliseconds: Int)
    case close
}

/// A request as it arrived, and when (`CLOCK_MONOTONIC`, nanoseconds).
struct SeenRequest: Sendable {
    let bytes: [UInt8]
    let arrived: Int64
    /// When the slave began to send its last bytes for it.
    var answered: Int64
}

/// The nth request, counted from zero, and what to do about it.
typealias SlaveScript = @Sendable (Int, [UInt8]) -> [SlaveAction]

/// What scripted slaves on sockets and terminals share: the script and the record of requests.
final class ScriptedSlave: Sendable {
    private let script: SlaveScript
    private let seen = Mutex<[SeenRequest]>([])
    private let stopping = Atomic(false)

    init(_ script: @escaping SlaveScript) { self.script = script }

    /// The requests so far.
    var requests: [SeenRequest] { seen.withLock { $0 } }
    var isStopping: Bool { stopping.load(ordering: .relaxed) }
    func stop() { stopping.store(true, ordering: .relaxed) }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Reads one request, of which `length` says how many bytes it has, as far as those that are
    /// there tell; `nil` at the end of the connection.
    func receive(_ descriptor: CInt, length: ([UInt8]) -> Int) -> SeenRequest? {
        var bytes: [UInt8] = []
        var arrived: Int64 = 0
        while case let length = length(bytes), bytes.count < length {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&wanted, 1, 20)
            if isStopping { return nil }
            guard count > 0 else { continue }
            if bytes.isEmpty { arrived = Self.now() }
            var buffer = [UInt8](repeating: 0, count: length - bytes.count)
            let got = read(descriptor, &buffer, buffer.count)
            guard got > 0 else { return nil }
            bytes += buffer.prefix(got)
        }
        return SeenRequest(bytes: bytes, arrived: arrived, answered: arrived)
    }

    /// Plays the script for a request; `false` when it closes the connection.
    func play(_ request: SeenRequest, _ send: ([UInt8]) -> Void) -> Bool {
        let index = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        for action in script(index, request.bytes) {
            switch action {
            case .send(let bytes):
                let now = Self.now()
                seen.withLock { $0[index].answered = now }
                send(bytes)
            case .wait(let milliseconds): usleep(UInt32(milliseconds) * 1000)
            case .close: return false
            }
        }
        return true
    }
}
