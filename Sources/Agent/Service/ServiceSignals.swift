// SPDX-License-Identifier: Apache-2.0

// Its sources are safe to hand between threads but not marked so.
@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// Where the signal handler writes the signals' numbers to.
private let signalPipe = Atomic<CInt>(-1)

/// The signals that the service acts upon: SIGTERM and SIGINT to stop, SIGHUP to reload.
///
/// Each kind is remembered once until it is taken, so that none is lost behind others, however
/// many come: a stop is never pushed out by reloads.
///
/// By a handler and a pipe: libdispatch's own signal sources lose one now and then on Linux, when
/// the main thread, which waits for any signal once the program is asynchronous, gets it first.
final class ServiceSignals: Sendable {
    /// What is asked for.
    struct Request: Equatable {
        var stop = false
        var reload = false
    }

    private let pending = Mutex(Request())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let source: any DispatchSourceRead
    private let descriptors: [CInt]

    /// From now on these signals no longer end the process by themselves, nor does SIGPIPE.
    init() {
        signal(SIGPIPE, SIG_IGN)
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        var descriptors: [CInt] = [-1, -1]
        pipe(&descriptors)
        for descriptor in descriptors {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        self.descriptors = descriptors
        let input = descriptors[0]
        let queue = DispatchQueue(label: "halcyon.signals")
        source = DispatchSource.makeReadSource(fileDescriptor: input, queue: queue)
        source.setEventHandler { [weak self] in
            var numbers = [UInt8](repeating: 0, count: 64)
            let count = read(input, &numbers, numbers.count)
            for number in numbers.prefix(max(count, 0)) {
                self?.ask(isReload: CInt(number) == SIGHUP)
            }
        }
        source.resume()
        signalPipe.store(descriptors[1], ordering: .sequentiallyConsistent)
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            // Only what signal-safety(7) allows. A pipe that is full holds the signal already.
            let code = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(signalPipe.load(ordering: .relaxed), &byte, 1)
            errno = code
        }
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaction(number, &action, nil) }
    }

    deinit {
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        source.setCancelHandler { [descriptors] in
            for descriptor in descriptors { close(descriptor) }
        }
        source.cancel()
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
