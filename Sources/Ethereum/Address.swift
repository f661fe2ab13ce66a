// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// An account's address: the last 20 bytes of the Keccak-256 of its public key, or a contract's.
public struct Address: Hashable, Sendable {
    /// How many bytes an address has.
    public static let count = 20

    /// The 20 bytes.
    public let bytes: [UInt8]

    /// The address of exactly 20 bytes; `nil` for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = Array(bytes)
    }

    /// The address that `0x` and 40 digits spell. Capitals, where both cases occur, must be the checksum of EIP-55.
    ///
    /// - Throws: `EthereumError` of rule `address` or `addressChecksum`.
    public init(_ text: String) throws(EthereumError) {
        guard text.hasPrefix("0x"), text.utf8.count == 42, let bytes = try? Hex.decode(text) else {
            throw EthereumError(.address, "not 0x and 40 hexadecimal digits")
        }
        self.bytes = bytes
        let digits = text.dropFirst(2)
        let isMixed = digits.contains(where: \.isUppercase) && digits.contains(where: \.isLowercase)
        guard !isMixed || description == text else {
            throw EthereumError(.addressChecksum, text)
        }
    }

    /// The path of the account in the state trie.
    public var path: Bytes32 { Keccak256.digest(bytes) }
}

extension Address: CustomStringConvertible {
    /// `0x` and 40 digits, with the checksum of EIP-55 in their capitals.
    public var description: String {
        let digits = Hex.encode(bytes)
        let hash = Keccak256.digest(Array(digits.utf8)).bytes
        var text = "0x"
        for (index, digit) in digits.enumerated() {
            let nibble = index.isMultiple(of: 2) ? hash[index / 2] >> 4 : hash[index / 2] & 15
            text += nibble >= 8 ? digit.uppercased() : String(digit)
        }
        return text
    }
}
