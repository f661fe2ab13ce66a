// SPDX-License-Identifier: Apache-2.0

// Its sources are safe to hand between threads but not marked so.
@preconcurrency internal import Dispatch
internal import Glibc

/// A signal that the service acts upon.
enum ServiceSignal: CaseIterable, Sendable {
    /// SIGTERM or SIGINT: finish, flush and end.
    case stop
    /// SIGHUP: read the configuration again.
    case reload

    private var numbers: [Int32] {
        switch self {
        case .stop: [SIGTERM, SIGINT]
        case .reload: [SIGHUP]
        }
    }

    /// The signals as they come. From this call on they no longer end the process by themselves.
    ///
    /// At most a few unread signals are kept; more of them would say nothing new.
    static func stream() -> AsyncStream<ServiceSignal> {
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error to deal with, like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        return AsyncStream(bufferingPolicy: .bufferingOldest(4)) { continuation in
            let queue = DispatchQueue(label: "halcyon.signals")
            var sources: [any DispatchSourceSignal] = []
            for kind in allCases {
                for number in kind.numbers {
                    signal(number, SIG_IGN)
                    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                    source.setEventHandler { continuation.yield(kind) }
                    source.resume()
                    sources.append(source)
                }
            }
            let kept = sources
            continuation.onTermination = { _ in
                for source in kept { source.cancel() }
            }
        }
    }
}
