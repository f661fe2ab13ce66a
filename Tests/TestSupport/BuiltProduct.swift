// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The executables that were built together with the tests.
public enum BuiltProduct {
    /// The path of the executable `name`, beside the running test bundle.
    public static func path(_ name: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let runner = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        // `swift test` runs the bundle PRODUCT.xctest directly, from the folder of the products.
        let folder = runner.lastIndex(of: "/").map { String(runner[..<$0]) } ?? "."
        return "\(folder)/\(name)"
    }
}
