/// The name of an entry: non-empty components joined by slashes, such as `network/6f1c…` or `claim/vni/10001`.
///
/// A key is made of visible ASCII only, so that every backend (SQLite compares bytes, Swift compares canonical
/// equivalents, etcd compares bytes) agrees on which keys are equal and on their order. Text of any other kind, such
/// as a name that a user chose, goes in through `init(components:)`, which escapes it.
package struct StoreKey: Hashable, Sendable {
    package let path: String

    /// The longest key, in bytes.
    package static let maximumLength = 1024

    package init(_ path: String) throws(StoreKeyError) {
        guard !path.isEmpty else { throw .empty }
        guard path.utf8.count <= Self.maximumLength else { throw .tooLong(bytes: path.utf8.count) }
        var previous = Self.slash
        for byte in path.utf8 {
            guard Self.isVisible(byte) else { throw .invalidCharacter(path: path) }
            guard byte != Self.slash || previous != Self.slash else { throw .emptyComponent(path: path) }
            previous = byte
        }
        guard previous != Self.slash else { throw .emptyComponent(path: path) }
        self.path = path
    }

    /// Joins components of any text: each byte that is not visible ASCII, and each `/` and `%`, is written as
    /// `%` and two hexadecimal digits (RFC 3986 section 2.1), so different components never make the same key.
    package init(components: [String]) throws(StoreKeyError) {
        try self.init(components.map(Self.escaped).joined(separator: "/"))
    }

    private static let slash = UInt8(ascii: "/")

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) }

    private static func escaped(_ component: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in component.utf8 {
            if isVisible(byte), byte != slash, byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StoreKey: Comparable {
    package static func < (left: StoreKey, right: StoreKey) -> Bool {
        left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }
}

extension StoreKey: CustomStringConvertible {
    package var description: String { path }
}

/// Why a text is not a store key.
package enum StoreKeyError: Error, Hashable, Sendable {
    case empty
    case tooLong(bytes: Int)
    case emptyComponent(path: String)
    case invalidCharacter(path: String)
}

extension StoreKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "store key: must not be empty"
        case .tooLong(let bytes): "store key: \(bytes) bytes, at most \(StoreKey.maximumLength) are allowed"
        case .emptyComponent(let path): "store key '\(path)': a component between slashes must not be empty"
        case .invalidCharacter(let path): "store key '\(path)': only visible ASCII characters are allowed"
        }
    }
}
