// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

/// A serial executor on a queue of its own, for an actor whose calls block in C.
///
/// Blocking on the shared pool would starve every other actor on a board with one or two cores.
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// An executor whose thread shows `label` to debuggers.
    public init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs `job` after those that were enqueued before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
