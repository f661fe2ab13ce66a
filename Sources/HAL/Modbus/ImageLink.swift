// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A bus of devices that are no more than a register image: it answers at once, and refuses an
/// address that the image does not hold, as a device does (Application Protocol V1.1b3 §7, code 2).
final class ImageLink: ModbusLink {
    private let image: ModbusRegisterImage

    init(_ image: ModbusRegisterImage) { self.image = image }

    var isOpen: Bool { true }
    func open(deadline: Int64) {}
    func begin() {}
    func close() {}
    func wireMicroseconds(_ request: ModbusRequest) -> Int64 { 0 }

    /// An image only holds; it obeys no writes.
    var canBroadcast: Bool { false }
    func broadcast(_ request: ModbusRequest, deadline: Int64) throws(ModbusFailure) {
        throw ModbusFailure(.modbusIllegalFunction, "write", "the register image")
    }

    func attempt(
        _ request: ModbusRequest, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Range<Int> {
        guard case .read(let table, let address, let count) = request.operation else {
            throw ModbusFailure(.modbusIllegalFunction, "write", "the register image")
        }
        let length = table.holdsBits ? (Int(count) + 7) / 8 : 2 * Int(count)
        var bytes = [UInt8](repeating: 0, count: length)
        for index in 0..<Int(count) {
            guard let word = image[table, Int(address) + index] else {
                throw ModbusFailure(.modbusIllegalAddress, "read", "the register image")
            }
            if table.holdsBits {
                bytes[index / 8] |= word == 0 ? 0 : 1 << UInt8(index % 8)
            } else {
                bytes[2 * index] = UInt8(word >> 8)
                bytes[2 * index + 1] = UInt8(word & 0xff)
            }
        }
        frame.replaceSubrange(..<bytes.count, with: bytes)
        return 0..<bytes.count
    }
}
