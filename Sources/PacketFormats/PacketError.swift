/// Why bytes are not the packet they should be.
package enum PacketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end before the field does. Counts are in bytes.
    case truncated(field: String, needed: Int, available: Int)
    /// The field is there and breaks the rule.
    case invalid(field: String, rule: String)

    package var description: String {
        switch self {
        case .truncated(let field, let needed, let available):
            "\(field): needs \(needed) bytes, \(available) are there"
        case .invalid(let field, let rule): "\(field): \(rule)"
        }
    }
}
