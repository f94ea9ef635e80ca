/// A value whose text is its identity: it prints canonically, parses strictly, and is coded as that one string.
package protocol StringCoded: LosslessStringConvertible, Codable, Hashable, Comparable, Sendable {}

extension StringCoded {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is not a valid \(Self.self)"
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
