// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The files of the project as they lie on disk, build products left out.
struct SourceTree {
    /// Every file, by path.
    let files: [SourceFile]
    /// Every folder's path relative to the root, `/` between parts.
    let folders: [String]

    /// The tree that this file is part of.
    static let project = SourceTree(root: rootOfThisFile())

    private static let ignored: Set<String> = [
        ".git", ".swiftpm", "__pycache__", "Package.resolved", ".DS_Store",
    ]

    /// Reads the tree below `root`. A name in `.gitignore` is not part of it.
    init(root: String) {
        var files: [SourceFile] = []
        var folders: [String] = []
        var pending = [""]
        while let folder = pending.popLast() {
            for name in Self.names(in: root + "/" + folder) {
                guard !Self.ignored.contains(name), !name.hasPrefix(".build"),
                    !name.hasSuffix(".xcodeproj")
                else { continue }
                let path = folder.isEmpty ? name : folder + "/" + name
                var status = stat()
                guard lstat(root + "/" + path, &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR:
                    folders.append(path)
                    pending.append(path)
                case S_IFREG:
                    files.append(SourceFile(path: path, bytes: Self.bytes(of: root + "/" + path)))
                default: break
                }
            }
        }
        self.files = files.sorted { $0.path < $1.path }
        self.folders = folders.sorted()
    }

    /// The Swift files of the module folders, `Sources/…`.
    var moduleFiles: [SourceFile] { files.filter { $0.module != nil && $0.language == .swift } }

    private static func rootOfThisFile(_ path: String = #filePath) -> String {
        path.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let stream = fopen(path, "r") else { return [] }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
