// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import HAL

@Suite struct ModbusRequestTests {
    private let request = ModbusRequest(unit: 17, table: .holding, address: 107, count: 3)

    @Test("a request is the bytes of the specification's example")
    func bytes() {
        #expect(request.bytes == [17, 3, 0, 107, 0, 3])
        let bits = ModbusRequest(unit: 17, table: .coil, address: 19, count: 19)
        #expect(bits.bytes == [17, 1, 0, 19, 0, 19])
        #expect(bits.answerByteCounts == 6...6)
    }

    @Test(
        "every question is the bytes of the specification's example",
        arguments: [
            (.writeCoil(address: 172, true), [17, 5, 0, 172, 0xff, 0]),
            (.writeCoil(address: 172, false), [17, 5, 0, 172, 0, 0]),
            (.writeRegister(address: 1, 3), [17, 6, 0, 1, 0, 3]),
            (
                .writeCoils(
                    address: 19,
                    [true, false, true, true, false, false, true, true, true, false]),
                [17, 15, 0, 19, 0, 10, 2, 0xcd, 1]
            ),
            (
                .writeRegisters(address: 1, [10, 0x102]),
                [17, 16, 0, 1, 0, 2, 4, 0, 10, 1, 2]
            ),
            (
                .maskRegister(address: 4, and: 0xf2, or: 0x25),
                [17, 22, 0, 4, 0, 0xf2, 0, 0x25]
            ),
            (.reportServerID, [17, 17]),
            (.readIdentification(code: 1, object: 0), [17, 43, 14, 1, 0]),
        ] as [(ModbusRequest.Operation, [UInt8])])
    func operations(operation: ModbusRequest.Operation, bytes: [UInt8]) {
        let request = ModbusRequest(unit: 17, operation)
        #expect(request.bytes == bytes)
        #expect(request.byteCount == bytes.count)
    }

    @Test("a write is confirmed by its echo alone")
    func echoes() {
        let one = ModbusRequest(unit: 17, .writeRegister(address: 1, 3))
        #expect(one.judge([17, 6, 0, 1, 0, 3], 0..<6) == .data(2..<6))
        for wrong in [[0, 1, 0, 4], [0, 2, 0, 3], [1, 1, 0, 3]] as [[UInt8]] {
            #expect(one.judge([17, 6] + wrong, 0..<6) == .wrong(.malformedAnswer))
        }
        #expect(one.judge([17, 6, 0, 1, 0], 0..<5) == .wrong(.malformedAnswer))
        #expect(one.judge([17, 0x86, 3], 0..<3) == .refused(.modbusIllegalValue))
        let two = ModbusRequest(unit: 17, .writeRegisters(address: 1, [10, 11]))
        #expect(two.judge([17, 16, 0, 1, 0, 2], 0..<6) == .data(2..<6))
        #expect(two.judge([17, 16, 0, 1, 0, 1], 0..<6) == .wrong(.malformedAnswer))
        let mask = ModbusRequest(unit: 17, .maskRegister(address: 4, and: 1, or: 2))
        #expect(mask.judge([17, 22, 0, 4, 0, 1, 0, 2], 0..<8) == .data(2..<8))
        #expect(mask.judge([17, 22, 0, 4, 0, 1, 0, 3], 0..<8) == .wrong(.malformedAnswer))
    }

    @Test("the specification's answer is its data")
    func data() {
        let frame: [UInt8] = [17, 3, 6, 2, 43, 0, 0, 0, 100]
        #expect(request.judge(frame, 0..<9) == .data(3..<9))
    }

    @Test(
        "a frame that does not answer the request is told from one that does",
        arguments: [
            ([18, 3, 6, 2, 43, 0, 0, 0, 100], Fault.wrongDevice),
            ([17, 4, 6, 2, 43, 0, 0, 0, 100], .malformedAnswer),
            ([17, 3, 4, 2, 43, 0, 0], .malformedAnswer),
            ([17, 3, 6, 2, 43, 0, 0], .malformedAnswer),
            ([17, 3, 6, 2, 43, 0, 0, 0, 100, 0], .malformedAnswer),
            ([17, 0x84, 2], .malformedAnswer), ([17, 0x83, 2, 0], .malformedAnswer),
            ([17, 3], .malformedAnswer), ([], .malformedAnswer),
        ] as [([UInt8], Fault)])
    func wrong(frame: [UInt8], fault: Fault) {
        #expect(request.judge(frame, 0..<frame.count) == .wrong(fault))
    }

