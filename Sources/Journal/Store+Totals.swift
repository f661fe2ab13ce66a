// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension Store {
    /// The counts that are kept, by point.
    ///
    /// - Parameter skipsDamage: whether to give what can be read, instead of throwing.
    /// - Returns: at most `JournalLimits.totalsMax` counts.
    /// - Throws: damage, `inputOutput`, `busy`.
    func totals(skipsDamage: Bool = false) throws(JournalError) -> [PointID: Int64] {
        var totals: [PointID: Int64] = [:]
        do throws(JournalError) {
            _ = try database.all(
                "SELECT point, value, checksum FROM total LIMIT \(JournalLimits.totalsMax)"
            ) { (row) throws(JournalError) in
                do throws(JournalError) {
                    let (point, total) = try Self.total(row)
                    totals[point] = total
                } catch {
                    guard skipsDamage else { throw error }
                }
            }
        } catch {
            guard skipsDamage else { throw error }
        }
        return totals
    }

    /// Keeps the count of a point; within a write transaction.
    func setTotal(_ point: PointID, _ total: Int64) throws(JournalError) {
        try database.run(
            "INSERT OR REPLACE INTO total (point, value, checksum) VALUES (?, ?, ?)",
            .text(point.name), .integer(total), .integer(Self.checksum(point, total)))
    }

    private static func total(_ row: Row) throws(JournalError) -> (PointID, Int64) {
        let name = try row.text(0, bytesMax: TelemetryLimits.pointNameBytesMax)
        guard let point = PointID(name), row.integer(2) == checksum(point, row.integer(1)) else {
            throw row.damage("total of \(name)")
        }
        return (point, row.integer(1))
    }

    /// A flipped bit must not become a count that every later one is built upon.
    private static func checksum(_ point: PointID, _ total: Int64) -> Int64 {
        var checksum = Checksum()
        checksum.update(point.name.utf8)
        checksum.update(CollectionOfOne(0))
        checksum.update(littleEndian: UInt64(bitPattern: total))
        return Int64(checksum.value)
    }
}
