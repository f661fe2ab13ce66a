// SPDX-License-Identifier: Apache-2.0

/// Who a slave says that it is, by the two functions that the protocol has for that.
public struct ModbusIdentity: Hashable, Sendable {
    /// Objects of Read Device Identification (Application Protocol V1.1b3 §6.21), by their number:
    /// 0 vendor, 1 product code, 2 revision, 4 product name, 5 model. Texts, cleaned.
    public private(set) var objects: [UInt8: String] = [:]
    /// What Report Server ID (§6.13) says, as far as it is text.
    public internal(set) var serverID: String?

    /// A slave that says nothing.
    public init() {}

    /// The vendor.
    public var vendor: String? { objects[0] }
    /// The product code.
    public var product: String? { objects[1] }
    /// The revision.
    public var revision: String? { objects[2] }
    /// The product's name.
    public var productName: String? { objects[4] }
    /// The model.
    public var model: String? { objects[5] }
    /// Whether nothing is known.
    public var isEmpty: Bool { objects.isEmpty && serverID == nil }

    /// Adds the objects of an answer, or none of an answer that contradicts itself.
    ///
    /// - Parameters:
    ///   - data: an answer's data after the category: conformity level, "more follows", next object,
    ///     count of objects, objects.
    ///   - first: the object that was asked for.
    /// - Returns: the object to go on with; `nil` at the end. It is always beyond `first` and all in
    ///   `data`, so that asking on ends.
    mutating func add(_ data: [UInt8], from first: UInt8) -> UInt8? {
        guard data.count >= 4 else { return nil }
        var found: [UInt8: String] = [:]
        var highest = first
        var place = 4
        for _ in 0..<data[3] {
            guard place + 2 <= data.count else { return nil }
            let end = place + 2 + Int(data[place + 1])
            guard end <= data.count else { return nil }
            found[data[place]] = Self.text(data[(place + 2)..<end])
            highest = max(highest, data[place])
            place = end
        }
        objects.merge(found.filter { !$0.value.isEmpty }) { known, _ in known }
        return data[1] == 0xff && data[2] > highest ? data[2] : nil
    }

    /// The printable part of a text that is padded, or that is no text: up to the first byte that is
    /// no ASCII character, without blanks around.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let visible = bytes.prefix { (0x20...0x7e).contains($0) }
        var text = Array(visible.drop { $0 == 0x20 })
        while text.last == 0x20 { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }
}