    @Test("every exception code is a fault, the known ones by name", arguments: 0...255)
    func exceptions(code: UInt8) {
        let known: [UInt8: Fault] = [
            1: .modbusIllegalFunction, 2: .modbusIllegalAddress, 3: .modbusIllegalValue,
            4: .modbusDeviceFailure, 5: .modbusAcknowledge, 6: .modbusDeviceBusy,
            8: .modbusMemoryParity, 10: .modbusGatewayPath, 11: .modbusGatewayTarget,
        ]
        let expected = known[code] ?? .modbusOtherException
        #expect(request.judge([17, 0x83, code], 0..<3) == .refused(expected))
    }

    @Test("no frame of random bytes makes the judge read outside of it", arguments: 0..<200)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var frame = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        for (index, byte) in request.bytes.prefix(2).enumerated() where frame.count > index {
            frame[index] = byte
        }
        if case .data(let span) = request.judge(frame, 0..<frame.count) {
            #expect(span.count == 6 && span.upperBound == frame.count)
        }
    }

    @Test("only a request that looks the same is held back for a late answer")
    func lateAnswers() {
        var late = LateAnswers()
        late.add(request)
        let elsewhere = ModbusRequest(unit: 17, table: .holding, address: 0, count: 3)
        #expect(late.couldPass(for: elsewhere))
        #expect(!late.couldPass(for: .init(unit: 17, table: .holding, address: 107, count: 2)))
        #expect(!late.couldPass(for: .init(unit: 17, table: .input, address: 107, count: 3)))
        #expect(!late.couldPass(for: .init(unit: 18, table: .holding, address: 107, count: 3)))
        #expect(late.areExpected(of: 17) && !late.areExpected(of: 18))
        late.clear(17)
        #expect(!late.couldPass(for: elsewhere))
    }

    @Test("a write is held back for an echo that it could be taken for, and probed by a read")
    func lateWrites() {
        var late = LateAnswers()
        let write = ModbusRequest(unit: 1, .writeRegister(address: 9, 5))
        late.add(write)
        #expect(late.couldPass(for: write))
        #expect(!late.couldPass(for: .init(unit: 1, .writeRegister(address: 9, 6))))
        #expect(!late.couldPass(for: .init(unit: 1, .writeCoil(address: 9, true))))
        #expect(
            late.probe(for: write) == .init(unit: 1, table: .holding, address: 9, count: 1))
        let coil = ModbusRequest(unit: 1, .writeCoil(address: 3, true))
        #expect(late.probe(for: coil) == .init(unit: 1, table: .coil, address: 3, count: 1))
    }

    @Test("a probe lies near the request and looks like nothing that is outstanding")
    func probes() {
        var late = LateAnswers()
        let last = ModbusRequest(unit: 1, table: .holding, address: 65_535, count: 1)
        late.add(last)
        #expect(
            late.probe(for: last) == .init(unit: 1, table: .holding, address: 65_534, count: 2))
        late.add(.init(unit: 1, table: .holding, address: 5, count: 2))
        #expect(
            late.probe(for: last) == .init(unit: 1, table: .holding, address: 65_533, count: 3))
        let bits = ModbusRequest(unit: 1, table: .coil, address: 9, count: 7)
        late.add(bits)
        #expect(late.probe(for: bits) == .init(unit: 1, table: .coil, address: 9, count: 9))
        for count in 1...125 as ClosedRange<UInt16> {
            late.add(.init(unit: 1, table: .holding, address: 0, count: count))
        }
        #expect(late.probe(for: last) == nil)
    }
}
