// SPDX-License-Identifier: Apache-2.0

/// What may be imported where, and how.
enum ImportRules {
    /// Imports that `ImportTable` does not allow, and modules that it does not know.
    static func direction(_ file: SourceFile) -> [Finding] {
        guard file.language == .swift, let module = file.module else { return [] }
        guard let allowed = ImportTable.allowed[module] else {
            return [Finding(file.path, 0, "module \(module) has no line in ImportTable")]
        }
        return ImportScanner.imports(in: file).filter {
            !allowed.contains($0.module) && !ImportTable.everywhere.contains($0.module)
                && !($0.module == "FoundationEssentials"
                    && ImportTable.foundationEssentials.contains(module))
        }.map { Finding(file.path, $0.line, "\(module) must not import \($0.module)") }
    }

    /// Imports of library modules without a written access level, and shown C modules.
    static func access(_ file: SourceFile) -> [Finding] {
        guard file.language == .swift, let module = file.module else { return [] }
        let isProgram = ImportTable.executables.contains(module)
        return ImportScanner.imports(in: file).compactMap { found in
            // A program has nobody to show an import to.
            if isProgram { return nil }
            if found.access.isEmpty {
                return Finding(file.path, found.line, "import \(found.module) without access level")
            }
            guard ImportTable.cModules.contains(found.module), found.access != "internal" else {
                return nil
            }
            return Finding(
                file.path, found.line, "\(found.access) import of \(found.module), a C module")
        }
    }

    /// C modules that more than one library module imports, or that a test imports.
    static func cModuleOwners(_ files: [SourceFile]) -> [Finding] {
        var owners: [String: String] = [:]
        var findings: [Finding] = []
        for file in files where file.language == .swift {
            for found in ImportScanner.imports(in: file)
            where ImportTable.cModules.contains(found.module) {
                guard let module = file.module else {
                    findings.append(
                        Finding(file.path, found.line, "\(found.module) outside Sources"))
                    continue
                }
                if ImportTable.executables.contains(module) { continue }
                if let owner = owners[found.module], owner != module {
                    let problem = "\(found.module) belongs to \(owner)"
                    findings.append(Finding(file.path, found.line, problem))
                }
                owners[found.module] = owners[found.module] ?? module
            }
        }
        return findings
    }
}
