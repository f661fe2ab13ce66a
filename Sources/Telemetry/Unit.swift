// SPDX-License-Identifier: Apache-2.0

/// A unit from the SenML units registries: RFC 8428 §12.1 and the secondary units of RFC 8798.
public struct Unit: Hashable, Sendable {
    /// The symbol as registered: `W`, `Cel`, `%RH`, `kWh`.
    public let symbol: String

    /// The unit of a registered symbol; `nil` for any other text.
    public init?(_ symbol: String) {
        guard Self.primary.contains(symbol) || Self.secondary.contains(symbol) else { return nil }
        self.symbol = symbol
    }

    private init(registered symbol: String) { self.symbol = symbol }

    /// The ratio unit `/`, also that of states and plain counts' quotients.
    public static let ratio = Unit(registered: "/")
    /// `count`, the unit of counters.
    public static let count = Unit(registered: "count")

    /// Every symbol of the registries, sorted.
    public static var symbols: [String] { (primary + secondary).sorted() }

    private static let primary: [String] = [
        "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C",
        "V", "F", "Ohm", "S", "Wb", "T", "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2",
        "m3", "l", "m/s", "m/s2", "m3/s", "l/s", "W/m2", "cd/m2", "bit", "bit/s", "lat", "lon",
        "pH", "dB", "dBW", "Bspl", "count", "/", "%", "%RH", "%EL", "EL", "1/s", "1/min",
        "beat/min", "beats", "S/m", "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "deg",
    ]

    private static let secondary: [String] = [
        "ms", "min", "h", "MHz", "kW", "kVA", "kvar", "Ah", "Wh", "kWh", "varh", "kvarh", "kVAh",
        "Wh/km", "KiB", "GB", "Mbit/s", "B/s", "MB/s", "mV", "mA", "dBm", "ug/m3", "mm/h", "m/h",
        "ppm", "/100", "/1000", "hPa", "mm", "cm", "km", "km/h",
    ]
}
