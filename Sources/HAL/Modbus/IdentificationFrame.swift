// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Telemetry

/// Answers to Read Device Identification on a serial line (Application Protocol V1.1b3 §6.21).
///
/// Their length follows from a walk over the objects in them, which libmodbus does not do.
enum IdentificationFrame {
    /// Waits for one frame.
    ///
    /// - Parameters:
    ///   - descriptor: the open line.
    ///   - place: its name for errors.
    ///   - deadline: when to give up.
    ///   - frame: receives the bytes; at least `ModbusLimits.frameBytesMax` long.
    /// - Returns: how many bytes came, the checksum included.
    /// - Throws: `ModbusFailure`.
    static func receive(
        _ descriptor: CInt, _ place: String, deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Int {
        var count = 0
        var wanted = Length.atLeast(5)
        while case .atLeast(let least) = wanted {
            guard least <= ModbusLimits.unitAndPDUBytesMax + 2 else {
                throw ModbusFailure(.malformedAnswer, "receive", place)
            }
            try fill(descriptor, place, deadline, &frame, &count, least)
            wanted = length(of: frame, count)
        }
        guard case .exactly(let length) = wanted, length <= ModbusLimits.unitAndPDUBytesMax + 2
        else { throw ModbusFailure(.malformedAnswer, "receive", place) }
        try fill(descriptor, place, deadline, &frame, &count, length)
        let checksum = FrameChecksum.crc16(frame[..<(length - 2)])
        guard frame[length - 2] == UInt8(checksum & 0xff), frame[length - 1] == checksum >> 8 else {
            throw ModbusFailure(.checksum, "receive", place)
        }
        return length
    }

    /// What is known of a frame's length.
    enum Length: Hashable {
        case exactly(Int)
        case atLeast(Int)
        /// It is none of these frames.
        case unknown
    }

    /// The length of a frame of which `count` bytes are there.
    static func length(of frame: [UInt8], _ count: Int) -> Length {
        guard count >= 5 else { return .atLeast(5) }
        // A refusal: unit, function, code, checksum.
        if frame[1] == 0x80 | 43 { return .exactly(5) }
        guard frame[1] == 43, frame[2] == ModbusRequest.identificationType else { return .unknown }
        guard count >= 8 else { return .atLeast(8) }
        // Objects follow: identifier, length, bytes.
        var end = 8
        for _ in 0..<frame[7] {
            guard count >= end + 2 else { return .atLeast(end + 2) }
            end += 2 + Int(frame[end + 1])
        }
        return .exactly(end + 2)
    }

    private static func fill(
        _ descriptor: CInt, _ place: String, _ deadline: Int64, _ frame: inout [UInt8],
        _ count: inout Int, _ wanted: Int
    ) throws(ModbusFailure) {
        while count < wanted {
            guard try TCPSocket.isReady(descriptor, for: POLLIN, place, deadline) else {
                throw ModbusFailure(.timeout, "receive", place, code: ETIMEDOUT)
            }
            let got = frame.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress?.advanced(by: count), wanted - count)
            }
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            guard got >= 0 else { throw ModbusFailure(system: "receive", place) }
            guard got > 0 else { throw ModbusFailure(.connectionClosed, "receive", place) }
            count += got
        }
    }
}
