// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// What must outlive the journal itself, in `PATH.counters`, so that no position is given out twice.
///
/// Ceilings are written before any position up to them is used, so a journal that is lost goes on
/// after them. Floors are written after what they name is durable, so a journal that ends below
/// them has lost its tail.
///
/// Floors follow every attestation, and commits once in `JournalLimits.floorIntervalMilliseconds`
/// of uptime or `JournalLimits.floorReadingsMax` readings. A disk that loses commits it had
/// confirmed, all of them newer than that and none of them attested, is not noticed: the positions
/// of those readings, which no attestation names, are then given out again. The file is 84 bytes: `HJC1`, the fields lowest byte first, CRC-32C.
struct Counters: Equatable {
    /// The device's boot count and the identifier of that boot.
    var boot: UInt32 = 0
    var bootID = ""
    /// The highest positions that may have been used.
    var sequenceCeiling: UInt64 = 0
    var readingCeiling: UInt64 = 0
    /// Positions that the journal is known to have reached.
    var sequenceFloor: UInt64 = 0
    var readingFloor: UInt64 = 0

    private static let magic = Array("HJC1".utf8)
    private static let count = 4 + 4 + 4 + JournalLimits.bootIDBytesMax + 4 * 8 + 4

    static func path(_ journal: String) -> String { journal + ".counters" }

    /// The counters beside the journal at `path`; `nil` if the file is missing, damaged, or on a
    /// part of the disk that cannot be read any more.
    static func load(_ path: String) throws(JournalError) -> Counters? {
        do throws(SystemError) {
            return Counters(decoding: try File.read(Self.path(path), bytesMax: count))
        } catch {
            if [ENOENT, EFBIG, EIO].contains(error.code) { return nil }
            throw JournalError(error, rule: .counters)
        }
    }

    /// Replaces the file and returns when it is on the disk.
    func save(_ path: String) throws(JournalError) {
        do throws(SystemError) {
            try File.write(encoded, to: Self.path(path), mode: 0o644)
        } catch {
            throw JournalError(error)
        }
    }

    var encoded: [UInt8] {
        var bytes = Self.magic
        bytes.append(littleEndian: boot)
        let id = Array(bootID.utf8.prefix(JournalLimits.bootIDBytesMax))
        bytes.append(littleEndian: UInt32(id.count))
        bytes += id + [UInt8](repeating: 0, count: JournalLimits.bootIDBytesMax - id.count)
        for position in [sequenceCeiling, readingCeiling, sequenceFloor, readingFloor] {
            bytes.append(littleEndian: position)
        }
        bytes.append(littleEndian: Checksum.of(bytes))
        return bytes
    }
}

extension Counters {
    /// The counters that `encoded` gave these bytes for; `nil` for any other bytes.
    init?(decoding bytes: [UInt8]) {
        guard bytes.count == Self.count, bytes.starts(with: Self.magic) else { return nil }
        let end = bytes.count - 4
        var reader = ByteReader(bytes, from: 4, to: end)
        var tail = ByteReader(bytes, from: end, to: bytes.count)
        guard let sum = try? tail.littleEndian(UInt32.self), sum == Checksum.of(bytes[..<end]),
            let boot = try? reader.littleEndian(UInt32.self),
            let length = try? reader.littleEndian(UInt32.self),
            length <= JournalLimits.bootIDBytesMax,
            let id = try? reader.take(JournalLimits.bootIDBytesMax),
            let bootID = String(validating: id.prefix(Int(length)), as: UTF8.self)
        else { return nil }
        var positions: [UInt64] = []
        for _ in 0..<4 {
            guard let position = try? reader.littleEndian(UInt64.self),
                position <= JournalLimits.positionMax
            else { return nil }
            positions.append(position)
        }
        self.init(
            boot: boot, bootID: bootID, sequenceCeiling: positions[0],
            readingCeiling: positions[1], sequenceFloor: positions[2], readingFloor: positions[3])
    }
}
