import Foundation

/// The files of this repository, as they lie on disk.
struct SourceTree: Sendable {
    struct File: Sendable {
        /// From the repository's root.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    let root: URL

    static let repository = SourceTree(
        root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent())

    /// Every text file below a folder, or the file itself, in the order of paths. Hidden files and what protoc wrote are
    /// left out.
    func files(in path: String, types: Set<String> = ["swift", "c", "h", "md", "proto", "sh", "yaml"]) throws -> [File]
    {
        let start = root.appending(path: path)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: start.path, isDirectory: &isDirectory) else { return [] }
        guard isDirectory.boolValue else { return [try file(path)] }
        // The enumerator does not follow a link it starts at.
        let found = FileManager.default.enumerator(atPath: start.resolvingSymlinksInPath().path)
        let names = found?.compactMap { $0 as? String } ?? []
        return try names.sorted().compactMap { name in
            let parts = name.split(separator: "/")
            guard !parts.contains(where: { $0.hasPrefix(".") || $0 == "Generated" }),
                let type = parts.last?.split(separator: ".").last, types.contains(String(type))
            else { return nil }
            return try file("\(path)/\(name)")
        }
    }

    func file(_ path: String) throws -> File {
        File(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    /// The targets that have a folder in Sources/.
    var targets: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
                .filter { !$0.hasPrefix(".") }.sorted()
        }
    }
}

extension SourceTree.File {
    /// The modules a Swift file imports, or the headers a C file includes.
    var imports: [(line: Int, module: String)] {
        lines.enumerated().compactMap { index, line in
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "#include", words.count > 1 { return (index + 1, String(words[1])) }
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy(Self.modifiers.contains)
            else { return nil }
            var name = words[keyword + 1]
            if Self.kinds.contains(name), keyword + 2 < words.count { name = words[keyword + 2] }
            return (index + 1, String(name.prefix { $0 != "." && $0 != ";" }))
        }
    }

    private static let modifiers: Set<Substring> = [
        "@testable", "@preconcurrency", "@_exported", "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// A line without its comment.
    static func code(of line: Substring) -> Substring {
        guard let comment = line.range(of: "//") else { return line }
        return line[..<comment.lowerBound]
    }
}
