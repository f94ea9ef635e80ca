/// Who refers to whom in IR text: explains why code generation failed, where the compiler says only that it did.
package enum CallGraph {
    /// The external functions (no kernel has them) that the programs reach, each with the way there. Optimisation may
    /// still remove some of these ways, so this is no reason to refuse sources that compile.
    package static func externals(reachedFrom entries: [String], in text: String) -> [(name: String, path: [String])] {
        var references: [Substring: Set<Substring>] = [:]
        var externals: Set<Substring> = []
        var current: Substring?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("define ") {
                current = symbols(in: line).first
            } else if line.hasPrefix("declare ") {
                if let name = symbols(in: line).first, !name.hasPrefix("llvm.") { externals.insert(name) }
            } else if line == "}" {
                current = nil
            } else if let current {
                references[current, default: []].formUnion(symbols(in: line))
            }
        }

        var cameFrom: [Substring: Substring] = [:]
        var queue = entries.map { $0[...] }
        var seen = Set(queue)
        var result: [(String, [String])] = []
        while let name = queue.popLast() {
            for next in references[name, default: []].sorted() where seen.insert(next).inserted {
                cameFrom[next] = name
                queue.append(next)
                guard externals.contains(next) else { continue }
                var path = [String(next)]
                var step = next
                while let previous = cameFrom[step] {
                    path.append(String(previous))
                    step = previous
                }
                result.append((String(next), path.reversed()))
            }
        }
        return result.sorted { $0.0 < $1.0 }
    }

    /// The names after `@`.
    static func symbols(in line: Substring) -> [Substring] {
        var result: [Substring] = []
        var rest = line
        while let at = rest.firstIndex(of: "@") {
            rest = rest[rest.index(after: at)...]
            let name: Substring
            if rest.first == "\"" {
                name = rest.dropFirst().prefix { $0 != "\"" }
            } else {
                name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "$" }
            }
            if !name.isEmpty { result.append(name) }
            rest = rest[name.endIndex...]
        }
        return result
    }
}
