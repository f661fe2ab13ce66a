// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport
import Testing

@testable import HAL

/// Bytes in, sentences out.
@Suite struct NMEAFramerTests {
    private func sentences(_ bytes: [UInt8]) -> (found: [String], NMEAFramer.Statistics) {
        var framer = NMEAFramer()
        let found = framer.sentences(in: bytes).map { String(decoding: $0, as: UTF8.self) }
        return (found, framer.statistics)
    }

    @Test("a sentence is found whole, however its bytes come", arguments: NMEAFixtures.published)
    func pieces(sentence: String) {
        var framer = NMEAFramer()
        var found: [String] = []
        for byte in NMEAFixtures.bytes([sentence]) {
            found += framer.sentences(in: [byte]).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(found == [String(sentence.dropFirst().dropLast(3))])
        #expect(framer.statistics.sentences == 1 && framer.statistics.strayBytes == 0)
    }

    @Test(
        "a wrong or absent checksum is counted, and the sentence dropped",
        arguments: [
            "$GPGLL,4916.45,N,12311.12,W,225444,A,*1E", "$GPGLL,4916.45,N,12311.12,W,225444,A,",
            "$GPGLL,4916.46,N,12311.12,W,225444,A,*1D", "$*", "$", "$*0", "$A*4G", "$A41",
        ])
    func checksum(sentence: String) {
        let (found, statistics) = sentences(NMEAFixtures.bytes([sentence, NMEAFixtures.gga]))
        #expect(found.count == 1)
        #expect(statistics.checksumErrors == 1 && statistics.sentences == 1)
    }

    @Test(
        "no sentence with one bit changed is taken for another",
        arguments: NMEAFixtures.published)
    func flips(sentence: String) {
        let whole = NMEAFixtures.bytes([sentence])
        let body = String(sentence.dropFirst().dropLast(3))
        for index in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[index] ^= 1 << UInt8(bit)
                // A digit of the checksum may become the same digit in small letters.
                let (found, _) = sentences(bytes)
                #expect(found.allSatisfy { $0 == body })
            }
        }
    }

    @Test("random bytes cost bounded memory, and what follows them is found")
    func random() {
        var random = TestRandom(seed: 7)
        var framer = NMEAFramer()
        var state = NMEAState()
        for round in 0..<100 {
            let noise = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let real = NMEAFixtures.published[round % NMEAFixtures.published.count]
            let found = framer.sentences(in: noise + NMEAFixtures.bytes([real]))
            #expect(found.last.map(Array.init) == Array(real.utf8.dropFirst().dropLast(3)))
            for sentence in found { state.take(sentence, at: Int64(round)) }
        }
        #expect(framer.statistics.strayBytes > 0)
    }

    @Test("sentences of random fields with right checksums never trap")
    func fields() {
        var random = TestRandom(seed: 11)
        let alphabet = Array("0123456789.,,,,-ANSEWMKT*$".utf8)
        for _ in 0..<1000 {
            var state = NMEAState()
            let kind = ["RMC", "GGA", "GSA", "VTG", "ZDA", "GLL"].randomElement(using: &random)
            let rest = (0..<Int.random(in: 0...100, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            }
            state.take(ArraySlice("GP\(kind ?? ""),".utf8 + rest), at: 0)
            for channel in NMEAChannel.allCases {
                let figure = state.figure(channel, at: 0, staleMilliseconds: 1000)
                guard case .success(.number(let number))? = figure else { continue }
                #expect(number.isFinite)
            }
        }
    }

    @Test("a sentence that never ends is given up at its limit")
    func endless() {
        let long = [UInt8](repeating: UInt8(ascii: "A"), count: 100_000)
        let (found, statistics) = sentences(
            Array("$GPGGA,".utf8) + long + NMEAFixtures.bytes([NMEAFixtures.rmc]))
        #expect(found.count == 1 && statistics.overlong == 1)
        #expect(statistics.strayBytes >= 100_000)
    }

    @Test("another protocol's frames between the sentences are passed over")
    func binary() {
        // u-blox: B5 62, class, identifier, length, a payload that holds a dollar, two checksums.
        let frame: [UInt8] = [0xB5, 0x62, 1, 7, 4, 0, 0x24, 0x47, 0x50, 0, 0xC7, 0x3A]
        let (found, statistics) = sentences(
            frame + NMEAFixtures.bytes([NMEAFixtures.gga]) + frame + frame
                + NMEAFixtures.bytes([NMEAFixtures.rmc])
        )
        #expect(found.count == 2)
        #expect(statistics.checksumErrors == 0)
        #expect(statistics.strayBytes == UInt64(3 * frame.count))
    }
}
