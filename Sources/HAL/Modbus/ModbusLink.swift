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
    ///   - request: what to read.
    ///   - deadline: when the answer must be there.
    ///   - frame: receives the answer.
    /// - Returns: where the data lie in `frame`.
    /// - Throws: `ModbusFailure`; a refusal of the slave too.
    func attempt(
        _ request: ModbusRequest, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int>

    /// How long the frames of a request and of an answer of so many data bytes are on their way.
    func wireMicroseconds(answerBytes: Int) -> Int64

    /// Closes the bus.
    func close()
}
