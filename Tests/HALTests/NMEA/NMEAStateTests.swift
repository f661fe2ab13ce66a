// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport
import Testing

@testable import HAL

/// Sentences in, figures out.
@Suite struct NMEAStateTests {
    private typealias Fixtures = NMEAFixtures

    private func state(_ sentences: [String], at time: Int64 = 0) -> NMEAState {
        var framer = NMEAFramer()
        var state = NMEAState()
        for sentence in framer.sentences(in: Fixtures.bytes(sentences)) {
            state.take(sentence, at: time)
        }
        return state
    }

    private func number(_ state: NMEAState, _ channel: NMEAChannel) -> Double? {
        guard
            case .success(let value)? = state.figure(channel, at: 0, staleMilliseconds: 1000)
        else { return nil }
        return switch value {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        case .boolean, .text: nil
        }
    }

    private static let knot = 1852.0 / 3600
    static let examples: [(String, NMEAChannel, Double)] = [
        (NMEAFixtures.gga, .latitude, 48.1173), (NMEAFixtures.gga, .longitude, 11 + 31.0 / 60),
        (NMEAFixtures.gga, .fix, 1), (NMEAFixtures.gga, .satellites, 8),
        (NMEAFixtures.gga, .hdop, 0.9), (NMEAFixtures.gga, .altitude, 545.4),
        (NMEAFixtures.rmc, .latitude, 48.1173), (NMEAFixtures.rmc, .course, 84.4),
        (NMEAFixtures.rmc, .speed, 22.4 * knot), (NMEAFixtures.rmc, .time, 764_426_119),
        (NMEAFixtures.gll, .latitude, 49 + 16.45 / 60),
        (NMEAFixtures.gll, .longitude, -123 - 11.12 / 60),
        (NMEAFixtures.vtg, .course, 54.7), (NMEAFixtures.vtg, .speed, 5.5 * knot),
        (NMEAFixtures.gsa, .hdop, 1.3),
        (NMEAFixtures.ubloxRMC, .latitude, 47 + 17.11437 / 60),
        (NMEAFixtures.ubloxRMC, .longitude, 8 + 33.91522 / 60),
        (NMEAFixtures.ubloxRMC, .time, 1_039_422_959),
        (NMEAFixtures.ubloxGGA, .altitude, 499.6), (NMEAFixtures.ubloxGGA, .hdop, 1.01),
        (NMEAFixtures.ubloxGLL, .longitude, 8 + 33.91565 / 60),
        (NMEAFixtures.ubloxVTG, .course, 77.52), (NMEAFixtures.ubloxGSA, .hdop, 1.18),
    ]

    @Test(
        "the published examples have the values that are printed with them", arguments: examples)
    func published(sentence: String, channel: NMEAChannel, expected: Double) throws {
        let value = try #require(number(state([sentence]), channel))
        #expect(abs(value - expected) < 1e-9 * max(1, abs(expected)))
    }

    @Test(
        "a time that is none is passed over, however long it is",
        arguments: [
            "99999999999999999999999999999999", "1235190", "12351", "1235.9", "-123519", "245959",
            "126059", "123561",
        ])
    func badTime(time: String) {
        let good = NMEAFixtures.sentence("GPRMC,000001,A,0100.0,N,00200.0,E,,,010100,,")
        let bad = NMEAFixtures.sentence("GPRMC,\(time),A,0300.0,N,00400.0,E,,,010100,,")
        let state = state([good, bad])
        #expect(number(state, .time) == 946_684_801)
        #expect(number(state, .latitude) == 3)
    }

    @Test("a date alone is believed only while there is a position")
    func date() {
        #expect(number(state([Fixtures.zda]), .time) == nil)
        #expect(number(state([Fixtures.gll, Fixtures.zda]), .time) == 1_025_813_730)
        #expect(number(state([Fixtures.gga, Fixtures.ubloxZDA]), .time) == 1_032_164_830)
        let lost = "$GPRMC,,V,,,,,,,,,,N*53"
        #expect(number(state([Fixtures.gga, lost, Fixtures.zda]), .time) == nil)
    }

    @Test(
        "every talker speaks the same language",
        arguments: ["GP", "GN", "GL", "GA", "BD", "GB", "QZ", "II"])
    func talkers(talker: String) {
        let body = "\(talker)GGA,123519,4807.038,S,01131.000,W,4,12,0.5,-5.5,M,46.9,M,,"
        let state = state([Fixtures.sentence(body)])
        #expect(number(state, .latitude) == -48.1173)
        #expect(number(state, .altitude) == -5.5)
        #expect(number(state, .fix) == 4)
    }

