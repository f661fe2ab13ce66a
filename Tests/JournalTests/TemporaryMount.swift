// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A small file system in memory, for what only a file system can refuse. Needs root.
final class TemporaryMount {
    let folder: String

    /// Whether this process may mount.
    static let isPossible: Bool = {
        guard let mount = try? TemporaryMount(kibibytes: 64) else { return false }
        return mount.isMounted
    }()

    private let isMounted: Bool

    init(kibibytes: Int) throws {
        var template = Array("/tmp/halcyon-mount-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        isMounted = Self.run([
            "mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder,
        ])
    }

    deinit {
        if isMounted { _ = Self.run(["umount", "-l", folder]) }
        rmdir(folder)
    }

    func remount(_ option: String) {
        #expect(Self.run(["mount", "-o", "remount,\(option)", folder]))
    }

    private static func run(_ words: [String]) -> Bool {
        let arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pid: pid_t = 0
        guard posix_spawnp(&pid, words[0], &actions, nil, arguments, environ) == 0 else {
            return false
        }
        var status: CInt = 0
        waitpid(pid, &status, 0)
        return status == 0
    }
}
