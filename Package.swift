// swift-tools-version: 6.2
import PackageDescription

// With TOMBOLO_PURE=1 the manifest holds only the pure targets: no dependency is fetched or built,
// so their tests run in seconds and without root (`make test-pure`).
let pureOnly = Context.environment["TOMBOLO_PURE"] != nil

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func target(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// What several test targets share.
func testSupport(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

// The three translations and what they are made of: the standard library and each other, nothing else.
let pure: [Target] = [
    target("Addresses"),
    target("PacketFormats", ["Addresses"]),
    target("Resources", ["Addresses"]),
    target("VirtualTopology", ["Addresses", "Resources"]),
    target("Identity", ["Resources"]),
    .target(name: "CForwardingPipeline"),
    target("ForwardingTables", ["Addresses", "VirtualTopology", "CForwardingPipeline"]),
    target("ForwardingPipeline", ["CForwardingPipeline"]),
    testSupport("SeededRandom"),
    // Requests and histories of requests, for the tests of the rules and of translation ①.
    testSupport("ResourcesSupport", ["Addresses", "Resources", "SeededRandom"]),
    tests("AddressesTests", ["Addresses", "SeededRandom"]),
    tests("PacketFormatsTests", ["Addresses", "PacketFormats", "SeededRandom"]),
    tests("ResourcesTests", ["Addresses", "Resources", "ResourcesSupport", "SeededRandom"]),
    tests("IdentityTests", ["Identity", "Resources", "SeededRandom"]),
    tests("VirtualTopologyTests", ["Addresses", "Resources", "VirtualTopology", "ResourcesSupport", "SeededRandom"]),
    tests(
        "ForwardingTablesTests",
        ["Addresses", "Resources", "VirtualTopology", "ForwardingTables", "CForwardingPipeline", "SeededRandom"]),
    // The demo's site on one host, and its datapath in user space: for the tests there and in the kernel.
    testSupport(
        "PipelineSupport",
        [
            "Addresses", "PacketFormats", "ForwardingTables", "VirtualTopology", "Resources", "ForwardingPipeline",
            "CForwardingPipeline", "SeededRandom",
        ]),
    tests(
        "ForwardingPipelineTests",
        [
            "Addresses", "PacketFormats", "ForwardingTables", "VirtualTopology", "Resources", "ForwardingPipeline",
            "CForwardingPipeline", "PipelineSupport", "SeededRandom",
        ]
    ),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let services: [Target] = [
    .systemLibrary(name: "CLibBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    .executableTarget(name: "BPFCompiler", swiftSettings: strict),
    .plugin(name: "BPFObject", capability: .buildTool(), dependencies: ["BPFCompiler"]),
    .target(name: "CLinux"),
    target("LinuxNetworking", ["Addresses", "CLinux"]),
    target(
        "Datapath", ["CForwardingPipeline", "CLibBPF", "CLinux", "ForwardingTables", "Addresses"],
        plugins: ["BPFObject"]),
    target("StateStore", [grdb, logging]),
    target("Telemetry", [nioCore, nioPosix, nioHTTP1, logging]),
    target("AgentProtocol", [grpcCore, grpcProtobuf, protobuf, crypto, "Addresses", "Resources", "VirtualTopology"]),
    target(
        "Manager",
        [
            "Addresses", "Resources", "VirtualTopology", "StateStore", "AgentProtocol", grpcCore, grpcTransport,
            lifecycle,
            logging, x509, asn1, crypto, "Telemetry",
        ]
    ),
    target(
        "Agent",
        [
            "Addresses", "PacketFormats", "Resources", "VirtualTopology", "ForwardingTables", "CForwardingPipeline",
            "Datapath",
            "CLinux", "LinuxNetworking", "AgentProtocol", grpcCore, grpcTransport, protobuf, lifecycle, logging, x509,
            asn1,
            crypto, nioCore, nioPosix, "Telemetry",
        ]
    ),
    target("IdentityService", ["Identity", "Manager", "Resources", "StateStore", crypto, cryptoExtras, logging]),
    target(
        "NeutronAPI",
        [
            "Addresses", "Identity", "IdentityService", "Manager", "Resources", "StateStore", "Telemetry", hummingbird,
            httpTypes, nioCore, lifecycle, logging,
        ]
    ),
    target("NeutronClient", [httpClient, nioCore, nioHTTP1, nioFoundation]),
    target("Lab", ["Addresses", "LinuxNetworking", "NeutronClient", "PacketFormats", yams]),
    .executableTarget(
        name: "tombolo",
        dependencies: [
            "Addresses", "Agent", "AgentProtocol", "Datapath", "ForwardingTables", "IdentityService", "Lab",
            "LinuxNetworking",
            "Manager", "NeutronAPI", "PacketFormats", "Resources", "Telemetry", argumentParser, lifecycle, unixSignals,
            logging,
        ],
        swiftSettings: strict
    ),
    tests("LinuxNetworkingTests", ["LinuxNetworking", "Addresses"]),
    tests(
        "DatapathTests",
        [
            "BPFCompiler", "CLinux", "Datapath", "ForwardingTables", "ForwardingPipeline", "CForwardingPipeline",
            "LinuxNetworking", "Addresses", "PacketFormats", "PipelineSupport", "SeededRandom", "VirtualTopology",
        ]
    ),
    tests("StateStoreTests", ["StateStore", "SeededRandom"]),
    // What Prometheus' own parser reads in a text.
    testSupport("TelemetrySupport", ["LinuxNetworking"]),
    tests("TelemetryTests", ["Telemetry", "TelemetrySupport", "LinuxNetworking", logging]),
    tests(
        "ManagerTests",
        [
            "Manager", "StateStore", "Resources", "VirtualTopology", "Addresses", "AgentProtocol", "SeededRandom",
            grpcCore,
            grpcTransport, protobuf, lifecycle, logging, x509, asn1, crypto,
        ]
    ),
    tests(
        "AgentTests",
        [
            "Agent", "AgentProtocol", "Manager", "StateStore", "Datapath", "LinuxNetworking", "CForwardingPipeline",
            "Resources",
            "VirtualTopology", "ForwardingTables", "Addresses", "PacketFormats", "SeededRandom", lifecycle, logging,
        ]
    ),
    tests(
        "NeutronAPITests",
        [
            "NeutronAPI", "NeutronClient", "Identity", "IdentityService", "LinuxNetworking", "Manager", "StateStore",
            "Resources", "ResourcesSupport", "Addresses", "SeededRandom", logging,
        ]),
    tests("LabTests", ["Addresses", "Lab", "LinuxNetworking", "NeutronClient", "PacketFormats", "tombolo"]),
    tests(
        "IntegrationTests",
        [
            "Addresses", "Lab", "LinuxNetworking", "NeutronClient", "PacketFormats", "Datapath", "ForwardingTables",
            "CForwardingPipeline", "SeededRandom", "tombolo", "Manager", "Resources", "StateStore",
        ]
    ),
    tests("RepositoryTests", []),
]

let dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
]

let package = Package(
    name: "tombolo",
    products: pureOnly ? [] : [.executable(name: "tombolo", targets: ["tombolo"])],
    dependencies: pureOnly ? [] : dependencies,
    targets: pureOnly ? pure : pure + services
)
