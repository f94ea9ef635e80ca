import Foundation

/// The road from Swift to one loadable BPF object:
/// swiftc -> LLVM IR -> retargeted IR, joined with the maps' -> BPF assembly -> cleaned assembly -> object.
package struct Compilation {
    package static let moduleName = "ForwardingPipeline"
    package static let condition = "FORWARDING_PIPELINE_BPF"

    package var swiftSources: [String]
    package var headerDirectory: String
    package var maps: String
    package var workDirectory: String
    /// Compiled in beside `condition`, in Swift and C: what makes a variant of the programs.
    package var conditions: [String]
    package var toolchain: Toolchain

    package init(
        swiftSources: [String], headerDirectory: String, maps: String, workDirectory: String, conditions: [String] = [],
        toolchain: Toolchain
    ) {
        self.swiftSources = swiftSources
        self.headerDirectory = headerDirectory
        self.maps = maps
        self.workDirectory = workDirectory
        self.conditions = [Self.condition] + conditions
        self.toolchain = toolchain
    }

    /// - Returns: the checked object.
    package func run() throws(CompilerError) -> ObjectFile {
        let includes = try Toolchain.systemIncludes

        // The text before LLVM's optimisations: with them swiftc would vectorise for x86; clang optimises for BPF below.
        // Where the compiler runs goes into the names of source files, so it is the same for everybody.
        try toolchain.run(toolchain.swiftc, swiftArguments(includes: includes), currentDirectory: sourceRoot)
        let retargeted = try IntermediateRepresentation.retarget(
            try read(path("pipeline.ll")), moduleName: Self.moduleName)
        try write(retargeted.text, path("pipeline.bpf.ll"))

        try toolchain.run(
            toolchain.clang,
            Self.clangTarget
                + ["-O2", "-g", "-Wall", "-emit-llvm", "-c", "-D__\(Toolchain.architecture)__"]
                + conditions.map { "-D\($0)" } + includes.flatMap { ["-isystem", $0] } + [
                    "-I", headerDirectory, maps, "-o", path("maps.bc"),
                ])
        try generateAssembly(retargeted)
        try write(try Assembly.cleaned(try read(path("pipeline.s"))), path("object.s"))
        try toolchain.run(toolchain.clang, Self.clangTarget + ["-c", path("object.s"), "-o", path("object.o")])

        let object = try ObjectFile([UInt8](try readData(path("object.o"))))
        try object.check()
        for entry in retargeted.entries where object.programs[entry] == nil {
            throw .malformedObject("the program \(entry) got lost on the way")
        }
        return object
    }

    /// One module for programs and maps, so that one BTF describes both.
    private func generateAssembly(_ programs: IntermediateRepresentation.Retargeted) throws(CompilerError) {
        do throws(CompilerError) {
            try toolchain.run(
                toolchain.clang,
                Self.clangTarget
                    // Unreachable code (after an exhaustive switch) would call __bpf_trap, which kernels have since 6.17 only.
                    + ["-mllvm", "-bpf-disable-trap-unreachable"]
                    + ["-O2", "-S", "-x", "ir", "-Xclang", "-mlink-bitcode-file", "-Xclang", path("maps.bc")]
                    + [path("pipeline.bpf.ll"), "-o", path("pipeline.s")],
                // The names of source files are relative to it: BTF quotes their lines.
                currentDirectory: sourceRoot)
        } catch {
            let externals = CallGraph.externals(reachedFrom: programs.entries, in: programs.text)
            guard !externals.isEmpty else { throw error }
            throw .runtimeNeeded(paths: externals.map(\.path), error: "\(error)")
        }
    }

    private static let clangTarget = ["-target", "bpfel", "-mcpu=v3"]

    private func swiftArguments(includes: [String]) -> [String] {
        [
            "-target", "x86_64-unknown-none-elf",
            "-enable-experimental-feature", "Embedded",
            "-enable-experimental-feature", "SymbolLinkageMarkers",
            "-Xfrontend", "-disable-stack-protector",
            "-swift-version", "6",
            "-enable-upcoming-feature", "ExistentialAny",
            "-enable-upcoming-feature", "MemberImportVisibility",
            "-package-name", "tombolo",
            "-module-name", Self.moduleName,
            "-module-cache-path", path("ModuleCache"),
            "-wmo", "-parse-as-library", "-Ounchecked",
            "-gline-tables-only", "-file-prefix-map", "\(sourceRoot)=.",
            "-I", headerDirectory,
        ] + conditions.flatMap { ["-D", $0, "-Xcc", "-D\($0)"] } + includes.flatMap { ["-Xcc", "-I\($0)"] } + [
            "-emit-irgen", "-o", path("pipeline.ll"),
        ] + swiftSources
    }

    /// What the names of source files in the object are relative to.
    private var sourceRoot: String {
        URL(fileURLWithPath: headerDirectory).deletingLastPathComponent().deletingLastPathComponent().path
    }

    private func path(_ name: String) -> String { workDirectory + "/" + name }

    private func read(_ path: String) throws(CompilerError) -> String {
        String(decoding: try readData(path), as: UTF8.self)
    }

    private func readData(_ path: String) throws(CompilerError) -> Data {
        do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    private func write(_ text: String, _ path: String) throws(CompilerError) {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }
}
