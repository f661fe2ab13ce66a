// SPDX-License-Identifier: Apache-2.0

internal import CToml

/// Reads TOML text into nodes that know their lines.
enum TOMLDocument {
    /// The root table of `text`.
    ///
    /// - Throws: `ConfigurationProblem` for a text that is too long or is not TOML 1.0.
    static func parse(_ text: [UInt8]) throws(ConfigurationProblem) -> TOMLNode {
        guard text.count <= AgentLimits.configurationBytesMax else {
            throw ConfigurationProblem(
                line: 1, path: "",
                message: "the file is longer than \(AgentLimits.configurationBytesMax) bytes")
        }
        try checkKeys(text)
        let builder = TOMLTreeBuilder()
        var failure = toml_failure()
        let isDone = withExtendedLifetime(builder) {
            var visitor = visitor(for: builder)
            return text.withUnsafeBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    toml_walk($0.baseAddress, $0.count, &visitor, &failure)
                }
            }
        }
        guard isDone, let root = builder.root else {
            let message = withUnsafeBytes(of: failure.message) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ConfigurationProblem(
                line: Int(failure.line), path: "", message: "not TOML: \(message)")
        }
        return root
    }

    /// Refuses keys of absurdly many parts: the parser nests a call for each and would run out of
    /// stack. A key stands on one line.
    private static func checkKeys(_ text: [UInt8]) throws(ConfigurationProblem) {
        var line = 1
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: "\n") {
                line += 1
                dots = 0
            } else if byte == UInt8(ascii: ".") {
                dots += 1
                guard dots <= AgentLimits.dotsPerLineMax else {
                    throw ConfigurationProblem(
                        line: line, path: "",
                        message: "there are more than \(AgentLimits.dotsPerLineMax) dots")
                }
            }
        }
    }

    /// The walk's callbacks, each of which finds `builder` again in its context.
    private static func visitor(for builder: TOMLTreeBuilder) -> toml_visitor {
        toml_visitor(
            context: Unmanaged.passUnretained(builder).toOpaque(),
            key: { TOMLDocument.builder($0).key(TOMLDocument.text($1, $2)) },
            table_begin: { TOMLDocument.builder($0).begin(line: $1, isTable: true) },
            array_begin: { TOMLDocument.builder($0).begin(line: $1, isTable: false) },
            end: { TOMLDocument.builder($0).end() },
            text: { TOMLDocument.builder($0).add(.text(TOMLDocument.text($2, $3)), line: $1) },
            integer: { TOMLDocument.builder($0).add(.integer($2), line: $1) },
            number: { TOMLDocument.builder($0).add(.number($2), line: $1) },
            boolean: { TOMLDocument.builder($0).add(.boolean($2), line: $1) },
            other: { TOMLDocument.builder($0).add(.other, line: $1) })
    }

    private static func builder(_ context: UnsafeMutableRawPointer?) -> TOMLTreeBuilder {
        guard let context else { return TOMLTreeBuilder() }
        return Unmanaged<TOMLTreeBuilder>.fromOpaque(context).takeUnretainedValue()
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
