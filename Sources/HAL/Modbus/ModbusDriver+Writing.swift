// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Writing, and reading back what was written.
///
/// All that is written is an absolute value, so a write may be repeated. Still a write that was not
/// answered is not repeated blindly: the point is read first, and is done if it shows the value.
/// Bits of a register are changed by a mask write (function 22), which no other master can come
/// between; a device that does not know it gets the whole register, read just before.
extension ModbusDriver: OutputDriver {
    /// Writes a value and reads it back; see `OutputDriver.write`.
    ///
    /// A number is rounded to the nearest step that the point's registers can hold, and compared as
    /// registers.
    ///
    /// - Parameters:
    ///   - value: in the point's unit.
    ///   - output: one of `outputs`.
    ///   - permit: what the write, and each repetition, depends on.
    /// - Throws: `WriteFailure`.
    public func write(
        _ value: Value, to output: OutputIndex, permit: WritePermit
    ) throws(WriteFailure) {
        guard outputs.contains(output) else {
            throw WriteFailure(.missing, "write", "output \(output.device)/\(output.point)")
        }
        let limit = self.limit(of: output.device)
        let write = try prepare(value, output, limit)
        var attemptsLeft = slaves[output.device].definition.retries
        while true {
            let doubt = try send(write, output, permit, limit)
            if try isShown(write, output, limit, isCertain: doubt == nil) { return }
            guard let doubt else {
                throw WriteFailure(.outputDiffers, "read back", place(of: output))
            }
            guard attemptsLeft > 0, MonotonicClock.now() < limit else {
                throw WriteFailure(doubt.fault, "write", place(of: output))
            }
            attemptsLeft -= 1
        }
    }

    /// When a write to a device that begins now has to end.
    func limit(of device: Int) -> Int64 {
        MonotonicClock.now() + 2 * 1000 * devices[device].timeoutMilliseconds
    }

    /// The point's name, endpoint, table and address for errors.
    func place(of output: OutputIndex) -> String {
        let slave = slaves[output.device]
        let point = slave.points[output.point]
        return "\(point.name), unit \(slave.definition.unitID) of \(endpoint), "
            + "\(point.table.rawValue) \(point.address)"
    }

    /// What a value is for that point, wherever its model lies and whatever its scale is now.
    func prepare(
        _ value: Value, _ output: OutputIndex, _ limit: Int64
    ) throws(WriteFailure) -> PointWrite {
        let device = output.device
        if let failure = findModels(device, until: limit) {
            throw WriteFailure(failure.fault, "find model", place(of: output))
        }
        let point = slaves[device].points[output.point]
        guard point.model == nil, let style = point.write else {
            throw WriteFailure(.missing, "find model", place(of: output))
        }
        var layout = slaves[device].layouts[output.point]
        if let register = point.scaleRegister {
            layout = layout.scaled(byPowerOfTen: try power(register, output, limit))
        }
        do throws(RegisterEncoder.Refusal) {
            return PointWrite(
                unit: UInt8(slaves[device].definition.unitID), address: UInt16(point.address),
                style: style, encoded: try RegisterEncoder.encode(value, layout))
        } catch {
            throw WriteFailure(error.fault, "write", place(of: output))
        }
    }

    private func power(
        _ register: Int, _ output: OutputIndex, _ limit: Int64
    ) throws(WriteFailure) -> Int {
        let definition = slaves[output.device].definition
        let request = ModbusRequest(
            unit: UInt8(definition.unitID), table: .holding, address: UInt16(register), count: 1)
        let data = try ask(request, "read scale", output, limit)
        switch RegisterDecoder.power(Self.registers(data).first ?? 0x8000) {
        case .success(let power): return power
        case .failure(let refusal):
            throw WriteFailure(refusal.fault, "read scale", place(of: output))
        }
    }

    /// Sends the write once.
    ///
    /// - Returns: why it is not known whether the slave has obeyed; `nil` if it says so.
    /// - Throws: `WriteFailure` if it has certainly not.
    private func send(
        _ write: PointWrite, _ output: OutputIndex, _ permit: WritePermit, _ limit: Int64
    ) throws(WriteFailure) -> ModbusFailure? {
        let device = output.device
        if let masking = write.masking, !slaves[device].refusesMaskWrite {
            try begin(output, permit, limit)
            guard let failure = attempt(masking, device, limit) else { return nil }
            guard failure.fault == .modbusIllegalFunction else {
                return try doubt(failure, output)
            }
            slaves[device].refusesMaskWrite = true
        }
        var register: UInt16?
        if write.masking != nil {
            register = Self.registers(try ask(write.reading, "read", output, limit)).first
        }
        guard let request = write.writing(over: register) else {
            throw WriteFailure(.malformedAnswer, "read", place(of: output))
        }
        try begin(output, permit, limit)
        return try attempt(request, device, limit).flatMap { failure throws(WriteFailure) in
            try doubt(failure, output)
        }
    }

    /// Asks for leave to send, with the bus open: to open it may take as long as an exchange.
    private func begin(
        _ output: OutputIndex, _ permit: WritePermit, _ limit: Int64
    ) throws(WriteFailure) {
        let patience = 1000 * slaves[output.device].definition.responseTimeoutMilliseconds
        do throws(ModbusFailure) {
            try open(min(MonotonicClock.now() + patience, limit))
        } catch {
            lastFailure = error
            throw WriteFailure(error.fault, "write", place(of: output))
        }
        try permit.use(at: place(of: output))
    }

    /// Whether the point shows the value.
    ///
    /// - Parameters:
    ///   - write: what was written.
    ///   - output: the point.
    ///   - limit: when to give up.
    ///   - isCertain: whether the slave said that it obeys: then it may take a moment.
    /// - Returns: whether it shows the value.
    /// - Throws: `WriteFailure` if it can't be read.
    func isShown(
        _ write: PointWrite, _ output: OutputIndex, _ limit: Int64, isCertain: Bool
    ) throws(WriteFailure) -> Bool {
        for attempt in 1...ModbusLimits.readBacksMax {
            if write.isShown(by: try ask(write.reading, "read back", output, limit)) { return true }
            let next = MonotonicClock.now() + ModbusLimits.readBackPauseMicroseconds
            guard isCertain, attempt < ModbusLimits.readBacksMax, next < limit else { break }
            MonotonicClock.sleep(until: next)
        }
        return false
    }

    private func attempt(
        _ request: ModbusRequest, _ device: Int, _ limit: Int64
    ) -> ModbusFailure? {
        do throws(ModbusFailure) {
            _ = try exchange(request, slaves[device].definition, retries: 0, until: limit)
            return nil
        } catch {
            lastFailure = error
            return error
        }
    }

    private func doubt(
        _ failure: ModbusFailure, _ output: OutputIndex
    ) throws(WriteFailure) -> ModbusFailure {
        guard failure.leavesDoubt else {
            throw WriteFailure(failure.fault, "write", place(of: output))
        }
        return failure
    }

    private func ask(
        _ request: ModbusRequest, _ operation: String, _ output: OutputIndex, _ limit: Int64
    ) throws(WriteFailure) -> ArraySlice<UInt8> {
        do throws(ModbusFailure) {
            let span = try exchange(request, slaves[output.device].definition, until: limit)
            return frame[span]
        } catch {
            lastFailure = error
            throw WriteFailure(error.fault, operation, place(of: output))
        }
    }
}
