/// The IR text of the Swift programs, retargeted from freestanding x86-64 (which has an Embedded Swift standard library)
/// to BPF (which has none). What the two disagree about is in the text: data layout, calling conventions, linkage, names.
/// Each rewrite counts what it changed; a pattern that has to be there and isn't is an error.
package enum IntermediateRepresentation {
    package static let dataLayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
    package static let triple = "bpfel"

    package struct Retargeted {
        package var text: String
        /// The programs, sorted: functions placed in a section of their own with `@section`.
        package var entries: [String]
    }

    /// - Parameter moduleName: goes into the object in place of the path of an intermediate file.
    package static func retarget(_ text: String, moduleName: String) throws(CompilerError) -> Retargeted {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let entries = lines.compactMap(entryName).sorted()
        guard !entries.isEmpty else { throw .noPrograms }

        let outOfLine = Set(lines.compactMap(outOfLineGroup))
        var counts = Counts()
        for index in lines.indices {
            lines[index] = rewrite(
                lines[index], entries: entries, outOfLine: outOfLine, moduleName: moduleName, counts: &counts)
        }
        try counts.check(entries: entries.count)
        try DebugInformation.makeBTF(&lines, entries: entries)
        try check(lines)
        return Retargeted(text: lines.joined(separator: "\n"), entries: entries)
    }

    private struct Counts {
        var sourceFilename = 0
        var dataLayout = 0
        var triple = 0
        var used = 0
        var entries = 0
        var targetAttributes = 0

        func check(entries expectedEntries: Int) throws(CompilerError) {
            try exactly(1, dataLayout, "target datalayout")
            try exactly(1, triple, "target triple")
            try exactly(1, used, "@llvm.used")
            try exactly(expectedEntries, entries, "definitions of programs")
            guard targetAttributes > 0 else {
                throw .patternNotFound(pattern: "\"target-cpu\" attributes", expected: "at least 1", found: 0)
            }
        }

        private func exactly(_ expected: Int, _ found: Int, _ pattern: String) throws(CompilerError) {
            guard found == expected else {
                throw .patternNotFound(pattern: pattern, expected: "\(expected)", found: found)
            }
        }
    }

    // MARK: One line

    private static func rewrite(
        _ original: String, entries: [String], outOfLine: Set<Substring>, moduleName: String, counts: inout Counts
    ) -> String {
        if original.hasPrefix("source_filename = ") {
            counts.sourceFilename += 1
            return "source_filename = \"\(moduleName)\""
        }
        if original.hasPrefix("target datalayout = ") {
            counts.dataLayout += 1
            return "target datalayout = \"\(dataLayout)\""
        }
        if original.hasPrefix("target triple = ") {
            counts.triple += 1
            return "target triple = \"\(triple)\""
        }
        if original.hasPrefix("@llvm.used = ") {
            // The programs stay because they are global; the runtime's leftovers vanish as dead code. (In the list, each
            // program would get a section of its own, and sections of one name confuse the loader's line numbers.)
            counts.used += 1
            return ""
        }
        if original.hasPrefix("@llvm.compiler.used = ") { return "" }
        if original.hasPrefix("attributes #") {
            let (line, removed) = withoutTargetAttributes(original)
            counts.targetAttributes += removed
            return line
        }
        // A comdat would become an ELF group, which libbpf refuses; internal symbols have no use for one.
        if original.hasPrefix("$"), original.contains("= comdat ") { return "" }

        var line = original
        if line.contains("@\"") { line = withAssemblerNames(line) }
        if line.hasPrefix("@") { return withInternalGlobal(line) }
        line = withoutSwiftConventions(line)
        if line.hasPrefix("define ") {
            let isEntry = functionName(line).map(entries.contains) ?? false
            if isEntry { counts.entries += 1 }
            line = withLinkage(line, hidden: !isEntry)
            if !isEntry { line = inlined(line, unlessIn: outOfLine) }
        }
        return line
    }

    /// The name of the function this line defines, if it is placed in a section of its own.
    private static func entryName(_ line: String) -> String? {
        guard line.hasPrefix("define "), line.contains(" section \""), let name = functionName(line) else { return nil }
        return name.contains("\"") ? nil : name
    }

    private static func functionName(_ line: String) -> String? {
        guard let at = line.firstIndex(of: "@"), let end = line[at...].firstIndex(of: "(") else { return nil }
        return String(line[line.index(after: at)..<end])
    }

    /// The attribute group this line describes, if its functions must stay out of line.
    private static func outOfLineGroup(_ line: String) -> Substring? {
        guard line.hasPrefix("attributes #"), line.contains(" noinline ") else { return nil }
        return line.dropFirst("attributes ".count).prefix { $0 != " " }
    }

    /// Inlines a function wherever it is called, unless it says `@inline(never)`: Swift's optimiser leaves some that say
    /// `@inline(__always)`, and a program may only be continued (bpf_tail_call) from its own frame, not a subprogram's.
    static func inlined(_ line: String, unlessIn outOfLine: Set<Substring>) -> String {
        var words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let position = words.lastIndex(where: { $0.hasPrefix("#") }), !outOfLine.contains(words[position]) else {
            return line
        }
        words.insert("alwaysinline", at: position)
        return words.joined(separator: " ")
    }

    private static let linkageWords: Set<Substring> = [
        "private", "internal", "available_externally", "linkonce", "weak", "common", "extern_weak", "linkonce_odr",
        "weak_odr", "external", "default", "hidden", "protected", "dso_local", "dso_preemptable", "dllexport",
    ]

    /// Every function but the programs becomes internal: what is still called becomes a BPF subprogram, the rest is dropped.
    static func withLinkage(_ line: String, hidden: Bool) -> String {
        var rest = line.dropFirst("define ".count)
        while let space = rest.firstIndex(of: " "), linkageWords.contains(rest[..<space]) {
            rest = rest[rest.index(after: space)...]
        }
        return (hidden ? "define internal " : "define ") + removing(" comdat", from: String(rest))
    }

    private static func withInternalGlobal(_ line: String) -> String {
        guard let equals = line.firstRange(of: " = ") else { return line }
        var words = line[equals.upperBound...].split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first, linkageWords.contains(first), first != "external", first != "private" else {
            return line
        }
        while let word = words.first, linkageWords.contains(word) { words.removeFirst() }
        return removing(", comdat", from: line[..<equals.upperBound] + "internal " + words.joined(separator: " "))
    }

    /// BPF has one calling convention. Swift's context and error registers are ordinary, unused arguments here.
    private static let swiftConventions: Set<Substring> = [
        "swiftcc", "swifttailcc", "swiftself", "swifterror", "swiftasync",
    ]

    static func withoutSwiftConventions(_ line: String) -> String {
        guard line.contains("swift") else { return line }
        var result: [Substring] = []
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            if swiftConventions.contains(word) { continue }
            // "ptr swiftself)" and "ptr swiftself, …" in declarations without names
            if let mark = word.lastIndex(where: { $0.isLetter }), mark < word.index(before: word.endIndex),
                swiftConventions.contains(word[...mark]), let last = result.popLast()
            {
                result.append(last + word[word.index(after: mark)...])
                continue
            }
            result.append(word)
        }
        return result.joined(separator: " ")
    }

    /// The attributes that would choose an x86 processor for a function, in spite of clang's -mcpu.
    static func withoutTargetAttributes(_ line: String) -> (line: String, removed: Int) {
        var line = line
        var removed = 0
        for name in ["target-cpu", "target-features", "tune-cpu"] {
            while let start = line.firstRange(of: " \"\(name)\"=\"") {
                guard let end = line[start.upperBound...].firstIndex(of: "\"") else { break }
                line.removeSubrange(start.lowerBound...end)
                removed += 1
            }
        }
        return (line, removed)
    }

    /// Swift's mangled names hold `$`, which the BPF assembler reads as something else.
    static func withAssemblerNames(_ line: String) -> String {
        var result = ""
        var rest = line[...]
        while let start = rest.firstRange(of: "@\"") {
            result += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "\"") else { break }
            result += String(
                rest[..<end].map { $0 == "." || ($0.isASCII && ($0.isLetter || $0.isNumber)) ? $0 : "_" })
            rest = rest[end...]
        }
        return result + rest
    }

    private static func removing(_ suffixWord: String, from line: some StringProtocol) -> String {
        var line = String(line)
        while let range = line.firstRange(of: suffixWord) {
            let following = line[range.upperBound...].first
            guard following == nil || following == " " || following == "," || following == "(" else { break }
            line.removeSubrange(range)
        }
        return line
    }

    // MARK: The whole

    private static func check(_ lines: [String]) throws(CompilerError) {
        var defined: Set<String> = []
        for line in lines {
            var name: String?
            if line.hasPrefix("define ") || line.hasPrefix("declare ") {
                name = functionName(line)
                for word in swiftConventions where line.contains(" \(word) ") || line.contains(" \(word))") {
                    throw .leftover(pattern: String(word), line: line)
                }
            } else if line.hasPrefix("@"), let equals = line.firstRange(of: " = ") {
                name = String(line[line.index(after: line.startIndex)..<equals.lowerBound])
            }
            guard let name else { continue }
            guard defined.insert(name.filter { $0 != "\"" }).inserted else { throw .nameCollision(name) }
        }
    }
}
