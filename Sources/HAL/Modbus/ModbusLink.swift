// SPDX-License-Identifier: Apache-2.0

/// The way to the slaves of one bus.
protocol ModbusLink: AnyObject {
    /// Opens the bus if it is not open. Returns or throws by `deadline`.
    func open(deadline: Int64) throws(ModbusFailure)

    /// Whether the bus is open.
    var isOpen: Bool { get }

    /// Tells that the next attempts are for a new question.
    func begin()

    /// Sends `request` once and waits for its answer.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - deadline: when the answer must be there.
    ///   - frame: receives the answer.
    /// - Returns: where the data lie in `frame`.
    /// - Throws: `ModbusFailure`; a refusal of the slave too.
    func attempt(
        _ request: ModbusRequest, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int>

    /// Sends `request` to all slaves, of which none answers, and waits until they have obeyed.
    ///
    /// - Throws: `ModbusFailure`.
    func broadcast(_ request: ModbusRequest, deadline: Int64) throws(ModbusFailure)

    /// Whether a request can be sent to all slaves at once.
    var canBroadcast: Bool { get }

    /// How long a request and its longest answer are on their way.
    func wireMicroseconds(_ request: ModbusRequest) -> Int64

    /// Closes the bus.
    func close()
}
