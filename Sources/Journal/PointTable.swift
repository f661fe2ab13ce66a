// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Points and their numbers in one journal, cached as they are used.
final class PointTable {
    private let database: Database
    private var numbers: [Point: UInt32] = [:]
    private var points: [UInt32: Point] = [:]

    init(_ database: Database) { self.database = database }

    /// The number of `point`, given to it now if it has none; within a write transaction.
    ///
    /// - Returns: `nil` if the journal knows as many points as it may.
    func number(_ point: Point) throws(JournalError) -> UInt32? {
        if let number = numbers[point] { return number }
        let name = SQLValue.text(point.id.name)
        let unit = SQLValue.text(point.unit.symbol)
        let known = try database.first(
            "SELECT id FROM point WHERE name = ? AND unit = ?", name, unit
        ) { (row) throws(JournalError) in try Self.number(row, 0) }
        if let known {
            // The index alone would not show that it leads to another point.
            guard try self.point(known) == point else {
                throw JournalError(.damaged, database.path, "index of point \(point.id)")
            }
            numbers[point] = known
            return known
        }
        let highest = try database.integer("SELECT max(id) FROM point")
        guard highest >= 0, highest < Int64(JournalLimits.pointsMax) else { return nil }
        let number = UInt32(highest + 1)
        try database.run(
            "INSERT INTO point (id, name, unit, checksum) VALUES (?, ?, ?, ?)",
            .integer(Int64(number)), name, unit, .integer(Self.checksum(number, point)))
        numbers[point] = number
        return number
    }

    /// Forgets numbers that a transaction gave out and then did not keep.
    func rollBack() { numbers = [:] }

    /// The point of that number; `nil` if there is none.
    func point(_ number: UInt32) throws(JournalError) -> Point? {
        if let point = points[number] { return point }
        let point = try database.first(
            "SELECT id, name, unit, checksum FROM point WHERE id = ?", .integer(Int64(number)),
            map: Self.point)
        points[number] = point
        return point
    }

    /// All points in the order of their numbers.
    func all() throws(JournalError) -> [Point] {
        try database.all(
            "SELECT id, name, unit, checksum FROM point ORDER BY id LIMIT \(JournalLimits.pointsMax)",
            map: Self.point)
    }

    private static func point(_ row: Row) throws(JournalError) -> Point {
        let number = try number(row, 0)
        let name = try row.text(1, bytesMax: TelemetryLimits.pointNameBytesMax)
        guard let id = PointID(name), let unit = Unit(try row.text(2, bytesMax: 16)) else {
            throw row.damage("point \(number)")
        }
        let point = Point(id: id, unit: unit)
        guard row.integer(3) == checksum(number, point) else {
            throw row.damage("checksum of point \(number)")
        }
        return point
    }

    /// A flipped bit in a name must not move readings to another point.
    private static func checksum(_ number: UInt32, _ point: Point) -> Int64 {
        var checksum = Checksum()
        checksum.update(littleEndian: UInt64(number))
        checksum.update(point.id.name.utf8)
        checksum.update(CollectionOfOne(0))
        checksum.update(point.unit.symbol.utf8)
        return Int64(checksum.value)
    }

    private static func number(_ row: Row, _ column: CInt) throws(JournalError) -> UInt32 {
        guard let number = UInt32(exactly: row.integer(column)), number > 0 else {
            throw row.damage("point number \(row.integer(column))")
        }
        return number
    }
}
