// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import HAL

@Suite struct ModbusTimingTests {
    @Test(
        "the silence is 3.5 characters at the line's speed, and 1750 µs above 19200",
        arguments: [
            (9600, ModbusSerialLine.Parity.none, 1, 3646), (9600, .even, 1, 4011),
            (19_200, .even, 1, 2006), (19_200, .none, 1, 1823), (1200, .none, 2, 32_084),
            (38_400, .none, 1, 1750), (115_200, .odd, 1, 1750), (1_000_000, .none, 1, 1750),
        ] as [(Int, ModbusSerialLine.Parity, Int, Int64)])
    func silence(
        baud: Int, parity: ModbusSerialLine.Parity, stopBits: Int, microseconds: Int64
    ) {
        let line = ModbusSerialLine(device: "/x", baud: baud, parity: parity, stopBits: stopBits)
        #expect(FrameTiming(line).silenceMicroseconds == microseconds)
    }

    @Test("frames take their characters' time, rounded up")
    func frames() {
        let timing = FrameTiming(ModbusSerialLine(device: "/x", baud: 9600))
        #expect(timing.characterMicroseconds == 1042)
        #expect(timing.microseconds(characters: 255) == 265_625)
        #expect(timing.microseconds(characters: 0) == 0)
    }

    private let failure = ModbusFailure(.notConnected, "connect", "host:502")

    @Test("the pause after a failed connect doubles to its limit, and a success ends it")
    func reconnect() {
        var random = SplitMix(state: 1)
        var reconnect = Reconnect()
        var now: Int64 = 1_000_000
        #expect(reconnect.standingFailure(at: now) == nil)
        for nominal: Int64 in [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            reconnect.failed(failure, at: now, using: &random)
            #expect(reconnect.standingFailure(at: now + nominal * 500 - 1) == failure)
            #expect(reconnect.standingFailure(at: now + nominal * 1000) == nil)
            now += nominal * 1000
        }
        reconnect.succeeded()
        #expect(reconnect.standingFailure(at: 0) == nil)
    }

    @Test("two devices that fail at one moment do not return at one moment")
    func jitter() {
        var moments: Set<Int64> = []
        for seed in 0..<20 as Range<UInt64> {
            var random = SplitMix(state: seed)
            var reconnect = Reconnect()
            reconnect.failed(failure, at: 0, using: &random)
            let range = 125_000...250_000 as ClosedRange<Int64>
            moments.insert(range.first { reconnect.standingFailure(at: $0) == nil } ?? -1)
        }
        #expect(moments.count >= 19 && !moments.contains(-1))
    }
}
