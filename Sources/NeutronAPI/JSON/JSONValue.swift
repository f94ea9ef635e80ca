/// A parsed JSON text (RFC 8259). The order of an object's members is not kept; of equal names the last one counts.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// What an error message shows of the value: quoted as Neutron does, and never more than a line of it.
    var shown: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "'True'" : "'False'"
        case .integer(let value): "'\(value)'"
        case .number(let value): "'\(value)'"
        case .string(let text): "'\(text.shortened)'"
        case .array, .object: "'\(JSONWriter.text(self).shortened)'"
        }
    }
}

extension String {
    /// At most 120 characters of it.
    fileprivate var shortened: String {
        let start = prefix(120)
        return start.endIndex == endIndex ? self : start + "…"
    }
}
