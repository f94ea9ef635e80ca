/// The command line. List options take every following word up to the next option.
package struct Arguments: Equatable {
    package static let usage = """
        usage: BPFCompiler --swift-sources FILE… --header-dir DIR --maps FILE --output FILE.swift
                           [--object FILE.o] [--work-dir DIR] [--swiftc PATH] [--name NAME] [--define CONDITION…]
        """

    package var swiftSources: [String] = []
    package var headerDirectory = ""
    package var maps = ""
    /// The Swift file that embeds the object.
    package var output = ""
    /// Where the object itself goes, if it is wanted as a file too.
    package var object: String?
    /// Intermediate files and the module cache; nothing is written anywhere else.
    package var workDirectory = ""
    package var swiftc: String?
    /// Of the Swift type that carries the object.
    package var name = EmbeddedObject.defaultName
    /// Conditions of a variant, beside the one that says that it is for BPF.
    package var conditions: [String] = []

    package init(_ words: [String]) throws(CompilerError) {
        var values: [String: [String]] = [:]
        var option: String?
        for word in words {
            if word.hasPrefix("--") {
                guard values[word] == nil else { throw .usage("\(word) is given twice") }
                values[word] = []
                option = word
            } else if let option {
                values[option, default: []].append(word)
            } else {
                throw .usage("unexpected argument \(word)")
            }
        }
        func take(_ name: String) throws(CompilerError) -> String? {
            guard let list = values.removeValue(forKey: name) else { return nil }
            guard list.count == 1, let value = list.first else { throw .usage("\(name) takes one value") }
            return value
        }
        func required(_ name: String) throws(CompilerError) -> String {
            guard let value = try take(name) else { throw .usage("\(name) is missing") }
            return value
        }
        guard let sources = values.removeValue(forKey: "--swift-sources"), !sources.isEmpty else {
            throw .usage("--swift-sources is missing")
        }
        swiftSources = sources
        headerDirectory = try required("--header-dir")
        maps = try required("--maps")
        output = try required("--output")
        object = try take("--object")
        workDirectory = try take("--work-dir") ?? output + ".work"
        swiftc = try take("--swiftc")
        name = try take("--name") ?? EmbeddedObject.defaultName
        conditions = values.removeValue(forKey: "--define") ?? []
        if let unknown = values.keys.sorted().first { throw .usage("unknown option \(unknown)") }
    }
}
