// SPDX-License-Identifier: Apache-2.0

/// Snappy's block format, as test vectors are compressed with (google/snappy, `format_description.txt`).
enum SnappyBlock {
    /// The bytes that a block holds.
    ///
    /// - Parameters:
    ///   - block: the whole block.
    ///   - bytesMax: how many it may hold; no more are ever allocated.
    /// - Returns: exactly as many as the block announces.
    /// - Throws: `ReplayError` of rule `snappy`, with the offset as place.
    static func decode(_ block: [UInt8], bytesMax: Int) throws(ReplayError) -> [UInt8] {
        var reader = Reader(block: block)
        let count = try reader.length()
        guard count <= bytesMax else { throw reader.error("\(count) bytes, at most \(bytesMax)") }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        while !reader.isAtEnd {
            let tag = Int(try reader.integer(1))
            let room = count - output.count
            switch tag & 3 {
            case 0:
                let short = tag >> 2
                let length = short < 60 ? short + 1 : try reader.integer(short - 59) + 1
                guard length <= room else { throw reader.error("a literal beyond the end") }
                output += try reader.bytes(length)
            case 1:
                let offset = (tag >> 5) << 8 | (try reader.integer(1))
                try reader.copy((tag >> 2 & 7) + 4, offset, room, &output)
            case let kind:
                try reader.copy(tag >> 2 + 1, reader.integer(kind == 2 ? 2 : 4), room, &output)
            }
        }
        guard output.count == count else { throw reader.error("\(output.count) bytes of \(count)") }
        return output
    }

    private struct Reader {
        let block: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset == block.count }

        func error(_ text: String) -> ReplayError {
            ReplayError(.snappy, "byte \(offset): \(text)")
        }

        mutating func bytes(_ count: Int) throws(ReplayError) -> ArraySlice<UInt8> {
            guard count <= block.count - offset else { throw error("the block ends") }
            defer { offset += count }
            return block[offset..<offset + count]
        }

        /// A number of at most four bytes, little-endian.
        mutating func integer(_ count: Int) throws(ReplayError) -> Int {
            try bytes(count).reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        /// The announced length: seven bits a byte, the lowest first, at most 32 in all.
        mutating func length() throws(ReplayError) -> Int {
            var value = 0
            for shift in stride(from: 0, to: 35, by: 7) {
                let byte = try integer(1)
                value |= (byte & 0x7F) << shift
                guard value <= Int(UInt32.max) else { break }
                if byte < 0x80 { return value }
            }
            throw error("a length of more than 32 bits")
        }

        /// Appends what stands `distance` before the end; it may overlap what is appended.
        func copy(
            _ count: Int, _ distance: Int, _ room: Int, _ output: inout [UInt8]
        ) throws(ReplayError) {
            guard count <= room else { throw error("a copy beyond the end") }
            guard distance >= 1, distance <= output.count else {
                throw error("a copy from \(distance) bytes before")
            }
            for _ in 0..<count { output.append(output[output.count - distance]) }
        }
    }
}
