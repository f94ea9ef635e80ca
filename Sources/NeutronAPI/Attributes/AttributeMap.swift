import Resources

/// All attributes of a resource, in the order in which answers show them.
struct AttributeMap<Model: Sendable>: Sendable {
    private var attributes: [Attribute<Model>]
    private let byName: [String: Int]
    /// As requests name them: an alias goes before a name, since `tenant_id` is a name in answers and an alias in requests.
    private let byRequestName: [String: Int]

    init(_ attributes: [Attribute<Model>]) {
        self.attributes = attributes
        var index: [String: Int] = [:]
        for (position, attribute) in attributes.enumerated() { index[attribute.name] = position }
        byName = index
        for (position, attribute) in attributes.enumerated() {
            for alias in attribute.writing?.aliases ?? [] { index[alias] = position }
        }
        byRequestName = index
    }

    /// As `project` sees it: `shared` is one's own view.
    func seen(by project: String) -> AttributeMap {
        guard attributes.contains(where: { $0.readFor != nil }) else { return self }
        var copy = self
        copy.attributes = attributes.map { $0.seen(by: project) }
        return copy
    }

    var names: [String] { attributes.map(\.name) }

    /// The attribute of this name, if answers show it.
    func visible(_ name: String) -> Attribute<Model>? {
        guard let position = byName[name], attributes[position].read != nil else { return nil }
        return attributes[position]
    }

    /// Those that answers show: all, or the ones the request names (`fields`); unknown names show nothing.
    func selection(fields: [String]) -> [Attribute<Model>] {
        let names = Set(fields.filter { !$0.isEmpty })
        return attributes.filter { $0.read != nil && (names.isEmpty || names.contains($0.name)) }
    }

    /// The resource of a POST: every name known and allowed, what is required there, every value as its rule wants it.
    func posted(_ members: [String: JSONValue]) throws(NeutronError) -> Body {
        let body = try recognized(members)
        for name in body.members.keys.sorted() where writing(name)?.isInPost != true {
            throw .badRequest("Attribute '\(name)' not allowed in POST")
        }
        for attribute in attributes where attribute.writing?.isRequired == true {
            if body.members[attribute.name] == nil { throw Body.missing(attribute.name) }
        }
        try check(body)
        return body
    }

    /// The changes of a PUT.
    func put(_ members: [String: JSONValue]) throws(NeutronError) -> Body {
        let body = try recognized(members)
        for name in body.members.keys.sorted() where writing(name)?.isInPut != true {
            throw .badRequest("Cannot update read-only attribute \(name)")
        }
        try check(body)
        return body
    }

    private func writing(_ name: String) -> Attribute<Model>.Writing? {
        byName[name].flatMap { attributes[$0].writing }
    }

    private func recognized(_ members: [String: JSONValue]) throws(NeutronError) -> Body {
        let unknown = members.keys.filter { byRequestName[$0] == nil }.sorted()
        guard unknown.isEmpty else {
            throw .badRequest(
                "Unrecognized attribute(s) \(unknown.map { "'\($0.prefix(120))'" }.joined(separator: ", "))")
        }
        var canonical: [String: JSONValue] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let canonicalName = byRequestName[name].map { attributes[$0].name } ?? name
            if let other = canonical.updateValue(value, forKey: canonicalName), other != value {
                throw .invalidInput(canonicalName, "it is given twice, under different names, with different values")
            }
        }
        return Body(members: canonical)
    }

    private func check(_ body: Body) throws(NeutronError) {
        for attribute in attributes {
            guard let writing = attribute.writing, let json = body.members[attribute.name] else { continue }
            do throws(RuleViolation) {
                try writing.check(json)
            } catch {
                throw .invalidInput(attribute.name, error.reason)
            }
        }
    }
}
