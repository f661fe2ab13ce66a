// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether SIGINT, SIGTERM or SIGHUP has come: for work that looks now and then.
final class StopRequest: Sendable {
    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private let flag = Flag()
    private let task: Task<Void, Never>

    /// From now on these signals no longer end the process by themselves.
    init() {
        let signals = ServiceSignals()
        task = Task { [flag] in
            _ = await signals.next()
            flag.value.store(true, ordering: .relaxed)
        }
    }

    deinit { task.cancel() }

    /// Whether one has come.
    var isMade: Bool { flag.value.load(ordering: .relaxed) }
}
