// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A socket address as the resolver gave it.
struct HostAddress: Hashable, Sendable {
    let family: CInt
    let bytes: [UInt8]

    /// The stream addresses of a host, in the order in which to try them.
    ///
    /// - Parameters:
    ///   - host: a name or a numeric address.
    ///   - port: the TCP port.
    ///   - isNumeric: refuse names, so that no name server is asked.
    /// - Returns: the addresses; none if the host is not known.
    static func resolve(_ host: String, port: Int, isNumeric: Bool) -> [HostAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (isNumeric ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [HostAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                let raw = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
                found.append(HostAddress(family: entry.ai_family, bytes: Array(raw)))
            }
            next = entry.ai_next
        }
        return found
    }
}
