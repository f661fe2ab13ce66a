// SPDX-License-Identifier: Apache-2.0

internal import JSON
public import LightClient
internal import Platform

/// A network that is not built in, described by a file in TOML or, beginning with a brace, in JSON.
public enum NetworkFile {
    /// Reads a network's file.
    ///
    /// - Parameter path: the file; its members are those of `Network.init(json:)`.
    /// - Returns: the network.
    /// - Throws: `SystemError`, `JSONError`, `ConfigurationProblem` or `LightClientError` of rule `network`.
    public static func read(_ path: String) throws -> Network {
        let text = try File.read(path, bytesMax: AgentLimits.configurationBytesMax)
        if text.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            return try Network(json: JSONReader.read(text))
        }
        return try Network(json: JSONValue(TOMLDocument.parse(text)))
    }
}

extension JSONValue {
    /// The same value as JSON has it; dates and times, which it doesn't have, become null.
    fileprivate init(_ node: TOMLNode) {
        switch node.value {
        case .table(let members): self = .object(members.mapValues(JSONValue.init))
        case .array(let elements): self = .array(elements.map(JSONValue.init))
        case .text(let text): self = .string(text)
        case .integer(let number): self = .number("\(number)")
        case .number(let number): self = .number("\(number)")
        case .boolean(let value): self = .bool(value)
        case .other: self = .null
        }
    }
}
