// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Telemetry

/// Modbus over a serial line (Modbus over Serial Line V1.02 §2.5.1).
///
/// libmodbus makes and checks the frames; the silence between them, the lock on the line and the
/// handling of answers that come too late are kept here.
final class RTULink: ModbusLink {
    private let line: ModbusSerialLine
    private let timing: FrameTiming
    private let context: ModbusContext
    private var lock: SerialLock?
    private var direction: DirectionControl?
    private var late = LateAnswers()
    /// How often the present question has been sent.
    private var sent = 0
    /// When the line has been silent for long enough.
    private var quiet: Int64 = 0

    init(_ line: ModbusSerialLine) throws(ModbusFailure) {
        self.line = line
        timing = FrameTiming(line)
        context = try ModbusContext(line)
    }

    var isOpen: Bool { lock != nil }

    func open(deadline: Int64) throws(ModbusFailure) {
        guard lock == nil else { return }
        let lock = try SerialLock(line.device)
        try context.connect()
        do throws(ModbusFailure) {
            direction = try line.rs485.map { rs485 throws(ModbusFailure) in
                try DirectionControl(rs485, context, line.device)
            }
        } catch {
            context.close()
            throw error
        }
        lock.refuseOthers()
        self.lock = lock
        markActivity()
    }

    func begin() { sent = 0 }

    func attempt(
        _ request: ModbusRequest, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        do throws(ModbusFailure) {
            if sent == 0, late.couldPass(for: request) {
                try resynchronise(request, deadline, &frame)
            }
            return try exchange(request, deadline, &frame)
        } catch {
            // An unplugged adapter needs a new descriptor; noise on the line does not.
            if error.needsReopening { close() }
            throw error
        }
    }

    let canBroadcast = true

    func broadcast(_ request: ModbusRequest, deadline: Int64) throws(ModbusFailure) {
        do throws(ModbusFailure) {
            try awaitSilence(deadline)
            try context.send(request.bytes)
        } catch {
            if error.needsReopening { close() }
            throw error
        }
        // The characters are on their way yet when they have been handed to the kernel.
        let sent = MonotonicClock.now() + timing.microseconds(characters: request.byteCount + 2)
        quiet = sent + ModbusLimits.turnaroundMicroseconds
        MonotonicClock.sleep(until: quiet)
    }

    func wireMicroseconds(_ request: ModbusRequest) -> Int64 {
        // Each frame has a checksum of two bytes.
        timing.exchangeMicroseconds(
            characters: request.byteCount + request.answerByteCounts.upperBound + 4)
    }

    func close() {
        direction?.restore()
        direction = nil
        context.close()
        lock = nil
    }

    /// Asks something whose answer can't be mistaken for an outstanding one.
    private func resynchronise(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) {
        guard let probe = late.probe(for: request) else {
            throw ModbusFailure(.timeout, "resynchronise", line.device)
        }
        defer { sent = 0 }
        do throws(ModbusFailure) {
            _ = try exchange(probe, deadline, &frame)
        } catch {
            // A refusal is an answer too.
            guard error.isRefusal else { throw error }
        }
        late.clear(request.unit)
    }

    private func exchange(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        try awaitSilence(deadline)
        try context.send(request.bytes)
        sent += 1
        defer { markActivity() }
        let span: Range<Int>
        do throws(ModbusFailure) {
            span = try awaitAnswer(request, deadline, &frame)
        } catch {
            // A refusal of a question that was asked once leaves nothing outstanding.
            if !error.isRefusal || sent > 1 { late.add(request) }
            throw error
        }
        if sent == 1 { late.clear(request.unit) } else { late.add(request) }
        return span
    }

    private func awaitAnswer(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        var passedOver: Fault?
        while true {
            let count: Int
            do throws(ModbusFailure) {
                count = try receive(request, deadline, &frame)
            } catch {
                if error.fault == .timeout, let passedOver {
                    throw ModbusFailure(passedOver, "receive", line.device)
                }
                throw error
            }
            let answer =
                count == 0
                ? .wrong(.wrongDevice) : request.judge(frame, 0..<max(0, count - 2))
            switch answer {
            case .data(let span): return span
            case .refused(let fault): throw ModbusFailure(fault, "receive", line.device)
            case .wrong(let fault):
                // A whole frame that is nobody's question now: wait on if it was one earlier.
                guard late.areExpected(of: frame[0]), MonotonicClock.now() < deadline else {
                    throw ModbusFailure(fault, "receive", line.device)
                }
                passedOver = fault
            }
        }
    }

    private func receive(
        _ request: ModbusRequest, _ deadline: Int64, _ frame: inout [UInt8]
    ) throws(ModbusFailure) -> Int {
        if case .readIdentification = request.operation {
            // The one answer whose length libmodbus can't tell.
            return try IdentificationFrame.receive(
                context.descriptor, line.device, deadline: deadline, into: &frame)
        }
        return try context.receive(from: request.unit, until: deadline, into: &frame)
    }

    /// Waits for 3.5 characters of silence and drops what was received in the meantime.
    private func awaitSilence(_ deadline: Int64) throws(ModbusFailure) {
        MonotonicClock.sleep(until: quiet)
        while try hasInput() {
            context.flush()
            markActivity()
            guard quiet < deadline else {
                throw ModbusFailure(.malformedAnswer, "await silence", line.device)
            }
            MonotonicClock.sleep(until: quiet)
        }
    }

    /// Whether something has come in. An adapter that was unplugged shows as a hang-up for good:
    /// the line must then be opened again.
    private func hasInput() throws(ModbusFailure) -> Bool {
        var wanted = pollfd(fd: context.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 0) > 0 else { return false }
        guard Int32(wanted.revents) & (POLLHUP | POLLERR | POLLNVAL) == 0 else {
            throw ModbusFailure(.connectionClosed, "await silence", line.device)
        }
        return wanted.revents & Int16(POLLIN) != 0
    }

    private func markActivity() {
        quiet = MonotonicClock.now() + timing.silenceMicroseconds
    }
}
