// SPDX-License-Identifier: Apache-2.0

/// Which module may import which: the direction of the architecture. A new module is a new line.
enum ImportTable {
    /// What each Swift module of `Sources` may import, beyond what `everywhere` lists.
    static let allowed: [String: Set<String>] = [
        "Bytes": [],
        "BLS": ["Bytes", "CBlst"],
        "Ethereum": ["BLS", "Bytes"],
        "JSON": [],
        "LightClient": ["BLS", "Bytes", "Ethereum", "JSON"],
        "Telemetry": [],
        "Platform": ["Telemetry", "CMalloc", "Glibc", "Dispatch"],
        "HAL": ["Telemetry", "Platform", "CModbus", "CGpiod", "Glibc", "Dispatch"],
        "Attestation": ["Bytes", "Telemetry", "Platform", "CSodium", "Glibc"],
        "Journal": ["Bytes", "Telemetry", "Platform", "CSQLite", "Glibc"],
        "Agent": [
            "Bytes", "JSON", "LightClient", "Telemetry", "Platform", "HAL", "Attestation",
            "Journal", "CToml", "Logging", "Glibc", "Dispatch",
        ],
        "halcyond": ["Agent", "Glibc"],
        "halcyon": [
            "Agent", "Bytes", "Ethereum", "JSON", "LightClient", "Telemetry", "Platform", "HAL",
            "Attestation", "Journal", "ArgumentParser", "Glibc",
        ],
        "halcyon-bench": [
            "Agent", "Bytes", "Telemetry", "Platform", "HAL", "Attestation", "Journal", "Glibc",
            "CModbus", "CSodium",
        ],
    ]

    /// What any module may import: parts of the language.
    static let everywhere: Set<String> = ["Synchronization"]

    /// Modules that are programs: they may print, and the benchmark may measure C directly.
    static let executables: Set<String> = ["halcyond", "halcyon", "halcyon-bench"]

    /// System libraries in C, each behind exactly one Swift module.
    static let cModules: Set<String> = [
        "CBlst", "CMalloc", "CModbus", "CGpiod", "CSodium", "CSQLite", "CToml",
    ]

    /// Programs in C, which no module imports.
    static let cPrograms: Set<String> = ["halcyon-guard", "halcyon-peer"]

    /// Modules that may use the small half of Foundation; full Foundation is for nobody.
    static let foundationEssentials: Set<String> = ["halcyon", "halcyon-bench"]
}
