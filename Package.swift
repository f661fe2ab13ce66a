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

/// A module of ours: `Sources/NAME`, with the house's compiler settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a module: `Tests/NAMETests`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "halcyon",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .target(name: "CToml"),
        module("Bytes"),
        module("Telemetry"),
        module("Platform", ["Telemetry"]),
        .systemLibrary(
            name: "CModbus", path: "hal/CModbus", pkgConfig: "libmodbus",
            providers: [.apt(["libmodbus-dev"])]),
        module("HAL", ["CModbus", "Platform", "Telemetry"]),
        .executableTarget(
            name: "halcyon-peer", dependencies: ["CModbus"],
            linkerSettings: [.linkedLibrary("modbus")]),
        module(
            "Agent",
            [
                "Bytes", "CToml", "HAL", "Platform", "Telemetry",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "halcyond", dependencies: ["Agent"], swiftSettings: settings,
            linkerSettings: small),
        .target(
            name: "TestSupport", dependencies: ["HAL", "Platform", "Telemetry"],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("Agent", ["Agent"]),
        tests("Platform", ["Platform", "Telemetry"]),
        tests("Bytes", ["Bytes"]),
        tests("Telemetry", ["Telemetry"]),
        tests("Tidy", []),
        tests("HAL", ["HAL", "Platform", "Telemetry", "TestSupport"]),
    ],
    cxxLanguageStandard: .cxx17
)
