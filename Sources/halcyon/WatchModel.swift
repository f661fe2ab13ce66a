// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What `point watch` knows of the points, and how it draws it. No input or output of its own.
struct WatchModel {
    private struct Course {
        var newest: StoredReading
        var line = Sparkline()
        var count = 0
    }

    private var courses: [Point: Course] = [:]
    private let wanted: [String]
    /// The newest reading that was added.
    private(set) var lastID: UInt64 = 0

    /// A view of the points whose names begin with one of `wanted`, or of all points.
    init(wanted: [String], after lastID: UInt64 = 0) {
        self.wanted = wanted
        self.lastID = lastID
    }

    /// Adds readings, oldest first, and returns those that are new and wanted.
    @discardableResult
    mutating func add(_ readings: some Sequence<StoredReading>) -> [StoredReading] {
        var added: [StoredReading] = []
        for stored in readings where stored.id > lastID {
            lastID = stored.id
            let reading = stored.reading
            guard
                wanted.isEmpty
                    || wanted.contains(where: { reading.point.id.name.hasPrefix($0) })
            else { continue }
            var course = courses[reading.point] ?? Course(newest: stored)
            course.newest = stored
            course.count += 1
            course.line.add(Self.number(reading.outcome.value))
            courses[reading.point] = course
            added.append(stored)
        }
        return added
    }

    /// The table, one line a point, at this uptime of this boot.
    func lines(now: Timestamp) -> [String] {
        var table = TextTable([
            .init(heading: "POINT"), .init(heading: "VALUE", isRight: true),
            .init(heading: "UNIT"), .init(heading: "QUALITY"), .init(heading: "AGE", isRight: true),
            .init(heading: "COURSE"),
        ])
        for (point, course) in courses.sorted(by: { $0.key.id < $1.key.id }) {
            let outcome = course.newest.reading.outcome
            var quality = outcome.quality.word
            if let fault = outcome.fault { quality += " (\(fault.word))" }
            let age = now.wallMilliseconds - course.newest.reading.time.wallMilliseconds
            table.add([
                point.id.name, Format.value(outcome.value), point.unit.symbol, quality,
                Format.duration(milliseconds: max(age, 0)), course.line.text,
            ])
        }
        return table.lines
    }

    /// The newest reading of each point, by name.
    var newest: [StoredReading] {
        courses.sorted { $0.key.id < $1.key.id }.map(\.value.newest)
    }

    private static func number(_ value: Value?) -> Double? {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        case .boolean(let state): state ? 1 : 0
        case .text, nil: nil
        }
    }
}
