// SPDX-License-Identifier: Apache-2.0

import Bytes
import Glibc
import Telemetry
import Testing

@testable import Journal

/// A folder for one test, removed with it, and the readings that tests write.
final class Scratch {
    let folder: String
    var path: String { folder + "/journal" }

    init() throws {
        var template = Array("/tmp/halcyon-journal-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for name in names { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    /// The names of the files in the folder.
    var names: [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static let wall: Int64 = 1_790_000_000_000

    static func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(wallMilliseconds: wall + milliseconds, uptimeMilliseconds: milliseconds)
    }

    static func point(_ index: Int) throws -> Point {
        Point(id: try #require(PointID("device/point\(index)")), unit: .count)
    }

    /// `count` readings with values from `first` on, of ten points in turn.
    static func readings(_ count: Int, from first: Int64 = 1) throws -> [Reading] {
        let points = try (0..<10).map { try point($0) }
        return (0..<Int64(count)).map { index in
            Reading(
                point: points[Int((first + index) % 10)], outcome: .good(.integer(first + index)),
                time: time(first + index))
        }
    }

    static func attestation(
        _ sequence: UInt64, _ readings: ClosedRange<UInt64>?, bytes: Int = 400
    ) throws -> StoredAttestation {
        let hash = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 32)
        return StoredAttestation(
            sequence: sequence, wallMilliseconds: wall, readings: readings,
            hash: try #require(Bytes32(hash)), bytes: [UInt8](repeating: 5, count: bytes))
    }

    func open(
        _ options: JournalOptions = JournalOptions(), boot: String = "boot-1", at time: Int64 = 0
    ) throws -> (journal: Journal, opening: JournalOpening) {
        try Journal.open(at: path, options: options, now: Self.time(time), bootID: boot)
    }

    /// All readings that a reader finds.
    func stored(_ query: ReadingQuery = ReadingQuery()) throws -> [StoredReading] {
        var all: [StoredReading] = []
        try JournalReader(path).forEachReading(query) {
            all.append($0)
            return true
        }
        return all
    }

    func contents(_ suffix: String = "") -> [UInt8]? {
        guard let file = fopen(path + suffix, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    func write(_ bytes: [UInt8], suffix: String = "") throws {
        let file = try #require(fopen(path + suffix, "w"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
    }
}

/// The error of that rule that `body` throws; a test fails if it throws none.
func rule(_ body: () async throws -> Void) async -> JournalError.Rule? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? JournalError)?.rule
    }
}
