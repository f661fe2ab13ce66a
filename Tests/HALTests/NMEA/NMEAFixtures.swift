// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport

enum NMEAFixtures {
    /// Sentences that are printed as examples: of the widely copied description of NMEA 0183 by
    /// D. DePriest, and of the u-blox M8 protocol specification (UBX-13003221).
    static let gga = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"
    static let rmc = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A"
    static let gll = "$GPGLL,4916.45,N,12311.12,W,225444,A,*1D"
    static let vtg = "$GPVTG,054.7,T,034.4,M,005.5,N,010.2,K*48"
    static let gsa = "$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39"
    static let zda = "$GPZDA,201530.00,04,07,2002,00,00*60"
    static let ubloxRMC = "$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A*57"
    static let ubloxGGA =
        "$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,*5B"
    static let ubloxGLL = "$GPGLL,4717.11364,N,00833.91565,E,092321.00,A,A*60"
    static let ubloxVTG = "$GPVTG,77.52,T,,M,0.004,N,0.008,K,A*06"
    static let ubloxZDA = "$GPZDA,082710.00,16,09,2002,00,00*64"
    static let ubloxGSA = "$GPGSA,A,3,23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54*0D"

    static let published = [
        gga, rmc, gll, vtg, gsa, zda, ubloxRMC, ubloxGGA, ubloxGLL, ubloxVTG, ubloxZDA, ubloxGSA,
    ]

    /// A sentence with its checksum.
    static func sentence(_ body: String) -> String {
        let sum = String(body.utf8.reduce(0, ^), radix: 16, uppercase: true)
        return "$\(body)*\(sum.count < 2 ? "0" : "")\(sum)"
    }

    static func bytes(_ sentences: [String]) -> [UInt8] {
        sentences.flatMap { Array("\($0)\r\n".utf8) }
    }

    /// A bus with one point for each channel, all of them if none is named.
    static func bus(
        _ line: String, _ channels: [NMEAChannel] = NMEAChannel.allCases, baud: Int = 9600,
        timeout: Int64 = 20_000
    ) -> NMEABusDefinition {
        NMEABusDefinition(
            line: line, baud: baud,
            devices: [
                .init(
                    name: "gnss",
                    points: channels.map {
                        .init(
                            polled: PolledPoint(
                                point: .test("gnss/\($0.rawValue)"), periodMilliseconds: 1000),
                            channel: $0)
                    }, timeoutMilliseconds: timeout, staleMilliseconds: 5000)
            ])
    }
}
