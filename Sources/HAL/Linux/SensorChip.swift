// SPDX-License-Identifier: Apache-2.0

/// Chips that people wire to a board's I2C bus, and how their kernel drivers are brought to them.
///
/// Sources: the drivers' device tables, Linux `Documentation/hwmon` and `drivers/iio`; Raspberry Pi's
/// `overlays/README`. A chip that is not listed works all the same: only the advice is poorer.
struct SensorChip {
    /// What the kernel calls it, in `name` of its hwmon or IIO device and in `new_device`.
    let name: String
    /// The kernel's module.
    let module: String
    /// Addresses that it can have, the one that it leaves the factory with first.
    let addresses: [UInt8]
    /// The line of a Raspberry Pi's `config.txt` that declares it, at its first address.
    let overlay: String?

    private init(
        _ name: String, _ module: String, _ addresses: [UInt8], overlay: String? = nil
    ) {
        self.name = name
        self.module = module
        self.addresses = addresses
        self.overlay = overlay
    }

    private static func sensor(_ name: String, _ module: String, _ addresses: [UInt8]) -> Self {
        Self(name, module, addresses, overlay: "i2c-sensor,\(name)")
    }

    /// The chip of that name, if it is listed.
    static func named(_ name: String) -> Self? { all.first { $0.name == name } }

    private static let all: [Self] = [
        sensor("bmp085", "bmp280-i2c", [0x77]), sensor("bmp180", "bmp280-i2c", [0x77]),
        sensor("bmp280", "bmp280-i2c", [0x76, 0x77]), sensor("bme280", "bmp280-i2c", [0x76, 0x77]),
        sensor("bme680", "bme680_i2c", [0x76, 0x77]), sensor("bh1750", "bh1750", [0x23, 0x5C]),
        sensor("aht10", "aht10", [0x38]), sensor("htu21", "htu21", [0x40]),
        sensor("hdc100x", "hdc100x", [0x40, 0x41, 0x42, 0x43]),
        sensor("si7020", "si7020", [0x40]), sensor("sht3x", "sht3x", [0x44, 0x45]),
        sensor("sht4x", "sht4x", [0x44, 0x45]), sensor("lm75", "lm75", Array(0x48...0x4F)),
        sensor("tmp102", "tmp102", [0x48, 0x49, 0x4A, 0x4B]),
        sensor("ds1621", "ds1621", Array(0x48...0x4F)),
        sensor("jc42", "jc42", Array(0x18...0x1F)), sensor("ms5637", "ms5637", [0x76]),
        sensor("ms8607", "ms5637", [0x76]), sensor("tsl4531", "tsl4531", [0x29]),
        sensor("veml6070", "veml6070", [0x38]), sensor("sps30", "sps30_i2c", [0x69]),
        sensor("sgp30", "sgp30", [0x58]), sensor("ccs811", "ccs811", [0x5B, 0x5A]),
        Self("ads1015", "ti-ads1015", Array(0x48...0x4B), overlay: "ads1015"),
        Self("ads1115", "ti-ads1015", Array(0x48...0x4B), overlay: "ads1115"),
        Self("ina219", "ina2xx", Array(0x40...0x4F)), Self("ina220", "ina2xx", Array(0x40...0x4F)),
        Self("ina226", "ina2xx", Array(0x40...0x4F)), Self("ina230", "ina2xx", Array(0x40...0x4F)),
        Self("ina3221", "ina3221", Array(0x40...0x43)), Self("shtc1", "shtc1", [0x70]),
        Self("shtc3", "shtc1", [0x70]), Self("scd30", "scd30_i2c", [0x61]),
        Self("scd4x", "scd4x", [0x62]), Self("mcp9600", "mcp9600", Array(0x60...0x67)),
        Self("mcp3422", "mcp3422", Array(0x68...0x6F)), Self("vl53l0x", "vl53l0x-i2c", [0x29]),
    ]

    /// How a chip of that name is declared to the kernel, at a place or at the usual one.
    static func advice(_ name: String, at place: I2CPlace? = nil) -> String? {
        let chip = named(name)
        guard place != nil || chip != nil else { return nil }
        var ways: [String] = []
        if let overlay = chip?.overlay, let first = chip?.addresses.first,
            place == nil || place?.bus == 1
        {
            let address = place.map { $0.address == first ? "" : ",addr=\($0.addressText)" } ?? ""
            ways.append("dtoverlay=\(overlay)\(address) in a Raspberry Pi's config.txt")
        }
        let bus = place.map { "\($0.bus)" } ?? "1"
        let address = place?.addressText ?? "0x\(String(chip?.addresses.first ?? 0, radix: 16))"
        ways.append("echo \(name) \(address) > /sys/bus/i2c/devices/i2c-\(bus)/new_device")
        let text = ways.joined(separator: ", or ")
        return chip.map { "\(text); its module is \($0.module)" } ?? text
    }
}
