// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Does one blocking thing at a time on a thread of its own and waits for it no longer than told.
///
/// A read of the kernel's files can't be broken off. One that hangs keeps its thread; until it
/// returns, nothing else is begun.
final class BoundedCall: Sendable {
    private let queue: DispatchQueue
    private let isBusy = Atomic(false)

    init(label: String) { queue = DispatchQueue(label: label) }

    /// What `work` gives; `nil` if that takes longer than `milliseconds`, or earlier work hangs.
    func run<Result: Sendable>(
        milliseconds: Int64, _ work: @escaping @Sendable () -> Result
    ) -> Result? {
        let (isMine, _) = isBusy.compareExchange(
            expected: false, desired: true, ordering: .acquiringAndReleasing)
        guard isMine else { return nil }
        let answer = Answer<Result>()
        queue.async {
            let result = work()
            answer.value.withLock { $0 = result }
            self.isBusy.store(false, ordering: .releasing)
            answer.isThere.signal()
        }
        let limit = DispatchTime.now() + .milliseconds(Int(milliseconds))
        guard answer.isThere.wait(timeout: limit) == .success else { return nil }
        return answer.value.withLock { $0 }
    }

    private final class Answer<Result: Sendable>: Sendable {
        let value = Mutex<Result?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }
}
