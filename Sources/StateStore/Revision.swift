/// A point in a store's history. Every commit that changes something makes the next one, so revisions are
/// consecutive, and a higher revision is a later state of the whole store.
package struct Revision: Comparable, Hashable, Sendable {
    package let value: UInt64

    /// The revision of an empty store, before its first commit; also the modification revision of an absent key.
    package static let zero = Revision(0)

    package init(_ value: UInt64) {
        self.value = value
    }

    package var next: Revision { Revision(value + 1) }

    package static func < (left: Revision, right: Revision) -> Bool { left.value < right.value }
}

extension Revision: CustomStringConvertible {
    package var description: String { String(value) }
}

/// Coded as the bare number.
extension Revision: Codable {
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(UInt64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
