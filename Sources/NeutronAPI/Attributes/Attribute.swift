import Resources

/// One line of a resource's attribute map: what requests may say of it, and what answers show.
struct Attribute<Model: Sendable>: Sendable {
    typealias Read = @Sendable (Model, Inventory) -> AttributeValue

    /// What the values are, as far as filters have to know.
    enum Kind: Sendable {
        case bool, integer, text, list
    }

    /// Whether a request may set it.
    struct Writing: Sendable {
        let isInPost: Bool
        let isRequired: Bool
        let isInPut: Bool
        let aliases: [String]
        let check: @Sendable (JSONValue) throws(RuleViolation) -> Void
    }

    let name: String
    let kind: Kind
    let writing: Writing?
    /// Nil: never shown.
    private(set) var read: Read?
    /// For what depends on who looks: the reading, given the sender's project.
    let readFor: (@Sendable (_ project: String) -> Read)?
    /// `"name":` in UTF-8.
    let encodedName: [UInt8]

    private init(
        _ name: String, kind: Kind, writing: Writing?, read: Read?,
        readFor: (@Sendable (_ project: String) -> Read)? = nil
    ) {
        self.name = name
        self.kind = kind
        self.writing = writing
        self.read = read
        self.readFor = readFor
        encodedName = JSONWriter.encodeName(name)
    }

    var isSortable: Bool { kind != .list }

    /// One that a request sets and answers show.
    static func input<Value>(
        _ input: Input<Value>, post: Bool = true, _ kind: Kind = .text, _ read: @escaping Read
    ) -> Attribute {
        Attribute(input.name, kind: kind, writing: Writing(input, post: post), read: read)
    }

    /// One that a request sets and no answer shows.
    static func hidden<Value>(_ input: Input<Value>) -> Attribute {
        Attribute(input.name, kind: .text, writing: Writing(input, post: true), read: nil)
    }

    /// One that a request sets and that differs by who looks. Until that is known it shows what everyone sees.
    static func seen<Value>(
        _ input: Input<Value>, _ kind: Kind, _ readFor: @escaping @Sendable (_ project: String) -> Read
    ) -> Attribute {
        Attribute(
            input.name, kind: kind, writing: Writing(input, post: true), read: readFor(RBACPolicy.everyone),
            readFor: readFor)
    }

    /// One that only we set and that differs by who looks.
    static func readOnlySeen(
        _ name: String, _ kind: Kind, _ readFor: @escaping @Sendable (_ project: String) -> Read
    ) -> Attribute {
        Attribute(name, kind: kind, writing: nil, read: readFor(RBACPolicy.everyone), readFor: readFor)
    }

    /// As `project` sees it.
    func seen(by project: String) -> Attribute {
        guard let readFor else { return self }
        var copy = self
        copy.read = readFor(project)
        return copy
    }

    /// One that only we set.
    static func readOnly(_ name: String, _ kind: Kind = .text, _ read: @escaping Read) -> Attribute {
        Attribute(name, kind: kind, writing: nil, read: read)
    }

    /// One of Neutron's that we don't carry yet: accepted with its neutral value only, so that nobody believes it is in
    /// force; shown with it, if Neutron shows it.
    static func unsupported(
        _ name: String, _ kind: Kind = .text, accepts neutral: [JSONValue], shows value: AttributeValue?
    ) -> Attribute {
        let rule = Rule<Void> { json throws(RuleViolation) in
            guard neutral.contains(json) else {
                let allowed = neutral.map(JSONWriter.text).joined(separator: " or ")
                throw RuleViolation("\(json.shown) is not supported yet; only \(allowed) is accepted")
            }
        }
        var read: Read?
        if let value { read = { _, _ in value } }
        return Attribute(name, kind: kind, writing: Writing(Input(name, rule), post: true), read: read)
    }

    /// Refuses a filter's text that no value of this kind can have.
    func checkFilter(_ text: String) throws(NeutronError) {
        switch kind {
        case .bool:
            guard Rule<Bool>.word(text) == nil else { return }
            throw .invalidInput(name, "'\(text.prefix(120))' cannot be converted to boolean")
        case .integer:
            guard Int64(text) == nil else { return }
            throw .invalidInput(name, "'\(text.prefix(120))' is not an integer")
        case .text, .list: return
        }
    }
}

extension Attribute.Writing {
    init<Value>(_ input: Input<Value>, post: Bool) {
        isInPost = post
        isRequired = input.isRequired
        isInPut = input.isUpdatable
        aliases = input.aliases
        let rule = input.rule
        check = { json throws(RuleViolation) in _ = try rule.convert(json) }
    }
}
