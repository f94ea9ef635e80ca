import Testing

@Suite("Conduct") struct ConductTests {
    private static let folders = [
        "Sources", "Tests", "Plugins", "Protos", "Fuzz", "docs", "examples", "scripts", "Package.swift", "README.md",
        "DESIGN.md", "Makefile",
    ]

    // Spelled in two parts, so that this file does not find itself.
    private static let machinePaths = ["/wo" + "rk/", "/op" + "t/", "/ho" + "me/", "/roo" + "t/", "/Use" + "rs/"]
    private static let unfinished = ["TO" + "DO", "FIX" + "ME"]

    @Test("no file names a path of one machine")
    func machinePaths() throws {
        try eachLine { file, number, line in
            for path in Self.machinePaths where line.contains(path) {
                Issue.record("\(file.path):\(number) names \(path)…")
            }
        }
    }

    @Test("nothing is left to be done later without an issue: such notes belong in the tracker")
    func unfinished() throws {
        try eachLine { file, number, line in
            for word in Self.unfinished where line.contains(word) {
                Issue.record("\(file.path):\(number) has a \(word)")
            }
        }
    }

    @Test("what the compiler can't check is argued in a comment directly above or beside it")
    func unchecked() throws {
        for folder in ["Sources", "Plugins"] {
            for file in try SourceTree.repository.files(in: folder, types: ["swift"]) {
                let lines = file.lines
                for (index, line) in lines.enumerated() {
                    let code = SourceTree.File.code(of: line)
                    guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else { continue }
                    let above = index > 0 ? lines[index - 1].drop { $0 == " " } : ""
                    guard !above.hasPrefix("//"), code.count == line.count else { continue }
                    Issue.record("\(file.path):\(index + 1): say why it is safe")
                }
            }
        }
    }

    @Test("no test is switched off")
    func disabledTests() throws {
        for file in try SourceTree.repository.files(in: "Tests", types: ["swift"])
        where !file.path.contains("Repository") {
            for (index, line) in file.lines.enumerated() where line.contains(".disabled(") {
                Issue.record("\(file.path):\(index + 1): a test that does not run proves nothing")
            }
        }
    }

    private func eachLine(_ body: (SourceTree.File, Int, Substring) throws -> Void) throws {
        for folder in Self.folders {
            for file in try SourceTree.repository.files(in: folder) {
                for (index, line) in file.lines.enumerated() { try body(file, index + 1, line) }
            }
        }
    }
}
