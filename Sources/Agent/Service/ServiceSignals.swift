// SPDX-License-Identifier: Apache-2.0

// Its sources are safe to hand between threads but not marked so.
@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// The signals that the service acts upon: SIGTERM and SIGINT to stop, SIGHUP to reload.
///
/// Each kind is remembered once until it is taken, so that none is lost behind others, however
/// many come: a stop is never pushed out by reloads.
final class ServiceSignals: Sendable {
    /// What is asked for.
    struct Request: Equatable {
        var stop = false
        var reload = false
    }

    private let pending = Mutex(Request())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let sources: [any DispatchSourceSignal]

    /// From now on these signals no longer end the process by themselves, nor does SIGPIPE.
    init() {
        signal(SIGPIPE, SIG_IGN)
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let queue = DispatchQueue(label: "halcyon.signals")
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for (source, isReload) in zip(sources, [false, false, true]) {
            source.setEventHandler { [weak self] in self?.ask(isReload: isReload) }
            source.resume()
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    /// Notes a signal.
    func ask(isReload: Bool) {
        pending.withLock { request in
            if isReload { request.reload = true } else { request.stop = true }
        }
        wake.yield()
    }

    /// Waits for a signal and takes all that have come; a stop if the task is cancelled.
    func next() async -> Request {
        for await _ in wakeups {
            let request = pending.withLock { pending in
                defer { pending = Request() }
                return pending
            }
            if request != Request() { return request }
        }
        return Request(stop: true)
    }
}
