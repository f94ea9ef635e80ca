import Resources

/// What the manager keeps of a join token.
package struct JoinTokenRecord: Hashable, Sendable, Codable {
    /// SHA-256; the secret has 256 random bits, so nothing slower is needed.
    var secretDigest: [UInt8]
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    /// Nil: any number.
    package var usesLeft: Int?

    /// Names it in lists and for revoking; says nothing of the secret.
    package var id: String { Self.id(ofDigest: secretDigest) }

    static func id(ofDigest digest: [UInt8]) -> String {
        digest.prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Takes the same time wherever the digests differ.
    func matches(_ digest: [UInt8]) -> Bool {
        guard digest.count == secretDigest.count else { return false }
        return zip(digest, secretDigest).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Why a host may not join.
enum JoinError: Error, Hashable, Sendable, CustomStringConvertible {
    case badName(String)
    /// Never made, revoked, or used up: whoever asks is told no more.
    case unknownToken
    case expiredToken
    case nameInUse(String)

    var description: String {
        switch self {
        case .badName(let name): "'\(name)' is not a host name: letters, digits, '-', '.' and '_', at most 253"
        case .unknownToken: "the join token is not valid: it is unknown, revoked or used up"
        case .expiredToken: "the join token has expired"
        case .nameInUse(let name): "a host named '\(name)' is connected; a second one needs another name"
        }
    }
}
