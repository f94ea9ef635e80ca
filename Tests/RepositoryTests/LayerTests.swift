import Testing

/// Who may import what, above the pure targets. The package's manifest says what is linked; these are the lines that must
/// not be crossed even if somebody adds a dependency there.
@Suite("Layers") struct LayerTests {
    /// Modules that are behind one door.
    private static let doors: [(module: String, targets: Set<String>, reason: String)] = [
        ("CLibBPF", ["Datapath"], "the kernel's maps and programs are reached through Datapath"),
        ("GRDB", ["StateStore"], "the database is reached through StateStore's protocol"),
        ("Hummingbird", ["NeutronAPI", "tombolo"], "HTTP is NeutronAPI's; the manager knows requests, not routes"),
        ("AsyncHTTPClient", ["NeutronClient"], "the API is reached through its typed client"),
        ("GRPCNIOTransportHTTP2", ["Manager", "Agent"], "the agents' channel has two ends"),
        ("Yams", ["Lab"], "YAML is the lab's definition format"),
        ("ArgumentParser", ["tombolo"], "arguments are parsed where the program begins"),
    ]

    /// Targets that must not know others.
    private static let apart: [(target: String, modules: Set<String>, reason: String)] = [
        (
            "Lab", ["Manager", "Agent", "NeutronAPI", "StateStore", "Datapath", "AgentProtocol", "VirtualTopology"],
            "the lab starts the binary and speaks the API, as an operator would"
        ),
        (
            "Manager", ["Agent", "Datapath", "LinuxNetworking", "NeutronAPI"],
            "the manager runs without a kernel to program"
        ),
        ("Agent", ["Manager", "StateStore", "NeutronAPI"], "the agent knows the manager by the protocol only"),
        (
            "NeutronAPI", ["Agent", "Datapath", "VirtualTopology"],
            "the API shows resources, not how they are made real"
        ),
        ("NeutronClient", ["Resources", "NeutronAPI", "Manager"], "a client sees what the wire shows"),
        ("LinuxNetworking", ["Foundation", "Datapath"], "netlink and namespaces stand on the C library alone"),
        ("Datapath", ["Foundation", "LinuxNetworking"], "the loader stands on libbpf alone"),
    ]

    @Test("a dependency is used behind its door")
    func doors() throws {
        for target in try SourceTree.repository.targets {
            for file in try SourceTree.repository.files(in: "Sources/\(target)", types: ["swift"]) {
                for (line, module) in file.imports {
                    guard let door = Self.doors.first(where: { $0.module == module }), !door.targets.contains(target)
                    else { continue }
                    Issue.record("\(file.path):\(line) imports \(module): \(door.reason)")
                }
            }
        }
    }

    @Test("layers that are apart stay apart")
    func apart() throws {
        for (target, modules, reason) in Self.apart {
            for file in try SourceTree.repository.files(in: "Sources/\(target)", types: ["swift"]) {
                for (line, module) in file.imports where modules.contains(module) {
                    Issue.record("\(file.path):\(line) imports \(module): \(reason)")
                }
            }
        }
    }
}
