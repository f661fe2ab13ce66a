// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// A receiver at the far end of a pseudo-terminal that says the same again and again.
final class SpeakingReceiver: Sendable {
    private let isStopped = Atomic(false)
    private let hasEnded = DispatchSemaphore(value: 0)

    init(_ terminal: PseudoTerminal, _ bytes: [UInt8]) {
        DispatchQueue(label: "receiver").async {
            while !self.isStopped.load(ordering: .relaxed) {
                Self.send(terminal, bytes)
                usleep(10_000)
            }
            self.hasEnded.signal()
        }
    }

    convenience init(_ terminal: PseudoTerminal, _ sentences: [String]) {
        self.init(terminal, NMEAFixtures.bytes(sentences))
    }

    /// Falls silent, and returns when it has.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        hasEnded.wait()
    }

    /// Sends what the line takes within a while: nobody may be reading it.
    static func send(_ terminal: PseudoTerminal, _ bytes: [UInt8], milliseconds: CInt = 0) {
        _ = fcntl(terminal.master, F_SETFL, O_RDWR | O_NONBLOCK)
        var wanted = pollfd(fd: terminal.master, events: Int16(POLLOUT), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return }
        _ = write(terminal.master, bytes, bytes.count)
    }
}
