// SPDX-License-Identifier: Apache-2.0

/// A path in a trie: half bytes, the high one of a byte first.
struct Nibbles: Equatable {
    private(set) var values: ArraySlice<UInt8>

    /// All nibbles of a key.
    init(_ key: [UInt8]) {
        values = key.flatMap { [$0 >> 4, $0 & 15] }[...]
    }

    private init(_ values: ArraySlice<UInt8>) {
        self.values = values
    }

    /// The path of a leaf or an extension, which are told apart in the same byte
    /// (hex-prefix encoding: Yellow Paper, appendix C).
    ///
    /// - Throws: `EthereumError` of rule `nodePath`.
    static func decode(
        hexPrefix bytes: ArraySlice<UInt8>, _ place: String
    ) throws(EthereumError) -> (path: Nibbles, isLeaf: Bool) {
        guard let first = bytes.first, first >> 4 <= 3 else {
            throw EthereumError(.nodePath, "\(place): flags")
        }
        let isOdd = first & 0x10 != 0
        guard isOdd || first & 15 == 0 else { throw EthereumError(.nodePath, "\(place): padding") }
        let all = Nibbles(Array(bytes))
        return (Nibbles(all.values.dropFirst(isOdd ? 1 : 2)), first & 0x20 != 0)
    }

    /// The path in hex-prefix encoding.
    func hexPrefix(isLeaf: Bool) -> [UInt8] {
        let flags: UInt8 = isLeaf ? 2 : 0
        var padded = values.count.isMultiple(of: 2) ? [flags, 0] : [flags + 1]
        padded += values
        return stride(from: 0, to: padded.count, by: 2).map { padded[$0] << 4 | padded[$0 + 1] }
    }

    var count: Int { values.count }
    var isEmpty: Bool { values.isEmpty }

    /// Takes the first nibble off; `nil` at the end.
    mutating func next() -> Int? {
        values.popFirst().map(Int.init)
    }

    /// Takes `prefix` off if the path begins with it, and says whether it did.
    mutating func drop(_ prefix: Nibbles) -> Bool {
        guard values.starts(with: prefix.values) else { return false }
        values = values.dropFirst(prefix.count)
        return true
    }

    /// How many nibbles both begin with.
    func commonPrefix(_ other: Nibbles) -> Int {
        zip(values, other.values).prefix { $0 == $1 }.count
    }

    /// The first `count` nibbles.
    func prefix(_ count: Int) -> Nibbles { Nibbles(values.prefix(count)) }

    /// What follows the first `count` nibbles.
    func dropFirst(_ count: Int) -> Nibbles { Nibbles(values.dropFirst(count)) }
}
