// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// One question to the resolver, which may take far longer than a bus has time.
///
/// The resolver can't be told when to give up, so it is asked on another thread. Whoever gives up
/// waiting keeps the lookup and finds its answer at the next attempt.
final class HostLookup: Sendable {
    private let answer = Mutex<[HostAddress]?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// Asks for the addresses of a host.
    init(_ host: String, port: Int) {
        DispatchQueue.global().async {
            let found = HostAddress.resolve(host, port: port, isNumeric: false)
            self.answer.withLock { $0 = found }
            self.isDone.signal()
        }
    }

    /// The addresses; `nil` if they are not known within `microseconds`.
    func addresses(waiting microseconds: Int64) -> [HostAddress]? {
        if let known = answer.withLock({ $0 }) { return known }
        _ = isDone.wait(timeout: .now() + .microseconds(Int(microseconds)))
        return answer.withLock { $0 }
    }
}
