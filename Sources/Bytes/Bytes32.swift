// SPDX-License-Identifier: Apache-2.0

/// Thirty-two bytes: a digest, a public key, an identifier.
///
/// Stored in four words so that a value never touches the heap.
public struct Bytes32: Hashable, Sendable {
    /// How many bytes a value holds.
    public static let count = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The value of exactly 32 bytes, first byte first; `nil` for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        var words = [UInt64](repeating: 0, count: 4)
        for (index, byte) in bytes.enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The value that 64 hexadecimal digits spell, with or without `0x`; `nil` for anything else.
    public init?(hex text: String) {
        guard let bytes = try? Hex.decode(text) else { return nil }
        self.init(bytes)
    }

    /// The value that `body` writes into 32 zeroed bytes, such as a C function's output.
    public init(writtenBy body: (UnsafeMutablePointer<UInt8>) -> Void) {
        var raw: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutablePointer(to: &raw) {
            $0.withMemoryRebound(to: UInt8.self, capacity: Self.count) { body($0) }
        }
        words = (raw.0.bigEndian, raw.1.bigEndian, raw.2.bigEndian, raw.3.bigEndian)
    }

    /// The 32 bytes, first byte first.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Self.count)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                result.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return result
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
