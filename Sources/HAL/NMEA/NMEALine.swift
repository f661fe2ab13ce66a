// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
internal import Telemetry

/// Listens to a receiver on a thread of its own, because it speaks whether asked or not, and the
/// kernel keeps only 4 KiB of it.
final class NMEALine: Sendable {
    /// What has been heard.
    struct Heard: Sendable {
        var state = NMEAState()
        var framer = NMEAFramer()
        /// Why the line is not listened to any more.
        var end: ReadFault?
    }

    private let heard = Mutex(Heard())
    private let pipe: WakePipe
    private let sentenceCame = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Opens the line and begins to listen.
    init(_ path: String, baud: Int, clock: any HALClock) throws(ReadFault) {
        pipe = try WakePipe()
        let input = try SerialInput(path, baud: baud)
        DispatchQueue(label: "halcyon.nmea \(path)").async {
            self.listen(input, clock)
        }
    }

    /// What has been heard until now.
    func now() -> Heard { heard.withLock { $0 } }

    /// Waits until a sentence comes or the line ends.
    ///
    /// - Returns: false if that takes longer than `microseconds`.
    func waitForSentence(microseconds: Int64) -> Bool {
        sentenceCame.wait(timeout: .now() + .microseconds(Int(microseconds))) == .success
    }

    /// Stops listening, and returns when the line is free. Called once.
    func stop() {
        pipe.wake()
        hasEnded.wait()
    }

    private func listen(_ input: SerialInput, _ clock: any HALClock) {
        var end: ReadFault?
        while end == nil {
            do throws(ReadFault) {
                guard let bytes = try input.read(wake: pipe.readEnd) else { break }
                hear(bytes, at: clock.now().uptimeMilliseconds)
            } catch {
                end = error
            }
        }
        input.release()
        heard.withLock { $0.end = end }
        sentenceCame.signal()
        hasEnded.signal()
    }

    private func hear(_ bytes: [UInt8], at uptimeMilliseconds: Int64) {
        let count = heard.withLock { heard in
            let sentences = heard.framer.sentences(in: bytes)
            for sentence in sentences { heard.state.take(sentence, at: uptimeMilliseconds) }
            return sentences.count
        }
        if count > 0 { sentenceCame.signal() }
    }
}
