// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A slave with memory that can be written, made independently of the driver.
final class MemorySlave: Sendable {
    struct Tables {
        var coils = [Bool](repeating: false, count: 64)
        /// Addresses without an entry are illegal.
        var holding: [Int: UInt16] = [:]
        /// Functions that the slave says it does not know.
        var unknownFunctions: Set<UInt8> = []
        /// Objects of Read Device Identification; none if it does not know the function.
        var objects: [UInt8: String] = [:]
    }

    private let tables: Mutex<Tables>

    init(_ tables: Tables) { self.tables = Mutex(tables) }

    /// A slave with these holding registers from `base` on.
    convenience init(base: Int = 0, _ registers: [UInt16]) {
        self.init(Tables(holding: Self.map(base, registers)))
    }

    static func map(_ base: Int, _ registers: [UInt16]) -> [Int: UInt16] {
        Dictionary(uniqueKeysWithValues: registers.enumerated().map { (base + $0, $1) })
    }

    /// Its tables now.
    var current: Tables { tables.withLock { $0 } }
    /// Changes its tables.
    func change(_ body: (inout sending Tables) -> Void) { tables.withLock { body(&$0) } }

    /// The answer's PDU to a request's.
    func answer(_ pdu: [UInt8]) -> [UInt8] {
        tables.withLock { Self.answer(pdu, &$0) ?? [pdu[0] | 0x80, 2] }
    }

    private static func answer(_ pdu: [UInt8], _ tables: inout Tables) -> [UInt8]? {
        if tables.unknownFunctions.contains(pdu[0]) { return [pdu[0] | 0x80, 1] }
        switch pdu[0] {
        case 17: return [17, 3, 0x61, 0x62, 0xff]
        case 43: return identify(pdu, tables.objects)
        default: break
        }
        let address = Int(pdu[1]) << 8 | Int(pdu[2])
        let value = UInt16(pdu[3]) << 8 | UInt16(pdu[4])
        switch pdu[0] {
        case 1:
            guard tables.coils.indices.contains(address), value == 1 else { return nil }
            return [1, 1, tables.coils[address] ? 1 : 0]
        case 3: return read(address, Int(value), tables)
        case 5:
            guard tables.coils.indices.contains(address) else { return nil }
            tables.coils[address] = value == 0xff00
            return pdu
        case 6: return tables.holding.updateValue(value, forKey: address) == nil ? nil : pdu
        case 15:
            guard tables.coils.indices.contains(address), value == 1, pdu[5] == 1 else {
                return nil
            }
            tables.coils[address] = pdu[6] & 1 == 1
            return Array(pdu[..<5])
        case 16:
            guard Int(pdu[5]) == 2 * Int(value), pdu.count == 6 + Int(pdu[5]) else { return nil }
            for index in 0..<Int(value) {
                tables.holding[address + index] =
                    UInt16(pdu[6 + 2 * index]) << 8 | UInt16(pdu[7 + 2 * index])
            }
            return Array(pdu[..<5])
        case 22:
            guard let old = tables.holding[address] else { return nil }
            let or = UInt16(pdu[5]) << 8 | UInt16(pdu[6])
            tables.holding[address] = old & value | or & ~value
            return pdu
        default: return [pdu[0] | 0x80, 1]
        }
    }

    private static func read(_ address: Int, _ count: Int, _ tables: Tables) -> [UInt8]? {
        guard (1...125).contains(count) else { return nil }
        var answer: [UInt8] = [3, UInt8(2 * count)]
        for register in address..<(address + count) {
            guard let value = tables.holding[register] else { return nil }
            answer += [UInt8(value >> 8), UInt8(value & 0xff)]
        }
        return answer
    }

    /// One object an answer, so that "more follows" is followed.
    private static func identify(_ pdu: [UInt8], _ objects: [UInt8: String]) -> [UInt8]? {
        let all = objects.keys.sorted().filter { pdu[2] == 1 ? $0 < 3 : $0 >= 3 }
        guard let object = all.first(where: { $0 >= pdu[3] }) else { return [0xab, 2] }
        let next = all.first { $0 > object }
        let text = Array((objects[object] ?? "").utf8)
        return [43, 14, pdu[2], 0x82, next == nil ? 0 : 0xff, next ?? 0, 1, object]
            + [UInt8(text.count)] + text
    }

    /// A script for TCP in which each unit has its slave; others are not there, as a gateway says.
    static func tcp(_ slaves: [UInt8: MemorySlave]) -> SlaveScript {
        { _, request in
            let pdu = slaves[request[6]]?.answer(Array(request[7...])) ?? [request[7] | 0x80, 11]
            return [.send(Frames.tcp(request, pdu: pdu))]
        }
    }

    /// A script for a serial line in which each unit has its slave; all obey a broadcast.
    static func rtu(_ slaves: [UInt8: MemorySlave]) -> SlaveScript {
        { _, request in
            let pdu = Array(request[1..<(request.count - 2)])
            guard request[0] != 0 else {
                for slave in slaves.values { _ = slave.answer(pdu) }
                return []
            }
            return slaves[request[0]].map { [.send(Frames.rtu(request, pdu: $0.answer(pdu)))] }
                ?? []
        }
    }
}
