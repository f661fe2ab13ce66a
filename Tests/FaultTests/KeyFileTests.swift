// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import TestSupport
import Testing

extension Faults {
    /// Key files that the daemon must not use.
    @Suite struct KeyFileTests {
        /// What is wrong with the file.
        enum Fault: CaseIterable {
            case missing, open, short, long, format, damaged, link, folder

            /// The exit status and a word of the message.
            var refusal: (status: Int32, word: String) {
                switch self {
                case .missing: (66, "No such file")
                case .open: (65, "0644")
                case .short: (65, "86 bytes")
                case .long: (65, "88 bytes")
                case .format: (65, "no key file")
                case .damaged: (65, "damaged")
                case .link: (65, "symbolic link")
                case .folder: (65, "no regular file")
                }
            }

            func apply(to path: String) throws {
                let key = try File.read(path, bytesMax: 1024)
                func write(_ bytes: [UInt8]) throws { try File.write(bytes, to: path, mode: 0o600) }
                switch self {
                case .missing: unlink(path)
                case .open: chmod(path, 0o644)
                case .short: try write(Array(key.dropLast()))
                case .long: try write(key + [0])
                case .format: try write([0] + key.dropFirst())
                case .damaged: try write(key.dropLast() + [(key.last ?? 0) ^ 1])
                case .link:
                    rename(path, path + ".real")
                    symlink(path + ".real", path)
                case .folder:
                    unlink(path)
                    mkdir(path, 0o700)
                }
            }
        }

        @Test(
            "a key file that is not as it should be is refused with its fault, before the journal",
            arguments: Fault.allCases)
        func refusal(fault: Fault) throws {
            let device = try Device(StorageTests.few)
            try fault.apply(to: device.key)
            let (output, status) = try device.refusal()
            #expect(status == fault.refusal.status)
            #expect(output.contains("the key can't be used"))
            #expect(output.contains(fault.refusal.word), "\(output)")
            #expect(!device.stateNames.contains { $0.hasPrefix("journal") })
            let shown = try device.halcyon("key", "show")
            #expect(shown.status == fault.refusal.status, "\(shown.output)")
        }
    }
}
