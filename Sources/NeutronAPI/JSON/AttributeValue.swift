import Addresses
import Resources

/// What an attribute of a resource shows, before it becomes text: lists of thousands of resources are filtered, sorted
/// and written without making a string of each UUID and address.
package enum AttributeValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// More than an `Int64` may hold: of IPv6 addresses.
    case count(UInt128)
    case text(String)
    case identifier(UInt128)
    case address(IPAddress)
    case mac(MACAddress)
    case time(Timestamp)
    case list([AttributeValue])
    case object([Member])
    /// What a client gave us to keep.
    case json(JSONValue)

    package struct Member: Sendable {
        let name: StaticString
        let value: AttributeValue
    }

    static func integer(_ value: some BinaryInteger) -> AttributeValue { .integer(Int64(clamping: value)) }
    static func text(_ value: some StringCoded) -> AttributeValue { .text(value.description) }
    static func identifier<Kind>(_ identifier: Identifier<Kind>) -> AttributeValue { .identifier(identifier.value) }
    static func optional(_ address: IPAddress?) -> AttributeValue { address.map { .address($0) } ?? .null }

    static func members(_ members: KeyValuePairs<StaticString, AttributeValue>) -> AttributeValue {
        .object(members.map { Member(name: $0.key, value: $0.value) })
    }
}

extension JSONWriter {
    mutating func value(_ value: AttributeValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .count(let value): count(value)
        case .text(let text): string(text)
        case .identifier(let value): identifier(value)
        case .address(let value): address(value)
        case .mac(let value): mac(value)
        case .time(let value): timestamp(value)
        case .list(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .json(let json): self.value(json)
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name.description)
                self.value(member.value)
            }
            endObject()
        }
    }
}

extension AttributeValue {
    /// Whether a filter's text names this value. A list matches by any of its elements; null and the empty list match
    /// the empty text.
    func matches(_ text: String) -> Bool {
        switch self {
        case .null: text.isEmpty
        case .bool(let value): Rule<Bool>.word(text) == value
        case .integer(let value): Int64(text) == value
        case .count(let value): UInt128(text) == value
        case .text(let value): value == text
        case .identifier(let value): Identifier<Never>(text)?.value == value
        case .address(let value): IPAddress(text) == value
        case .mac(let value): MACAddress(text) == value
        case .time(let value): value.iso8601 == text
        case .list(let values): values.isEmpty ? text.isEmpty : values.contains { $0.matches(text) }
        case .json: false
        case .object(let members):
            members.contains { $0.matches(text) }
        }
    }

    /// Order for `sort_key`: values of one attribute are of one kind, but null comes first.
    func precedes(_ other: AttributeValue) -> Bool {
        switch (self, other) {
        case (.null, .null): false
        case (.null, _): true
        case (.bool(let left), .bool(let right)): !left && right
        case (.integer(let left), .integer(let right)): left < right
        case (.count(let left), .count(let right)): left < right
        case (.text(let left), .text(let right)): left < right
        case (.identifier(let left), .identifier(let right)): left < right
        case (.address(let left), .address(let right)): left < right
        case (.mac(let left), .mac(let right)): left < right
        case (.time(let left), .time(let right)): left < right
        default: false
        }
    }
}

extension AttributeValue.Member {
    /// `fixed_ips=ip_address=10.0.0.3`, and `ip_address_substr=0.3` for a part of it.
    fileprivate func matches(_ text: String) -> Bool {
        guard text.hasPrefix(name.description) else { return false }
        let rest = text.dropFirst(name.description.count)
        if rest.hasPrefix("=") { return value.matches(String(rest.dropFirst())) }
        guard rest.hasPrefix("_substr="), case .address(let address) = value else { return false }
        return address.description.contains(rest.dropFirst("_substr=".count))
    }
}