    @Test(
        "without a position there is none, whatever the sentence shows beside",
        arguments: [
            "GPRMC,,V,,,,,,,,,,N", "GPRMC,123520,V,4807.038,N,01131.000,E,,,230394,,",
            "GPRMC,123520,A,4807.038,N,01131.000,E,0,0,230394,,,N",
            "GPRMC,123520,A,4807.038,N,01131.000,E,0,0,230394,,,S",
            "GPGGA,123519,4807.038,N,01131.000,E,0,03,99.9,545.4,M,46.9,M,,",
            "GPGGA,123519,4807.038,N,01131.000,E,8,03,1,545.4,M,46.9,M,,",
            "GPGLL,4916.45,N,12311.12,W,225444,V,",
        ])
    func noFix(body: String) {
        let state = state([Fixtures.gga, Fixtures.rmc, Fixtures.sentence(body), Fixtures.vtg])
        for channel in NMEAChannel.allCases where channel != .fix && channel != .satellites {
            #expect(
                state.figure(channel, at: 0, staleMilliseconds: 1000)
                    == .failure(ReadFault(.noFix)))
        }
        #expect(number(state, .satellites) != nil)
        // What was true before is not taken for new when the position is back.
        var again = state
        again.take(ArraySlice("GPGLL,4916.45,N,12311.12,W,225444,A,".utf8), at: 0)
        #expect(number(again, .latitude) == 49 + 16.45 / 60)
        #expect(number(again, .altitude) == nil)
    }

    @Test("what is not said anew is stale, one channel or all of them")
    func stale() {
        var state = state([Fixtures.gga, Fixtures.rmc], at: 1000)
        let stale: Result<Value, ReadFault>? = .failure(ReadFault(.stale))
        #expect(state.figure(.altitude, at: 6000, staleMilliseconds: 5000) != stale)
        #expect(state.figure(.altitude, at: 6001, staleMilliseconds: 5000) == stale)
        state.take(ArraySlice(Fixtures.ubloxRMC.utf8.dropFirst().dropLast(3)), at: 6001)
        #expect(state.figure(.altitude, at: 6001, staleMilliseconds: 5000) == stale)
        #expect(state.figure(.latitude, at: 6001, staleMilliseconds: 5000) != stale)
        #expect(state.figure(.course, at: 11_002, staleMilliseconds: 5000) == stale)
    }

    @Test(
        "a field that is empty, odd or impossible gives nothing, and its neighbours all the same",
        arguments: [
            "", "A", "4807", "9100.000", "4860.000", "-4807.038", "48O7.038", "4807.0.38", ".5",
            "4807,038", "99999999999999999999", "١", "nan", "inf", "0x10", "1e3", " 4807.038",
        ])
    func odd(field: String) {
        let body = "GPGGA,123519,\(field),N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"
        let state = state([Fixtures.sentence(body)])
        if field == "4807" {
            #expect(number(state, .latitude) == 48 + 7.0 / 60)
        } else {
            #expect(number(state, .latitude) == nil)
        }
        if !field.contains(",") && field.utf8.allSatisfy({ $0 < 0x80 }) {
            #expect(number(state, .altitude) == 545.4)
        }
    }

    @Test(
        "a date that the calendar does not have is no time",
        arguments: ["320101", "000101", "290223", "310423", "011323", "0101", "+10101", "1a0101"])
    func dates(date: String) {
        let body = "GPRMC,123519,A,4807.038,N,01131.000,E,0,0,\(date),,"
        #expect(number(state([Fixtures.sentence(body)]), .time) == nil)
        let leap = Fixtures.sentence("GPRMC,235960,A,4807.038,N,01131.000,E,0,0,290224,,")
        #expect(number(state([leap]), .time) == 1_709_251_200)
    }

    @Test("other sentences, and those of other makers, change nothing")
    func others() {
        for body in ["GPGSV,1,1,00", "PUBX,00,1", "GPTXT,01,01,02,x", "", "GP", ",,,", "GPGGAX,1"] {
            let state = state([Fixtures.sentence(body)])
            #expect(state.newestUptimeMilliseconds == nil)
        }
    }
}
