// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What the numbers of one type of Industrial I/O channel mean.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-iio`: the units after offset and scale.
struct IIOQuantity: Hashable, Sendable {
    /// The unit of the values; `nil` where the kernel defines none.
    let unit: Unit?
    private let multiplier: Double
    private let divisor: Double

    private init(_ symbol: String, times multiplier: Double = 1, over divisor: Double = 1) {
        unit = Unit(symbol)
        self.multiplier = multiplier
        self.divisor = divisor
    }

    /// Numbers that the kernel gives no unit, or a type that is not known here.
    private init() { self.init("") }

    /// The quantity of a channel's type: `temp`, `humidityrelative`.
    init(type: String) { self = Self.known[type] ?? Self() }

    /// A number of the kernel in `unit`.
    func value(of number: Double) -> Double { number * multiplier / divisor }

    /// Where a kernel unit is no unit of ours, the factor is beside the unit that replaces it.
    private static let known: [String: Self] = [
        "voltage": Self("V", over: 1000),
        "altvoltage": Self("V", over: 1000),
        "current": Self("A", over: 1000),
        "power": Self("W", over: 1000),
        "energy": Self("J"),
        "resistance": Self("Ohm"),
        "capacitance": Self("F", over: 1e9),
        "electricalconductivity": Self("S/m"),
        "temp": Self("Cel", over: 1000),
        "pressure": Self("Pa", times: 1000),
        "humidityrelative": Self("%RH", over: 1000),
        "illuminance": Self("lx"),
        "accel": Self("m/s2"),
        "gravity": Self("m/s2"),
        "velocity": Self("m/s"),
        "deltavelocity": Self("m/s"),
        "distance": Self("m"),
        "angl": Self("rad"),
        "deltaangl": Self("rad"),
        "phase": Self("rad"),
        // Radians per second: the registries have no unit for it but the one of its dimension.
        "anglvel": Self("1/s"),
        "incli": Self("deg"),
        "magn": Self("T", over: 1e4),
        "concentration": Self("%"),
        "massconcentration": Self("ug/m3"),
        "ph": Self("pH"),
        "count": Self("count"),
        "steps": Self("count"),
        "activity": Self("%"),
        "positionrelative": Self("%", over: 1000),
    ]
}
