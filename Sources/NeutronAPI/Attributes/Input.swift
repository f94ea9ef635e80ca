import Resources

/// An attribute that requests may set: its name, its rule and where it may stand.
struct Input<Value: Sendable>: Sendable {
    let name: String
    let rule: Rule<Value>
    /// Must be in POST.
    let isRequired: Bool
    /// May be in PUT.
    let isUpdatable: Bool
    /// Other names it goes by in requests.
    let aliases: [String]

    init(_ name: String, _ rule: Rule<Value>, required: Bool = false, put: Bool = true, aliases: [String] = []) {
        self.name = name
        self.rule = rule
        isRequired = required
        isUpdatable = put
        self.aliases = aliases
    }
}

/// A resource in a request, whose names and values have passed the attribute map.
struct Body: Sendable {
    let members: [String: JSONValue]

    /// Nil when the request doesn't say.
    func value<Value>(_ input: Input<Value>) throws(NeutronError) -> Value? {
        guard let json = members[input.name] else { return nil }
        do throws(RuleViolation) {
            return try input.rule.convert(json)
        } catch {
            throw .invalidInput(input.name, error.reason)
        }
    }

    /// For a PUT: what isn't there stays as it is.
    func change<Value>(_ input: Input<Value>) throws(NeutronError) -> Change<Value> {
        guard let value = try value(input) else { return .keep }
        return .set(value)
    }

    func required<Value>(_ input: Input<Value>) throws(NeutronError) -> Value {
        guard let value = try value(input) else { throw Self.missing(input.name) }
        return value
    }

    static func missing(_ name: String) -> NeutronError {
        .badRequest("Failed to parse request. Required attribute '\(name)' not specified")
    }
}
