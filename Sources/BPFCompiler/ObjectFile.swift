/// What we check of the finished object: a little-endian 64-bit BPF ELF file without undefined symbols or mutable globals.
package struct ObjectFile {
    package struct Section {
        package var name: String
        var type: UInt32
        var offset: Int
        package var size: Int
        var link: Int
    }

    package let bytes: [UInt8]
    package private(set) var sections: [Section] = []
    package private(set) var undefinedSymbols: [String] = []
    /// Global functions, with the section each is in.
    package private(set) var programs: [String: String] = [:]

    private static let machineBPF: UInt64 = 247  // EM_BPF
    private static let symbolTable: UInt32 = 2  // SHT_SYMTAB

    package init(_ bytes: [UInt8]) throws(CompilerError) {
        self.bytes = bytes
        guard bytes.count >= 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else {
            throw .malformedObject("not a 64-bit little-endian ELF file")
        }
        guard try number(18, 2) == Self.machineBPF else { throw .malformedObject("not for the BPF machine") }
        let table = Int(try number(40, 8))
        let entrySize = Int(try number(58, 2))
        let count = Int(try number(60, 2))
        let namesIndex = Int(try number(62, 2))
        let names = Int(try number(table + namesIndex * entrySize + 24, 8))
        for index in 0..<count {
            let at = table + index * entrySize
            sections.append(
                Section(
                    name: try string(names + Int(try number(at, 4))), type: UInt32(try number(at + 4, 4)),
                    offset: Int(try number(at + 24, 8)), size: Int(try number(at + 32, 8)),
                    link: Int(try number(at + 40, 4))))
        }
        try readSymbols()
    }

    private mutating func readSymbols() throws(CompilerError) {
        guard let symbols = sections.first(where: { $0.type == Self.symbolTable }), symbols.link < sections.count else {
            throw .malformedObject("no symbol table")
        }
        let strings = sections[symbols.link].offset
        for at in stride(from: symbols.offset + 24, to: symbols.offset + symbols.size, by: 24) {
            let name = try string(strings + Int(try number(at, 4)))
            let info = try number(at + 4, 1)
            let section = Int(try number(at + 6, 2))
            if section == 0 {
                undefinedSymbols.append(name)
            } else if info == 0x12, section < sections.count {  // STB_GLOBAL, STT_FUNC
                programs[name] = sections[section].name
            }
        }
    }

    /// - Throws: when the kernel could not run this object, or an upgrade would lose state.
    package func check() throws(CompilerError) {
        guard undefinedSymbols.isEmpty else { throw .undefinedSymbols(undefinedSymbols.sorted()) }
        for section in sections where section.size > 0 {
            if section.name.hasPrefix(".data") || section.name.hasPrefix(".bss") {
                throw .globalState(section: section.name, bytes: UInt64(section.size))
            }
        }
        for name in ["license", ".maps", ".BTF"] where !sections.contains(where: { $0.name == name && $0.size > 0 }) {
            throw .malformedObject("no section \(name)")
        }
        guard !programs.isEmpty else { throw .noPrograms }
    }

    private func number(_ offset: Int, _ size: Int) throws(CompilerError) -> UInt64 {
        guard offset >= 0, offset <= bytes.count - size else { throw .malformedObject("truncated at byte \(offset)") }
        return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func string(_ offset: Int) throws(CompilerError) -> String {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else {
            throw .malformedObject("truncated at byte \(offset)")
        }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }
}
