// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The program from its arguments to its exit status.
enum BenchmarkRun {
    /// Runs what the arguments ask for.
    ///
    /// - Returns: 0 if every bound holds, 1 if one does not or a benchmark failed, 2 for wrong usage.
    static func run(_ words: [String]) async -> Int32 {
        let arguments: BenchmarkArguments
        do throws(BenchmarkError) {
            arguments = try BenchmarkArguments(words)
        } catch {
            note("\(error)\n\(BenchmarkArguments.usage)")
            return 2
        }
        switch arguments.request {
        case .help: print(BenchmarkArguments.usage, terminator: "")
        case .list:
            for benchmark in Benchmark.all {
                let gap = String(repeating: " ", count: max(1, 12 - benchmark.name.utf8.count))
                print("\(benchmark.name)\(gap)\(benchmark.summary)")
            }
        case .run(let names): return await measure(names, arguments)
        }
        return 0
    }

    private static func measure(_ names: [String], _ arguments: BenchmarkArguments) async -> Int32 {
        #if DEBUG
            note("this is a debug build: only one made with -c release measures the product")
        #endif
        if !arguments.isJSON { print(Measurement.tableHead) }
        var allHold = true
        for benchmark in Benchmark.all where names.isEmpty || names.contains(benchmark.name) {
            note("\(benchmark.name) …")
            do {
                for measurement in try await benchmark.run(arguments) {
                    print(arguments.isJSON ? measurement.json : measurement.tableRow)
                    if measurement.holds == false { allHold = false }
                }
            } catch {
                note("\(benchmark.name): \(error)")
                allHold = false
            }
            // Rows appear when they are known, also where the output is a pipe.
            fflush(nil)
        }
        return allHold ? 0 : 1
    }

    /// Writes a line to standard error, beside the results.
    static func note(_ text: String) {
        let line = "halcyon-bench: \(text)\n"
        _ = write(2, line, line.utf8.count)
    }
}
