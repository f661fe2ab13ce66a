// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A golden vector: what a device holds, and what its points then say.
struct ProfileVector {
    /// What a point must read as.
    enum Expectation: Hashable {
        case value(Value)
        case fault(Fault)
    }

    let table: TableReader
    let name: String
    /// Keys of the device, instead of the profile's.
    let device: [String: TOMLNode]
    /// What the device's Modbus tables hold.
    let registers: ModbusRegisterImage
    /// What files hold, by their paths from the root.
    let files: [String: String]
    /// Where symbolic links lead, by their paths.
    let links: [String: String]
    /// Pulses since the counter was at zero.
    let pulses: Int64?
    let expectations: [String: Expectation]

    /// Reads a `[[vector]]`, noting what is wrong with it.
    init(_ table: TableReader) {
        self.table = table
        name = table.text("name")
        let device = table.table("device")
        self.device = device.nodes
        var image = ModbusRegisterImage()
        for block in table.tables("registers") { Self.read(block, into: &image) }
        registers = image
        files = Self.paths(table.table("files"))
        links = Self.links(table.table("links"))
        pulses = table.optionalInteger("pulses", in: 0...Int64.max)
        expectations = Self.expectations(table.table("values"), table.table("faults"))
        if expectations.isEmpty { table.problem("a vector has [vector.values] or faults") }
        let count = files.count + links.count + expectations.count
        if count > AgentLimits.entriesPerVectorMax {
            let most = AgentLimits.entriesPerVectorMax
            table.problem("there are \(count) entries, more than \(most)")
        }
        table.finish()
    }

    private static func read(_ block: TableReader, into image: inout ModbusRegisterImage) {
        let table = block.choice(
            "table",
            [
                "coil": ModbusTable.coil, "discrete": .discrete, "holding": .holding,
                "input": .input,
            ])
        let address = Int(block.integer("address", in: 0...65_535))
        let words = block.text("words").split(separator: " ").map { UInt16($0, radix: 16) }
        block.finish()
        guard let table else { return }
        guard !words.isEmpty, words.count <= AgentLimits.entriesPerVectorMax,
            address + words.count <= 65_536, words.allSatisfy({ $0 != nil })
        else {
            block.problem(
                "words", "must be hexadecimal words between blanks, none beyond address 65535")
            return
        }
        for (index, word) in words.enumerated() {
            image[table, address + index] = word
        }
    }

    /// Texts by absolute paths.
    private static func paths(_ table: TableReader) -> [String: String] {
        var paths: [String: String] = [:]
        for key in table.nodes.keys.sorted() {
            let parts = key.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain =
                key.hasPrefix("/") && !parts.dropFirst().contains { $0.isEmpty || $0 == ".." }
            if !isPlain { table.problem(key, "must be an absolute path without \"..\"") }
            let text = table.text(key)
            if isPlain { paths[key] = text }
        }
        return paths
    }

    private static func links(_ table: TableReader) -> [String: String] {
        let links = paths(table)
        return links.filter { path, target in
            // Above the root there are the files of the machine that checks the profile. With its
            // steps up at its beginning, and not reached through another, a link goes no further
            // up than its path is deep, whatever others it leads to.
            let depth = path.split(separator: "/").count - 1
            let steps = target.split(separator: "/")
            let ups = steps.prefix { $0 == ".." }.count
            let isNested = links.keys.contains { path.hasPrefix("\($0)/") }
            guard !target.hasPrefix("/"), !target.isEmpty, ups <= depth,
                !steps.dropFirst(ups).contains(".."), !isNested
            else {
                table.problem(path, "must lead to a relative path that stays below the root")
                return false
            }
            return true
        }
    }

    private static func expectations(
        _ values: TableReader, _ faults: TableReader
    ) -> [String: Expectation] {
        var expectations: [String: Expectation] = [:]
        for (key, node) in values.nodes {
            switch node.value {
            case .integer(let number): expectations[key] = .value(.integer(number))
            case .number(let number): expectations[key] = .value(.number(number))
            case .boolean(let state): expectations[key] = .value(.boolean(state))
            case .text(let text): expectations[key] = .value(.text(text))
            default: values.problem(key, "must be a number, a text, true or false")
            }
        }
        for key in faults.nodes.keys.sorted() {
            let word = faults.text(key)
            if let fault = Fault(word: word) {
                expectations[key] = .fault(fault)
            } else {
                let hint = Spelling.hint(for: word, among: Fault.allCases.map(\.word))
                faults.problem(key, "\"\(word)\" is no fault\(hint)")
            }
        }
        return expectations
    }
}

extension ProfileVector.Expectation: CustomStringConvertible {
    var description: String {
        switch self {
        case .value(let value): "\(value)"
        case .fault(let fault): fault.word
        }
    }

    /// Whether a point that reads as `outcome` is as expected. A number may differ by what a
    /// 32-bit float can't tell.
    func holds(for outcome: Outcome) -> Bool {
        switch (self, outcome.value) {
        case (.fault(let fault), nil): outcome.fault == fault
        case (.value(let expected), let value?):
            switch (expected, value) {
            case (.integer(let left), .number(let right)): Self.agree(Double(left), right)
            case (.number(let left), .number(let right)): Self.agree(left, right)
            default: expected == value
            }
        default: false
        }
    }

    private static func agree(_ left: Double, _ right: Double) -> Bool {
        (left - right).magnitude <= left.magnitude * 1e-7
    }
}
