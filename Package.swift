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
    targets: [
        module("Bytes"),
        module("Telemetry"),
        module("Platform", ["Telemetry"]),
        module("HAL", ["Platform", "Telemetry"]),
        tests("Platform", ["Platform", "Telemetry"]),
        tests("Bytes", ["Bytes"]),
        tests("Telemetry", ["Telemetry"]),
    ]
)
