// SPDX-License-Identifier: Apache-2.0

/// Why there is no measurement.
enum BenchmarkError: Error, CustomStringConvertible {
    /// The arguments mean nothing.
    case usage(String)
    /// A program is missing and could not be built.
    case missingProgram(String)
    /// A program ended, or said something else than expected.
    case program(String, output: String)
    /// The scratch folder lies in memory, where nothing is ever durable.
    case notADisk(String)
    /// A read that had to succeed did not.
    case badReading(String)
    /// The kernel does not show a number.
    case unknownNumber(String)

    var description: String {
        switch self {
        case .usage(let words): words
        case .missingProgram(let path): "\(path) is missing and could not be built"
        case .program(let name, let output): "\(name) did not do its part: \(output)"
        case .notADisk(let path): "\(path) is not on a disk; run in a folder that is"
        case .badReading(let outcome): "a reading failed: \(outcome)"
        case .unknownNumber(let name): "no number for \(name)"
        }
    }
}
