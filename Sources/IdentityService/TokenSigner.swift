import Crypto
import Identity

/// Makes a token of claims, and claims of a token: HMAC-SHA256 (RFC 2104) with a key that only the site's store has.
package struct TokenSigner: Sendable {
    private let key: SymmetricKey
    private static let macLength = 32
    /// A longer one is none of ours.
    private static let maximumLength = 2048

    package init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    package func token(_ claims: TokenClaims) -> String {
        let bytes = claims.bytes
        return Base64URL.encode(bytes + HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }

    package func claims(_ token: String) -> TokenClaims? {
        guard token.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(token), bytes.count > Self.macLength
        else { return nil }
        let content = Array(bytes.dropLast(Self.macLength))
        let mac = bytes.suffix(Self.macLength)
        guard HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: content, using: key) else { return nil }
        return TokenClaims(bytes: content)
    }
}
