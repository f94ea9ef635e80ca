import Foundation
import PackagePlugin

/// Compiles the forwarding pipeline to a BPF object and hands the target a Swift file that embeds it.
/// Runs again only when one of the sources, headers or the compiler changed.
@main struct BPFObject: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let sources = context.package.directoryURL.appending(path: "Sources")
        let programs = try files(in: sources.appending(path: "ForwardingPipeline"), withExtension: "swift")
        let headerDirectory = sources.appending(path: "CForwardingPipeline/include").resolvingSymlinksInPath()
        let headers =
            try files(in: headerDirectory, withExtension: "h") + files(in: headerDirectory, withExtension: "modulemap")
        let maps = sources.appending(path: "CForwardingPipeline/maps.c")

        let compiler = try context.tool(named: "BPFCompiler").url
        // The compiler that builds the package, rather than the first one on PATH.
        let swiftc = try context.tool(named: "swiftc").url.path
        return variants.map { variant in
            let work = context.pluginWorkDirectoryURL
            let output = work.appending(path: "\(variant.name).swift")
            var arguments = ["--swift-sources"] + programs.map(\.path)
            arguments += ["--header-dir", headerDirectory.path, "--maps", maps.path, "--output", output.path]
            arguments += ["--object", work.appending(path: "\(variant.file).bpf.o").path]
            arguments += ["--work-dir", work.appending(path: variant.directory).path]
            arguments += ["--swiftc", swiftc, "--name", variant.name]
            if !variant.conditions.isEmpty { arguments += ["--define"] + variant.conditions }
            return .buildCommand(
                displayName: "Compiling the forwarding pipeline for BPF (\(variant.file))", executable: compiler,
                arguments: arguments, inputFiles: programs + headers + [maps], outputFiles: [output])
        }
    }

    private struct Variant {
        var name: String
        var file: String
        var directory: String
        var conditions: [String] = []
    }

    /// One that forwards, and one of the same source that tells what it does.
    private var variants: [Variant] {
        [
            Variant(name: "ForwardingPipelineObject", file: "forwarding_pipeline", directory: "intermediate"),
            Variant(
                name: "TracedPipelineObject", file: "traced_pipeline", directory: "intermediate-traced",
                conditions: ["FORWARDING_PIPELINE_TRACE"]),
        ]
    }

    private func files(in directory: URL, withExtension name: String) throws -> [URL] {
        let directory = directory.resolvingSymlinksInPath()
        guard let enumerator = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil) else {
            throw PluginError.unreadable(directory.path)
        }
        let found = enumerator.compactMap { $0 as? URL }.filter { $0.pathExtension == name }
        guard !found.isEmpty else { throw PluginError.empty(directory.path, name) }
        return found.sorted { $0.path < $1.path }
    }
}

enum PluginError: Error, CustomStringConvertible {
    case unreadable(String)
    case empty(String, String)

    var description: String {
        switch self {
        case .unreadable(let path): "cannot list \(path)"
        case .empty(let path, let name): "\(path) holds no .\(name) file"
        }
    }
}
