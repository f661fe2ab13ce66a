// SPDX-License-Identifier: Apache-2.0

/// Thirty-two bytes: a digest, a public key, an identifier.
///
/// Stored in four words so that a value never touches the heap; they lie in memory as the bytes do.
public struct Bytes32: Hashable, Sendable {
    /// How many bytes a value holds.
    public static let count = 32
    /// Thirty-two zeros.
    public static let zero = Bytes32 { _ in }

    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The value of exactly 32 bytes, first byte first; `nil` for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.init { output in
            for (index, byte) in bytes.enumerated() {
                output[index] = byte
            }
        }
    }

    /// The value that 64 hexadecimal digits spell, with or without `0x`; `nil` for anything else.
    public init?(hex text: String) {
        guard let bytes = try? Hex.decode(text) else { return nil }
        self.init(bytes)
    }

    /// The value that `body` writes into 32 zeroed bytes, such as a C function's output.
    @inline(__always)
    public init(writtenBy body: (UnsafeMutablePointer<UInt8>) -> Void) {
        words = (0, 0, 0, 0)
        withUnsafeMutablePointer(to: &words) {
            $0.withMemoryRebound(to: UInt8.self, capacity: Self.count) { body($0) }
        }
    }

    /// The 32 bytes, first byte first.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Lends the 32 bytes to `body`.
    @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Whether both hold the same bytes.
    public static func == (left: Bytes32, right: Bytes32) -> Bool {
        left.words == right.words
    }

    /// Feeds the bytes to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Bytes32: CustomStringConvertible {
    /// The value as 64 lower-case hexadecimal digits.
    public var description: String { Hex.encode(bytes) }
}
