// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform

/// A port of this machine that takes connections and never says a word.
final class SilentListener {
    private let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // The kernel shakes hands by itself; nobody accepts.
                bind(descriptor, $0, length) | listen(descriptor, 64)
                    | getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { throw SystemError("listen", "127.0.0.1") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
