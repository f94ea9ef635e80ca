/// Why no BPF object was made. Every case says what was expected and where, because a change of toolchain shows up here first.
package enum CompilerError: Error, CustomStringConvertible {
    case usage(String)
    case missingTool(name: String, searched: [String], remedy: String)
    case toolFailed(name: String, status: Int32, output: String)
    case patternNotFound(pattern: String, expected: String, found: Int)
    case leftover(pattern: String, line: String)
    case nameCollision(String)
    case malformedObject(String)
    case undefinedSymbols([String])
    /// Code generation failed, and programs reach functions of Swift's runtime: the ways there.
    case runtimeNeeded(paths: [[String]], error: String)
    case globalState(section: String, bytes: UInt64)
    case noPrograms
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .usage(let message):
            "\(message)\n\(Arguments.usage)"
        case .missingTool(let name, let searched, let remedy):
            "\(name) is missing (looked at: \(searched.joined(separator: ", "))); \(remedy)"
        case .toolFailed(let name, let status, let output):
            "\(name) failed with status \(status):\n\(output)"
        case .patternNotFound(let pattern, let expected, let found):
            "the LLVM IR or assembly has \(found) of \(pattern), expected \(expected): the toolchain's output has changed"
        case .leftover(let pattern, let line):
            "the LLVM IR still says \(pattern), which BPF has no notion of: \(line)"
        case .nameCollision(let name):
            "two symbols of the LLVM IR would both be called \(name)"
        case .malformedObject(let reason):
            "the object is malformed: \(reason)"
        case .undefinedSymbols(let names):
            """
            the object needs symbols that no kernel has: \(names.joined(separator: ", ")).
            Usual causes: a class, array, string, existential, escaping closure, lazily initialised global or trap (fatalError: __bpf_trap) in a program; \
            a table that the maps file doesn't define.
            """
        case .runtimeNeeded(let paths, let error):
            """
            \(error)
            The programs reach functions that no kernel has (usual causes: a class, array, string, existential or escaping \
            closure; swift-demangle explains the names):
            \(paths.map { "    " + $0.joined(separator: " -> ") }.joined(separator: "\n"))
            """
        case .globalState(let section, let bytes):
            """
            the programs keep \(bytes) bytes of mutable globals (section \(section)); these would be lost at an upgrade. \
            Put the state into a map.
            """
        case .noPrograms:
            "no function is marked @section(\"tc\") (or another program section)"
        case .file(let path, let reason):
            "\(path): \(reason)"
        }
    }
}
