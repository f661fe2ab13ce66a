// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Attestation

/// Writes CBOR with exactly one fault, at the item of a given number in writing order.
struct LooseEncoder {
    /// The faults.
    enum Fault: CaseIterable {
        case longHead, indefinite, hugeLength, reservedHead
        case swappedEntries, repeatedEntry, wideFloat
    }

    private let fault: Fault
    private let target: Int
    private var number = 0
    private var isDone = false
    private var bytes: [UInt8] = []

    /// The encoding with that fault; `nil` if the item of that number cannot have it.
    static func encode(_ value: CBORValue, fault: Fault, at target: Int) throws -> [UInt8]? {
        var encoder = LooseEncoder(fault: fault, target: target)
        try encoder.write(value)
        return encoder.isDone ? encoder.bytes : nil
    }

    /// How many items there are in `value`.
    static func count(_ value: CBORValue) -> Int {
        switch value {
        case .array(let elements): elements.reduce(1) { $0 + count($1) }
        case .map(let entries): entries.reduce(1) { $0 + count($1.key) + count($1.value) }
        case .tag(_, let item): 1 + count(item)
        default: 1
        }
    }

    private init(fault: Fault, target: Int) {
        self.fault = fault
        self.target = target
    }

    private mutating func write(_ value: CBORValue) throws {
        let isTarget = number == target
        number += 1
        if isTarget, fault == .reservedHead {
            isDone = true
            bytes.append(try CBOREncoder.encode(value)[0] & 0xe0 | 0x1c)
            return
        }
        switch value {
        case .unsigned(let argument): head(0, argument, isTarget)
        case .negative(let argument): head(1, argument, isTarget)
        case .tag(let argument, let item):
            head(6, argument, isTarget)
            try write(item)
        case .bytes(let string): write(2, string, isTarget)
        case .text(let string): write(3, Array(string.utf8), isTarget)
        case .array(let elements):
            let isOpen = container(4, elements.count, isTarget)
            for element in elements { try write(element) }
            if isOpen { bytes.append(0xff) }
        case .map(let entries): try write(entries, isTarget)
        case .float(let number) where isTarget && fault == .wideFloat:
            isDone = Double(Float(number)) == number
            bytes.append(0xfb)
            withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
        default: bytes += try CBOREncoder.encode(value)
        }
    }

    private mutating func write(_ entries: [CBORValue.Entry], _ isTarget: Bool) throws {
        var entries = entries
        if isTarget, fault == .swappedEntries, entries.count > 1 {
            isDone = true
            entries.swapAt(0, 1)
        }
        if isTarget, fault == .repeatedEntry, let last = entries.last {
            isDone = true
            entries.append(last)
        }
        let isOpen = container(5, entries.count, isTarget)
        for entry in entries {
            try write(entry.key)
            try write(entry.value)
        }
        if isOpen { bytes.append(0xff) }
    }

    private mutating func write(_ major: UInt8, _ string: [UInt8], _ isTarget: Bool) {
        if container(major, string.count, isTarget) {
            head(major, UInt64(string.count), false)
            bytes += string + [0xff]
        } else {
            bytes += string
        }
    }

    /// Writes the head; whether a break must follow.
    private mutating func container(_ major: UInt8, _ count: Int, _ isTarget: Bool) -> Bool {
        if isTarget, fault == .indefinite {
            isDone = true
            bytes.append(major << 5 | 31)
            return true
        }
        if isTarget, fault == .hugeLength {
            isDone = true
            bytes += [major << 5 | 26, 0x40, 0, 0, 0]
            return false
        }
        head(major, UInt64(count), isTarget)
        return false
    }

    private mutating func head(_ major: UInt8, _ argument: UInt64, _ isTarget: Bool) {
        guard isTarget, fault == .longHead, argument <= UInt32.max else {
            var encoder = CBOREncoder()
            encoder.unsigned(argument)
            bytes.append(encoder.bytes[0] | major << 5)
            bytes += encoder.bytes.dropFirst()
            return
        }
        isDone = true
        bytes.append(major << 5 | 27)
        withUnsafeBytes(of: argument.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
