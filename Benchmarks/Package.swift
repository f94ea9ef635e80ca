// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing of it reaches anybody. The pure modules are the main package's sources: `run`
// links them into Modules/. All else goes through the program itself: `tombolo lab`, the API, the agents' pins.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: strict)
}

let package = Package(
    name: "benchmarks",
    targets: [
        module("Addresses"),
        module("Resources", ["Addresses"]),
        module("VirtualTopology", ["Addresses", "Resources"]),
        .target(name: "CForwardingPipeline", path: "Modules/CForwardingPipeline"),
        module("ForwardingTables", ["Addresses", "Resources", "VirtualTopology", "CForwardingPipeline"]),
        .executableTarget(
            name: "traffic", path: "Sources/Traffic", cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra"])],
            linkerSettings: [.linkedLibrary("pthread")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: ["Addresses", "Resources", "VirtualTopology", "ForwardingTables"],
            path: "Sources/Benchmarks", swiftSettings: strict),
    ]
)
