// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the pure targets (`run` links them into Modules/) built with libFuzzer's and AddressSanitizer's
// instrumentation. `run` builds it as a library and links it with libFuzzer's main.
let instrumented: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-sanitize=fuzzer,address"]),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: instrumented)
}

let package = Package(
    name: "fuzz",
    products: [.library(name: "PipelineFuzzer", type: .static, targets: ["PipelineFuzzer"])],
    targets: [
        module("Addresses"),
        module("PacketFormats", ["Addresses"]),
        module("Resources", ["Addresses"]),
        module("VirtualTopology", ["Addresses", "Resources"]),
        .target(
            name: "CForwardingPipeline", path: "Modules/CForwardingPipeline",
            cSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]),
        module("ForwardingTables", ["Addresses", "Resources", "VirtualTopology", "CForwardingPipeline"]),
        module("ForwardingPipeline", ["CForwardingPipeline"]),
        module("SeededRandom"),
        module(
            "PipelineSupport",
            [
                "Addresses", "PacketFormats", "Resources", "VirtualTopology", "ForwardingTables", "ForwardingPipeline",
                "CForwardingPipeline", "SeededRandom",
            ]),
        .target(
            name: "PipelineFuzzer",
            dependencies: ["Addresses", "PacketFormats", "ForwardingTables", "CForwardingPipeline", "PipelineSupport"],
            swiftSettings: instrumented),
    ]
)
