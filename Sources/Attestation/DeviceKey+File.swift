// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Glibc
internal import Platform

/// The key file, 87 bytes: a line of text that names the format, the 32-byte seed (RFC 8032's
/// private key), and the 32-byte public key, by which damage shows.
extension DeviceKey {
    private static let magic = Array("halcyon-ed25519-key-v1\n".utf8)
    private static let seedOffset = magic.count
    private static let keyOffset = seedOffset + Ed25519.seedCount
    private static let fileCount = keyOffset + Bytes32.count

    /// Makes a new key and writes it to a new file of mode 0600, durably.
    ///
    /// - Throws: `DeviceKeyError`; one that was there is unchanged. No file is left behind, except
    ///   if it is a `write` whose operation is `sync`: the key is there then, and whole, but a
    ///   power cut may take it away.
    public static func create(at path: String) throws(DeviceKeyError) -> DeviceKey {
        guard var file = GuardedMemory(count: fileCount) else { throw .guardedMemory }
        let made = file.write { file in
            Result { () throws(DeviceKeyError) in
                file.update(from: magic, count: magic.count)
                Ed25519.randomSeed(file + seedOffset)
                let key = try DeviceKey(seed: file + seedOffset)
                (file + keyOffset).update(from: key.publicKey.bytes, count: Bytes32.count)
                do throws(SystemError) {
                    try File.write(
                        UnsafeRawBufferPointer(start: file, count: fileCount), to: path,
                        mode: 0o600, replacing: false)
                } catch {
                    throw error.code == EEXIST ? .exists(path) : .write(error)
                }
                return key
            }
        }
        guard let made else { throw .guardedMemory }
        return try made.get()
    }

    /// Loads the key of a file that `create` made.
    ///
    /// If `PATH.new` is another name of the same file, which writing once could leave after a
    /// crash, that name is removed: a secret has one name.
    ///
    /// - Throws: `DeviceKeyError`.
    public static func load(at path: String) throws(DeviceKeyError) -> DeviceKey {
        guard var file = GuardedMemory(count: fileCount) else { throw .guardedMemory }
        let loaded = file.write { file in
            Result { () throws(DeviceKeyError) in
                do throws(PrivateFileError) {
                    try PrivateFile.read(
                        path, into: UnsafeMutableRawBufferPointer(start: file, count: fileCount))
                } catch {
                    throw .file(error)
                }
                let bytes = UnsafeBufferPointer(start: file, count: fileCount)
                guard bytes.starts(with: magic) else { throw .format(path) }
                let key = try DeviceKey(seed: file + seedOffset)
                guard bytes[keyOffset...].elementsEqual(key.publicKey.bytes) else {
                    throw .damaged(path)
                }
                _ = File.removeSecondName(path + ".new", of: path)
                return key
            }
        }
        guard let loaded else { throw .guardedMemory }
        return try loaded.get()
    }
}
