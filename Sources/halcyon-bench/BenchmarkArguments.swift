// SPDX-License-Identifier: Apache-2.0

/// What the command line asks for.
struct BenchmarkArguments {
    enum Request {
        case help
        case list
        /// These, or all if there are none.
        case run([String])
    }

    private(set) var request = Request.run([])
    private(set) var isJSON = false
    /// How long `footprint` watches the daemon.
    private(set) var footprintSeconds = 600

    static let usage = """
        usage: halcyon-bench [--json] [--seconds N] [NAME…]
               halcyon-bench --list

        Measures the product and holds it against its budgets; all benchmarks unless some are named.
        Exit status: 0 all bounds hold, 1 one does not, 2 wrong usage.

          --json        one JSON object a line: name, value, unit, reference, ratio, bound, holds
          --seconds N   how long footprint watches the daemon, 20 to 86400 (default 600)
          --list        name the benchmarks

        """

    init(_ words: [String]) throws(BenchmarkError) {
        var names: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h": request = .help
            case "--list": request = .list
            case "--json": isJSON = true
            case "--seconds":
                guard let seconds = rest.popFirst().flatMap({ Int($0) }),
                    (20...86_400).contains(seconds)
                else { throw .usage("--seconds needs a number from 20 to 86400") }
                footprintSeconds = seconds
            default:
                guard Benchmark.all.contains(where: { $0.name == word }) else {
                    throw .usage("there is no benchmark \"\(word)\"; see --list")
                }
                names.append(word)
            }
        }
        if case .run = request { request = .run(names) }
    }
}
