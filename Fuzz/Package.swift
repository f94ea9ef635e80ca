// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the pure targets (`run` links them into Modules/). The datapath is built with libFuzzer's and
// AddressSanitizer's instrumentation; what makes and judges the packets without, for speed, and since libFuzzer shall
// look for new ways through the datapath and not through its judge. `run` links it with libFuzzer's main.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: strict + settings)
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
        module("ForwardingPipeline", ["CForwardingPipeline"], settings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
        module("SeededRandom"),
        module(
            "PipelineSupport",
            [
                "Addresses", "PacketFormats", "Resources", "VirtualTopology", "ForwardingTables", "ForwardingPipeline",
                "CForwardingPipeline", "SeededRandom",
            ]),
        .target(
            name: "PipelineFuzzer",
            dependencies: [
                "Addresses", "Resources", "VirtualTopology", "ForwardingTables", "CForwardingPipeline",
                "PipelineSupport",
                "SeededRandom",
            ],
            swiftSettings: strict),
    ]
)
