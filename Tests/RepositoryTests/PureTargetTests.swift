import Testing

/// The three translations and what they are made of are functions of their arguments (DESIGN §2): the same state gives the
/// same answer on every host, in every run and in a replay.
@Suite("Pure targets") struct PureTargetTests {
    /// Target, and what it may import. An entry here is the whole truth: what is not listed is not imported.
    private static let allowed: [String: Set<String>] = [
        "Addresses": [],
        "PacketFormats": ["Addresses"],
        "Resources": ["Addresses"],
        "VirtualTopology": ["Addresses", "Resources"],
        "Identity": ["Resources"],
        "ForwardingTables": ["Addresses", "Resources", "VirtualTopology", "CForwardingPipeline"],
        "ForwardingPipeline": ["CForwardingPipeline"],
        // The user-space doubles of the kernel's helpers need memory; the header is read by the compiler for BPF too.
        "CForwardingPipeline": ["<linux/bpf.h>", "<stddef.h>", "<stdlib.h>", "<string.h>"],
    ]

    /// Why not, for modules that someone will want one day.
    private static let bans: [String: String] = [
        "Foundation": "clocks, locales, files and randomness are one call away in it, and BPF has none of it",
        "FoundationEssentials": "clocks, files and randomness are one call away in it, and BPF has none of it",
        "Glibc": "system calls are the shells' business (Datapath, LinuxNetworking, Agent, Manager)",
        "Musl": "system calls are the shells' business (Datapath, LinuxNetworking, Agent, Manager)",
        "Dispatch": "a pure function needs no thread; whoever calls it decides where it runs",
        "Synchronization": "a pure function shares no state, so it has nothing to lock",
        "Logging": "a pure function returns what happened; its caller logs it",
        "Metrics": "a pure function returns what happened; its caller counts it",
        "NIOCore": "bytes are RawSpan here; sockets are the shells' business",
        "Collections":
            "no target here needs a dependency to be built or tested: make test-pure stays a matter of seconds",
    ]

    @Test("import the standard library and each other only", arguments: allowed.keys.sorted())
    func imports(target: String) throws {
        let allowed = try #require(Self.allowed[target])
        let files = try SourceTree.repository.files(in: "Sources/\(target)")
        try #require(!files.isEmpty)
        for file in files {
            for (line, module) in file.imports where !allowed.contains(module) && !module.hasPrefix("\"") {
                let reason = Self.bans[module] ?? "it is not among the modules this layer stands on"
                Issue.record("\(file.path):\(line) imports \(module): \(reason)")
            }
        }
    }

    /// What needs no import and would make the answer depend on more than the arguments.
    private static let bannedNames: [(name: String, reason: String)] = [
        ("ContinuousClock", "time is passed in"),
        ("SuspendingClock", "time is passed in"),
        ("Task.sleep", "time is passed in"),
        ("SystemRandomNumberGenerator", "randomness is passed in as a generator"),
        (".shuffled()", "randomness is passed in as a generator"),
        (".randomElement()", "randomness is passed in as a generator"),
        (".hashValue", "Swift's hashes differ from process to process"),
        ("async ", "a pure function does not wait"),
        ("await ", "a pure function does not wait"),
        (" print(", "output is the shells' business"),
        ("#file", "it names a path of the machine that built it"),
    ]

    @Test("know no clock, no randomness, no waiting and no output", arguments: allowed.keys.sorted())
    func names(target: String) throws {
        for file in try SourceTree.repository.files(in: "Sources/\(target)", types: ["swift"]) {
            for (index, line) in file.lines.enumerated() {
                let code = SourceTree.File.code(of: line)
                for (name, reason) in Self.bannedNames where code.contains(name) {
                    Issue.record("\(file.path):\(index + 1) has '\(name)': \(reason)")
                }
                if code.contains(".random(in:"), !code.contains("using:") {
                    Issue.record("\(file.path):\(index + 1): randomness is passed in as a generator (using:)")
                }
            }
        }
    }
}
