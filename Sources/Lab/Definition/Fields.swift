import Addresses
import Yams

/// A value in a YAML file that knows where it stands, for errors that say so.
struct Field {
    let path: String
    let node: Node

    var line: Int? { node.mark?.line }

    func failure(_ rule: String) -> LabDefinitionError {
        LabDefinitionError(field: path, rule: rule, line: line)
    }

    /// The characters as they are written; YAML's own guesses (1e3, yes, 0x10) are not asked for.
    var text: String {
        get throws(LabDefinitionError) {
            guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw failure("must be one value") }
            return scalar.string
        }
    }

    /// Something that parses strictly from its text; `form` says how it is written.
    func value<Value: LosslessStringConvertible>(_: Value.Type, form: String) throws(LabDefinitionError) -> Value {
        let text = try text
        guard let value = Value(text) else { throw failure("\"\(text)\" is not \(form)") }
        return value
    }

    func number(in range: ClosedRange<Int>) throws(LabDefinitionError) -> Int {
        let number = try value(Int.self, form: "a whole number")
        guard range.contains(number) else {
            throw failure("\(number) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    var boolean: Bool {
        get throws(LabDefinitionError) { try value(Bool.self, form: "true or false") }
    }

    var elements: [Field] {
        get throws(LabDefinitionError) {
            guard case .sequence(let sequence) = node else { throw failure("must be a list") }
            return sequence.enumerated().map { Field(path: "\(path)[\($0.offset)]", node: $0.element) }
        }
    }

    var fields: Fields {
        get throws(LabDefinitionError) { try Fields(self) }
    }
}

/// The fields of one object in a YAML file. Each is asked for once; what nobody asked for is an error.
struct Fields {
    private let owner: Field
    private let values: [(name: String, node: Node)]
    private var asked: [String] = []

    init(_ owner: Field) throws(LabDefinitionError) {
        guard case .mapping(let mapping) = owner.node else { throw owner.failure("must have fields") }
        self.owner = owner
        var values: [(name: String, node: Node)] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else { throw owner.failure("a field's name must be one word") }
            values.append((name.string, value))
        }
        self.values = values
    }

    mutating func optional(_ name: String) -> Field? {
        asked.append(name)
        guard let node = values.first(where: { $0.name == name })?.node else { return nil }
        // `name:` with nothing after it is the same as no such line.
        if case .scalar(let scalar) = node, scalar.string.isEmpty, scalar.style != .doubleQuoted { return nil }
        return Field(path: path(name), node: node)
    }

    mutating func required(_ name: String) throws(LabDefinitionError) -> Field {
        guard let field = optional(name) else {
            throw LabDefinitionError(field: path(name), rule: "is missing", line: owner.line)
        }
        return field
    }

    /// No elements when there is no such field.
    mutating func list(_ name: String) throws(LabDefinitionError) -> [Field] {
        try optional(name)?.elements ?? []
    }

    /// To be called when all fields were asked for.
    func finish() throws(LabDefinitionError) {
        guard let unknown = values.first(where: { !asked.contains($0.name) }) else { return }
        let known = asked.joined(separator: ", ")
        throw Field(path: path(unknown.name), node: unknown.node).failure("there is no such field; there are \(known)")
    }

    private func path(_ name: String) -> String { owner.path.isEmpty ? name : "\(owner.path).\(name)" }
}

extension Field {
    var ipv4: IPAddress {
        get throws(LabDefinitionError) { .v4(try value(IPv4Address.self, form: "an IPv4 address")) }
    }

    /// With host bits, as in `200.200.200.3/24`.
    var ipv4Interface: IPPrefix {
        get throws(LabDefinitionError) {
            let prefix = try value(IPPrefix.self, form: "an address with a prefix length, as 10.0.0.1/24")
            guard prefix.family == .v4 else { throw failure("\(prefix) is not IPv4") }
            return prefix
        }
    }

    /// Without host bits.
    var ipv4Network: IPPrefix {
        get throws(LabDefinitionError) {
            let prefix = try value(IPPrefix.self, form: "a prefix, as 10.0.0.0/24")
            guard prefix.family == .v4 else { throw failure("\(prefix) is not IPv4") }
            guard prefix.isCanonical else { throw failure("\(prefix) has host bits; the network is \(prefix.network)") }
            return prefix
        }
    }

    var unicastMAC: MACAddress {
        get throws(LabDefinitionError) {
            let mac = try value(MACAddress.self, form: "a MAC address")
            guard mac.isUnicast else { throw failure("\(mac) is not the address of one station") }
            return mac
        }
    }

    /// A name for something that becomes part of namespaces' and files' names.
    func name(hyphens: Bool) throws(LabDefinitionError) -> String {
        let text = try text
        guard LabDefinition.isName(text, hyphens: hyphens) else {
            let characters = hyphens ? "letters, digits and hyphens" : "letters and digits"
            throw failure(
                "\"\(text)\" is not a name: up to \(LabDefinition.longestName) \(characters), a letter first"
            )
        }
        return text
    }
}

extension LabDefinition {
    static func isName(_ text: String, hyphens: Bool) -> Bool {
        let allowed = text.utf8.allSatisfy { byte in
            switch Unicode.Scalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9": true
            case "-": hyphens
            default: false
            }
        }
        guard allowed, let first = text.first, first.isLetter else { return false }
        return text.utf8.count <= longestName
    }
}
