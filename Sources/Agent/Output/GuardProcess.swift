// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import HAL
internal import Logging
internal import Platform
internal import Synchronization
internal import Telemetry

/// A small process (`halcyon-guard`) that writes safe states when this one is gone or hangs beyond a
/// lease: for outputs that the kernel would hold for ever. A line of a GPIO chip it gets only when
/// this process is gone.
///
/// It is started with the first such output. Telling it something never blocks.
final class GuardProcess: Sendable {
    private struct State {
        var socket: CInt = -1
        var process: pid_t = 0
        var known: [Int: OutputFallback] = [:]
        /// Until when each output that is not in its safe state may be so.
        var armed: [Int: Int64] = [:]
        /// Whether it could not be started when that was last tried.
        var hasFailed = false
        /// When one that was lost was last replaced, in milliseconds of uptime.
        var replaced: Int64?
    }

    private let state = Mutex(State())
    private let program: String
    private let replacementMillisecondsMin: Int64
    private let log = Logger(label: "output")

    /// One that is started when it is needed.
    ///
    /// - Parameters:
    ///   - program: the program.
    ///   - replacementMillisecondsMin: the shortest time between two replacements, so that a program
    ///     which ends at once is not started without a pause.
    init(
        program: String = GuardProgram.path,
        replacementMillisecondsMin: Int64 = AgentLimits.guardReplacementMillisecondsMin
    ) {
        self.program = program
        self.replacementMillisecondsMin = replacementMillisecondsMin
    }

    /// Its process id; `nil` while none is needed.
    var processID: pid_t? { state.withLock { $0.process == 0 ? nil : $0.process } }

    /// Sees to it that the process lives: one that was killed is replaced, at most once in
    /// `replacementMillisecondsMin`. Cheap enough to be called at every reading.
    func check() {
        state.withLock { state in
            if state.process == 0 {
                replace(&state)
            } else if waitpid(state.process, nil, WNOHANG) != 0 {
                lose(&state, "it ended")
            }
        }
    }

    /// Tells how an output is made safe. Until it is disarmed it counts as not safe.
    func learn(_ number: Int, _ fallback: OutputFallback) {
        state.withLock { state in
            guard number < AgentLimits.guardedOutputsMax,
                (1...AgentLimits.guardPathBytesMax).contains(fallback.path.utf8.count),
                (1...AgentLimits.guardTextBytesMax).contains(fallback.text.utf8.count)
            else {
                log.warning("output beyond the guard process", metadata: ["number": "\(number)"])
                return
            }
            // Of two safe states of one file the later one counts.
            for (other, known) in state.known where known.target == fallback.target {
                guard other != number else { continue }
                state.known[other] = nil
                state.armed[other] = nil
                send("F \(other)", &state)
            }
            state.known[number] = fallback
            state.armed[number] = .max
            if state.process == 0 {
                start(&state)
            } else {
                send(Self.message(number, fallback), &state)
            }
        }
    }

    /// Has an output made safe at that uptime if nothing else is heard of it.
    func arm(_ number: Int, untilUptimeMilliseconds: Int64) {
        state.withLock { state in
            guard state.known[number] != nil else { return }
            state.armed[number] = untilUptimeMilliseconds
            guard state.process != 0 else { return replace(&state) }
            send("A \(number) \(untilUptimeMilliseconds)", &state)
        }
    }

    /// Tells that an output shows its safe state.
    func disarm(_ number: Int) {
        state.withLock { state in
            guard state.armed.removeValue(forKey: number) != nil else { return }
            send("D \(number)", &state)
        }
    }

    /// Takes an output out of its care.
    func forget(_ number: Int) {
        state.withLock { state in
            state.armed[number] = nil
            guard state.known.removeValue(forKey: number) != nil else { return }
            send("F \(number)", &state)
        }
    }

    /// Ends the process. Outputs that are not known to be safe it writes once more.
    func close() {
        state.withLock { state in
            // Nothing that comes later starts it again.
            state.known = [:]
            guard state.process != 0 else { return }
            if state.armed.isEmpty { send("Q", &state) }
            if state.process != 0 { end(&state) }
            state.armed = [:]
        }
    }

    private func start(_ state: inout State) {
        var sockets: [CInt] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { return fail(errno, &state) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, sockets[1], 0)
        let name = strdup("halcyon-guard")
        defer { free(name) }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, nil, [name, nil], [nil])
        Glibc.close(sockets[1])
        guard code == 0 else {
            Glibc.close(sockets[0])
            return fail(code, &state)
        }
        state.process = process
        state.socket = sockets[0]
        state.hasFailed = false
        for (number, fallback) in state.known {
            send(Self.message(number, fallback), &state)
            switch state.armed[number] {
            case nil: send("D \(number)", &state)
            case Int64.max?: break
            case let until?: send("A \(number) \(until)", &state)
            }
        }
    }

    private func fail(_ code: CInt, _ state: inout State) {
        guard !state.hasFailed else { return }
        state.hasFailed = true
        log.error(
            "no guard process: a crash leaves outputs as they are until the next start",
            metadata: [
                "program": "\(program)", "cause": "\(String(cString: strerror(code)))",
            ])
    }

    private func send(_ message: String, _ state: inout State) {
        guard state.process != 0 else { return replace(&state) }
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        let bytes = Array(message.utf8)
        guard Glibc.send(state.socket, bytes, bytes.count, flags) != bytes.count else { return }
        // It is gone, or stuck with a full queue.
        let code = errno
        kill(state.process, SIGKILL)
        lose(&state, String(cString: strerror(code)))
    }

    private func lose(_ state: inout State, _ cause: String) {
        end(&state)
        guard !state.known.isEmpty else { return }
        log.warning("guard process lost", metadata: ["cause": "\(cause)"])
        replace(&state)
    }

    /// Starts another, which is told everything, unless the last one was replaced just before.
    private func replace(_ state: inout State) {
        let now = SystemClock.now().uptimeMilliseconds
        let pause = now - (state.replaced ?? now - replacementMillisecondsMin)
        guard !state.known.isEmpty, pause >= replacementMillisecondsMin else { return }
        state.replaced = now
        start(&state)
    }

    private func end(_ state: inout State) {
        Glibc.close(state.socket)
        // It ends within a second, by itself or because it was killed.
        for _ in 0..<AgentLimits.guardEndChecksMax {
            guard waitpid(state.process, nil, WNOHANG) == 0 else { break }
            usleep(2000)
        }
        state.process = 0
        state.socket = -1
    }

    private static func message(_ number: Int, _ fallback: OutputFallback) -> String {
        let verb = fallback.isLine ? "G" : "L"
        return "\(verb) \(number) \(hex(fallback.path)) \(hex(fallback.text))"
    }

    private static func hex(_ text: String) -> String {
        text.utf8.reduce(into: "") { text, byte in
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
    }
}
