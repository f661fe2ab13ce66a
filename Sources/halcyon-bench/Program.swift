// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A program of the project, beside the one that runs.
enum Program {
    /// The path of the program `name`, which is built if it is not there.
    static func path(_ name: String) throws -> String {
        let path = "\(try folder())/\(name)"
        if access(path, X_OK) == 0 { return path }
        BenchmarkRun.note("\(name) is missing; building it")
        let build = try Child(
            "/usr/bin/env", ["swift", "build", "-c", "release", "--product", name])
        let (output, status) = try build.finish()
        guard status == 0, access(path, X_OK) == 0 else {
            BenchmarkRun.note(output)
            throw BenchmarkError.missingProgram(path)
        }
        return path
    }

    /// Runs a program to its end; what it printed.
    static func output(_ name: String, _ arguments: [String]) throws -> String {
        let (output, status) = try Child(try path(name), arguments).finish()
        guard status == 0 else { throw BenchmarkError.program(name, output: output) }
        return output
    }

    /// The number that a program prints.
    static func number(_ name: String, _ arguments: [String]) throws -> Double {
        let output = try output(name, arguments)
        guard let number = Double(output.prefix { !$0.isNewline }) else {
            throw BenchmarkError.program(name, output: output)
        }
        return number
    }

    private static func folder() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { throw BenchmarkError.missingProgram(path) }
        return String(path[..<slash])
    }
}
