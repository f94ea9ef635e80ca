import Foundation

/// The build tool: Swift sources and a maps file in, a BPF object and the Swift file that embeds it out.
@main enum BPFCompiler {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("error: BPFCompiler: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws {
        let arguments = try Arguments(words)
        let workDirectory = URL(fileURLWithPath: arguments.workDirectory).path
        try FileManager.default.createDirectory(atPath: workDirectory, withIntermediateDirectories: true)
        let compilation = Compilation(
            swiftSources: arguments.swiftSources.map { URL(fileURLWithPath: $0).path },
            headerDirectory: URL(fileURLWithPath: arguments.headerDirectory).path,
            maps: URL(fileURLWithPath: arguments.maps).path,
            workDirectory: workDirectory, conditions: arguments.conditions,
            toolchain: try Toolchain(swiftc: arguments.swiftc, workDirectory: workDirectory))
        let object = try compilation.run()
        if let path = arguments.object { try Data(object.bytes).write(to: URL(fileURLWithPath: path)) }
        // Last, and atomically: its presence says that all went well.
        let source = EmbeddedObject.source(object: object.bytes, name: arguments.name)
        try Data(source.utf8).write(to: URL(fileURLWithPath: arguments.output), options: .atomic)
    }
}
