/// Assembly text as clang writes it, without what a loader of BPF has no use for.
package enum Assembly {
    /// Removes DWARF (the BTF made from it stays), unwinding tables and what Swift leaves for linkers.
    package static func cleaned(_ text: String) throws(CompilerError) -> String {
        for section in [".maps", ".BTF", ".BTF.ext"] where !text.contains("\t.section\t\(section),") {
            throw .patternNotFound(pattern: "the section \(section)", expected: "1", found: 0)
        }
        var kept: [Substring] = []
        var isSkipping = false
        var debugSections = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let name = sectionName(line) {
                isSkipping = isUnwanted(name)
                if name.hasPrefix(".debug_") { debugSections += 1 }
            }
            if !isSkipping, !isUnwantedDirective(line) { kept.append(line) }
        }
        guard debugSections > 0 else {
            throw .patternNotFound(pattern: "the sections .debug_*", expected: "at least 1", found: 0)
        }
        return kept.joined(separator: "\n")
    }

    private static func isUnwanted(_ section: Substring) -> Bool {
        section.hasPrefix(".debug_") || section == ".linker-options" || section == ".swift1_autolink_entries"
    }

    /// `.file` and `.loc` would make a DWARF line table (and name paths of the machine that builds), `.cfi_…` an unwinding table.
    private static func isUnwantedDirective(_ line: Substring) -> Bool {
        let directive = line.drop { $0 == "\t" || $0 == " " }
        return [".file\t", ".loc\t", ".cfi_", ".addrsig", ".ident"].contains { directive.hasPrefix($0) }
    }

    static func sectionName(_ line: Substring) -> Substring? {
        let directive = line.drop { $0 == "\t" || $0 == " " }
        if directive.hasPrefix(".section") {
            let rest = directive.dropFirst(".section".count).drop { $0 == "\t" || $0 == " " || $0 == "\"" }
            return rest.prefix { $0 != "," && $0 != "\"" && $0 != " " && $0 != "\t" }
        }
        for name in [".text", ".data", ".bss"] where directive == name { return directive }
        return nil
    }
}
