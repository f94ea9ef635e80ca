/// Swift's line tables, made fit for BTF: the verifier's log then quotes source lines, and subprograms may make tail calls
/// (the kernel wants BTF that says they return `int`).
///
/// Of a function's debug information BTF takes a name (an identifier), a type and whether it is static. Swift gives
/// names such as `isFragment.get` or none, and types that BTF can't describe, so all get the type `int ()`: the kernel
/// looks no further for static subprograms and programs.
enum DebugInformation {
    static func makeBTF(_ lines: inout [String], entries: [String]) throws(CompilerError) {
        var nextNode = 0
        for line in lines where line.hasPrefix("!") {
            if let number = nodeNumber(line) { nextNode = max(nextNode, number + 1) }
        }
        let (integer, list) = (nextNode, nextNode + 1)
        var subprograms = 0
        for index in lines.indices where lines[index].hasPrefix("!") {
            if lines[index].contains(" = distinct !DISubprogram(") {
                subprograms += 1
                lines[index] = subprogram(lines[index], entries: entries)
            } else if let start = lines[index].firstRange(of: " = !DISubroutineType(") {
                lines[index] = lines[index][..<start.upperBound] + "types: !\(list))"
            }
        }
        guard subprograms > 0 else {
            throw .patternNotFound(pattern: "!DISubprogram", expected: "at least 1", found: 0)
        }
        lines.append("!\(integer) = !DIBasicType(name: \"int\", size: 32, encoding: DW_ATE_signed)")
        lines.append("!\(list) = !{!\(integer)}")
        lines.append("")
    }

    private static func nodeNumber(_ line: String) -> Int? {
        let digits = line.dropFirst().prefix { $0.isASCII && $0.isNumber }
        return line.dropFirst(1 + digits.count).hasPrefix(" = ") ? Int(digits) : nil
    }

    static func subprogram(_ line: String, entries: [String]) -> String {
        var line = line
        let linkageName = field("linkageName", of: line)
        let plainName = field("name", of: line)
        let symbol = linkageName ?? plainName ?? "function"
        let isEntry = entries.contains(symbol)
        let name = identifier(isEntry ? symbol : plainName ?? symbol)
        if let plainName {
            line = replacing("(name: \"\(plainName)\"", by: "(name: \"\(name)\"", in: line)
        } else {
            line = replacing("!DISubprogram(", by: "!DISubprogram(name: \"\(name)\", ", in: line)
        }
        if isEntry {
            line = replacing("DISPFlagLocalToUnit | ", by: "", in: line)
        } else if !line.contains("DISPFlagLocalToUnit") {
            line = replacing("spFlags: ", by: "spFlags: DISPFlagLocalToUnit | ", in: line)
        }
        return line
    }

    private static func field(_ name: String, of line: String) -> String? {
        guard let start = line.firstRange(of: "(\(name): \"") ?? line.firstRange(of: " \(name): \""),
            let end = line[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        return String(line[start.upperBound..<end])
    }

    private static func replacing(_ old: String, by new: String, in line: String) -> String {
        guard let range = line.firstRange(of: old) else { return line }
        return line[..<range.lowerBound] + new + line[range.upperBound...]
    }

    static func identifier(_ name: String) -> String {
        var result = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if result.first?.isNumber != false { result = "_" + result }
        return String(result.prefix(127))  // KSYM_NAME_LEN
    }
}
