// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Release executables carry the Swift runtime themselves and nothing that they never call.
let small: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-use-ld=lld", "-Xlinker", "--no-export-dynamic",
            "-Xlinker", "--icf=all", "-Xlinker", "-O2",
            "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
        ], .when(configuration: .release))
]

/// What FoundationEssentials, which ArgumentParser uses, needs where it is linked statically.
let smallFoundation: [LinkerSetting] = ["_FoundationCollections", "_FoundationCShims"].map {
    .linkedLibrary($0, .when(configuration: .release))
}

/// A program in C: as Embedded Swift it is linked without Swift's runtime and start-up code, which
/// would take half a megabyte of memory.
let bare: [LinkerSetting] = [.unsafeFlags(["-enable-experimental-feature", "Embedded"])]

/// A module of ours: `Sources/NAME`, with the house's compiler settings.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// The tests of a module: `Tests/NAMETests`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "halcyon",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // Libraries in C and C++, each behind one Swift module.
        .systemLibrary(name: "CBlst", pkgConfig: "blst"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "CGpiod", path: "hal/CGpiod", pkgConfig: "libgpiod",
            providers: [.apt(["libgpiod-dev"])]),
        .systemLibrary(
            name: "CModbus", path: "hal/CModbus", pkgConfig: "libmodbus",
            providers: [.apt(["libmodbus-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CToml", exclude: ["README.md"]),

        // Modules, each importing only those above it.
        module("Bytes"),
        module("BLS", ["Bytes", "CBlst"]),
        module("Ethereum", ["BLS", "Bytes"]),
        module("JSON"),
        module("LightClient", ["BLS", "Bytes", "Ethereum", "JSON"]),
        module("Telemetry"),
        module("Platform", ["CMalloc", "Telemetry"]),
        module("HAL", ["CGpiod", "CModbus", "Platform", "Telemetry"]),
        module(
            "Attestation", ["Bytes", "CSodium", "Platform", "Telemetry"], exclude: ["PROFILE.md"]),
        module("Journal", ["Bytes", "CSQLite", "Platform", "Telemetry"]),
        module(
            "Agent",
            [
                "Attestation", "Bytes", "CToml", "HAL", "JSON", "Journal", "LightClient",
                "Platform",
                "Telemetry",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Programs.
        .executableTarget(
            name: "halcyond", dependencies: ["Agent"], swiftSettings: settings,
            linkerSettings: small),
        .executableTarget(
            name: "halcyon",
            dependencies: [
                "Agent", "Attestation", "Bytes", "Ethereum", "HAL", "JSON", "Journal",
                "LightClient",
                "Platform", "Telemetry",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: settings, linkerSettings: small + smallFoundation),
        .executableTarget(name: "halcyon-guard", linkerSettings: bare),
        .executableTarget(
            name: "halcyon-peer", dependencies: ["CModbus", "CSodium"],
            linkerSettings: [.linkedLibrary("modbus"), .linkedLibrary("sodium")]),
        .executableTarget(
            name: "halcyon-bench",
            dependencies: [
                "Agent", "Attestation", "Bytes", "HAL", "Journal", "Platform", "Telemetry",
            ], swiftSettings: settings, linkerSettings: small),

        // Tests.
        .executableTarget(
            name: "journal-crasher", dependencies: ["Bytes", "Journal", "Telemetry"],
            path: "Tests/journal-crasher", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: ["Attestation", "Bytes", "HAL", "Journal", "Platform", "Telemetry"],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests(
            "Agent",
            [
                "Agent", "Attestation", "HAL", "Journal", "Platform", "Telemetry", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "Attestation", ["Attestation", "Bytes", "Platform", "Telemetry", "TestSupport"],
            exclude: ["Fixtures"]),
        tests("BLS", ["BLS", "Bytes"]),
        tests("Bytes", ["Bytes"]),
        tests("Ethereum", ["BLS", "Bytes", "Ethereum", "TestSupport"]),
        tests("Journal", ["Bytes", "Journal", "Platform", "Telemetry", "journal-crasher"]),
        tests(
            "CLI",
            [
                "Agent", "Attestation", "Bytes", "HAL", "JSON", "Platform", "Telemetry",
                "TestSupport", "halcyon", "halcyond",
            ]),
        tests("Fault", ["Attestation", "Journal", "Platform", "Telemetry", "TestSupport"]),
        tests("Kill", ["Attestation", "Journal", "Platform", "Telemetry", "TestSupport"]),
        tests("HAL", ["HAL", "Platform", "Telemetry", "TestSupport"]),
        tests("JSON", ["JSON"]),
        tests("LightClient", ["BLS", "Bytes", "Ethereum", "JSON", "LightClient", "TestSupport"]),
        tests("Platform", ["Platform", "Telemetry", "TestSupport"]),
        tests("Profile", ["Agent", "HAL", "Platform", "Telemetry", "TestSupport"]),
        tests("Telemetry", ["Telemetry"]),
        tests("Tidy", []),
    ],
    cxxLanguageStandard: .cxx17
)

// A cross build names the tests that it wants: all test targets are linked into one program.
if let wanted = Context.environment["HALCYON_TESTS"]?.split(separator: ",").map(String.init) {
    package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}
