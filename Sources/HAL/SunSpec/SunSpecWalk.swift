// SPDX-License-Identifier: Apache-2.0

/// The search for a device's SunSpec models, without any bus: says what to read next.
///
/// The map begins with the marker "SunS" at one of three addresses; models follow each other, each
/// with its number and length, until the number 0xFFFF (SunSpec Information Model Specification
/// V1.9 §3). Addresses only ever grow and models are counted, so every walk ends.
struct SunSpecWalk: Sendable {
    private static let bases = [40_000, 50_000, 0]
    private static let marker: [UInt16] = [0x5375, 0x6e53]
    private static let lastModel: UInt16 = 0xffff

    private var basesLeft = bases[1...]
    private var base = bases[0]
    private var models: [SunSpecModel] = []
    /// Where the next model begins; `nil` as long as the marker has not been seen.
    private var position: Int?
    /// What was found; `nil` while it goes on, and if there is no map.
    private(set) var map: SunSpecMap?
    private var isDone = false

    init() {}

    /// The registers to read next; `nil` when the walk has ended.
    var next: Range<Int>? {
        guard !isDone else { return nil }
        let start = position ?? base
        return start..<(start + 2)
    }

    /// Takes the registers of `next`; `nil` if the device does not give them.
    mutating func answered(_ registers: [UInt16]?) {
        guard let position else { return marked(registers) }
        guard let registers, registers.count == 2 else { return end(.refused) }
        let (id, length) = (Int(registers[0]), Int(registers[1]))
        guard registers[0] != Self.lastModel else { return end(.marked) }
        guard id != 0 else { return end(.malformed) }
        let model = SunSpecModel(id: id, address: position, length: length)
        guard position + model.count + 2 <= ModbusLimits.addressesPerTable else {
            return end(.beyondAddresses)
        }
        guard models.count < ModbusLimits.sunSpecModelsMax else { return end(.tooManyModels) }
        models.append(model)
        self.position = position + model.count
    }

    private mutating func marked(_ registers: [UInt16]?) {
        if registers == Self.marker {
            position = base + 2
        } else if let next = basesLeft.popFirst() {
            base = next
        } else {
            isDone = true
        }
    }

    private mutating func end(_ end: SunSpecMap.End) {
        map = SunSpecMap(base: base, models: models, end: end)
        isDone = true
    }
}
