// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// What a satellite receiver says, by the word that configuration uses.
public enum NMEAChannel: String, Sendable, CaseIterable {
    /// Latitude in degrees, north positive (WGS 84).
    case latitude
    /// Longitude in degrees, east positive (WGS 84).
    case longitude
    /// Height above mean sea level in metres.
    case altitude
    /// Speed over ground in metres a second.
    case speed
    /// Course over ground in degrees from true north.
    case course
    /// Satellites that the position is made from.
    case satellites
    /// Horizontal dilution of precision.
    case hdop
    /// Quality of the position: 0 none, 1 satellites, 2 differential, 4 and 5 real-time kinematic,
    /// 6 estimated.
    case fix
    /// Seconds since 1970, UTC, of the newest position.
    case time

    /// The unit of its values before scaling.
    public var unit: Unit? {
        switch self {
        case .latitude: Unit("lat")
        case .longitude: Unit("lon")
        case .altitude: Unit("m")
        case .speed: Unit("m/s")
        case .course: Unit("deg")
        case .satellites, .fix: .count
        case .hdop: .ratio
        case .time: Unit("s")
        }
    }
}
