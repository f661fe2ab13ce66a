// SPDX-License-Identifier: Apache-2.0

/// One benchmark by its name; it may give several measurements.
struct Benchmark: Sendable {
    let name: String
    let summary: String
    let run: @Sendable (BenchmarkArguments) async throws -> [Measurement]

    /// All of them, the quick ones first.
    static let all = [
        Benchmark(name: "size", summary: "stripped size of the daemon", run: SizeBenchmark.run),
        Benchmark(
            name: "coalescing", summary: "requests that one poll of a profile takes",
            run: CoalescingBenchmark.run),
        Benchmark(
            name: "sign", summary: "signatures against libsodium in C; whole attestations",
            run: SignBenchmark.run),
        Benchmark(
            name: "start", summary: "from spawn to the first reading", run: StartBenchmark.run),
        Benchmark(
            name: "modbus", summary: "Modbus TCP registers against libmodbus in C",
            run: ModbusBenchmark.run),
        Benchmark(
            name: "journal", summary: "durable readings and commits", run: JournalBenchmark.run),
        Benchmark(
            name: "flash", summary: "bytes written to the disk for each reading",
            run: FlashBenchmark.run),
        Benchmark(
            name: "jitter", summary: "how far readings stray from their period",
            run: JitterBenchmark.run),
        Benchmark(
            name: "collectd", summary: "processor and memory beside collectd's modbus plugin",
            run: CollectdBenchmark.run),
        Benchmark(
            name: "footprint", summary: "memory of the daemon after minutes of polling",
            run: FootprintBenchmark.run),
    ]
}
