// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Writes to all slaves of a line at once (Modbus over Serial Line V1.02 §2.1, unit 0).
extension ModbusDriver {
    /// Sends one value to the same register or coil of all slaves, then reads each point back.
    ///
    /// No slave answers a broadcast, so only the points read back tell who has obeyed. Every slave
    /// on the line that has such a register obeys, also one without a definition. The bus is free
    /// for others between the points.
    ///
    /// - Parameters:
    ///   - value: in the points' unit.
    ///   - outputs: the points that are to show it, of `outputs`: all at one address, encoded alike.
    /// - Returns: for each of `outputs` why it does not show the value; `nil` if it does.
    /// - Throws: `WriteFailure` if nothing was sent: `missing` over TCP, which has no broadcast, and
    ///   for points that are no outputs; `malformedValue` if one request can't set them all.
    public nonisolated func broadcast(
        _ value: Value, to outputs: [OutputIndex]
    ) async throws(WriteFailure) -> [WriteFailure?] {
        let writes = try await send(value, to: outputs)
        var results: [WriteFailure?] = []
        for (write, output) in zip(writes, outputs) {
            do throws(WriteFailure) {
                try await check(write, output)
                results.append(nil)
            } catch {
                results.append(error)
            }
        }
        return results
    }

    private func send(
        _ value: Value, to outputs: [OutputIndex]
    ) throws(WriteFailure) -> [PointWrite] {
        guard link.canBroadcast, let first = outputs.first else {
            throw WriteFailure(.missing, "broadcast", "\(endpoint)")
        }
        var writes: [PointWrite] = []
        var request: ModbusRequest?
        for output in outputs {
            guard self.outputs.contains(output) else {
                throw WriteFailure(.missing, "broadcast", "output \(output.device)/\(output.point)")
            }
            let write = try prepare(value, output, limit(of: output.device))
            // Bits would need each slave's own register to be known.
            guard let own = write.writing(to: 0), own == request ?? own else {
                throw WriteFailure(.malformedValue, "broadcast", place(of: output))
            }
            request = own
            writes.append(write)
        }
        guard let request else { return [] }
        do throws(ModbusFailure) {
            let deadline = limit(of: first.device)
            try open(deadline)
            try link.broadcast(request, deadline: deadline)
        } catch {
            lastFailure = error
            throw WriteFailure(error.fault, "broadcast", "\(endpoint)")
        }
        return writes
    }

    private func check(_ write: PointWrite, _ output: OutputIndex) throws(WriteFailure) {
        guard try isShown(write, output, limit(of: output.device), isCertain: true) else {
            throw WriteFailure(.outputDiffers, "read back", place(of: output))
        }
    }
}
