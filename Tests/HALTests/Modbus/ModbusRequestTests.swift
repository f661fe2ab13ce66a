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
        #expect(bits.answerBytes == 3)
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

    @Test("a probe lies near the request and looks like nothing that is outstanding")
    func probes() {
        var late = LateAnswers()
        let last = ModbusRequest(unit: 1, table: .holding, address: 65_535, count: 1)
        late.add(last)
        #expect(
            late.probe(for: last) == .init(unit: 1, table: .holding, address: 65_534, count: 2))
        late.add(.init(unit: 1, table: .holding, address: 5, count: 2))
        #expect(late.probe(for: last)?.count == 3)
        let bits = ModbusRequest(unit: 1, table: .coil, address: 9, count: 7)
        late.add(bits)
        #expect(late.probe(for: bits) == .init(unit: 1, table: .coil, address: 9, count: 9))
        for count in 1...125 as ClosedRange<UInt16> {
            late.add(.init(unit: 1, table: .holding, address: 0, count: count))
        }
        #expect(late.probe(for: last) == nil)
    }
}
