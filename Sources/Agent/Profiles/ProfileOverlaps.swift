// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// Finds points of a profile that lie on the same registers: nearly always a slip of the pen.
enum ProfileOverlaps {
    /// Notes each pair of points that share registers, unless both are bits of one register or one
    /// of them says `overlaps = true`.
    static func check(
        _ file: ProfileFile, _ bus: BusConfiguration, _ record: ConfigurationRecord
    ) {
        guard case .modbus(let definition) = bus.definition,
            let points = definition.devices.first?.points, points.count == file.points.count
        else { return }
        let sorted = points.indices.sorted {
            (points[$0].address, $0) < (points[$1].address, $1)
        }
        // A point can only share registers with those that begin before its end.
        for (place, first) in sorted.enumerated() {
            let end = points[first].address + points[first].encoding.width
            for second in sorted[(place + 1)...] {
                guard points[second].address < end else { break }
                guard points[first].table == points[second].table,
                    !(points[first].encoding.isPart && points[second].encoding.isPart),
                    model(file.points[first]) == model(file.points[second]),
                    !isAllowed(file.points[first]), !isAllowed(file.points[second])
                else { continue }
                report(file, first, second, record)
            }
        }
    }

    private static func report(
        _ file: ProfileFile, _ first: Int, _ second: Int, _ record: ConfigurationRecord
    ) {
        let (earlier, later) = (min(first, second), max(first, second))
        let node = file.points[later].node
        record.add(
            ConfigurationProblem(
                line: node["address"]?.line ?? node.line, path: "point[\(later)].address",
                message:
                    "\"\(file.points[later].name)\" shares registers with "
                    + "\"\(file.points[earlier].name)\" of line \(file.points[earlier].node.line); "
                    + "one of them says overlaps = true if it must",
                file: file.path))
    }

    /// Addresses of different SunSpec models have nothing to do with each other.
    private static func model(_ point: ProfileFile.Point) -> String? {
        point.node["model"]?.value.shown
    }

    private static func isAllowed(_ point: ProfileFile.Point) -> Bool {
        if case .boolean(true) = point.node["overlaps"]?.value { true } else { false }
    }
}

extension ModbusEncoding {
    /// Whether it takes a part of a register only.
    fileprivate var isPart: Bool {
        switch self {
        case .flag, .bits: true
        default: false
        }
    }
}
