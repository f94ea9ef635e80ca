import Resources

/// A host that may connect: it joined with a token and was not removed since.
package struct EnrolledHost: Hashable, Sendable, Codable {
    package var id: HostID
    package var name: String
    package var joinedAt: Timestamp

    package init(id: HostID, name: String, joinedAt: Timestamp) {
        self.id = id
        self.name = name
        self.joinedAt = joinedAt
    }

    /// RFC 1123 section 2.1's letters, digits, hyphens and dots, and the underscore that people use all the same.
    static func isValid(name: String) -> Bool {
        let text = name.utf8
        guard (1...253).contains(text.count), text.first != UInt8(ascii: "."), text.first != UInt8(ascii: "-") else {
            return false
        }
        return text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
