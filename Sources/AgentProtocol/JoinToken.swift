import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an operator hands to a new host: where to join, the secret that allows it, and the certificate by which the
/// host knows that it talks to the site's manager before it says the secret.
///
/// Text: `tombolo-join-` and base64url without padding (RFC 4648 section 5). `description` leaves the secret out.
package struct JoinToken: Hashable, Sendable {
    package static let prefix = "tombolo-join-"

    /// `host:port` of the join listeners; the first that answers will do.
    package var joinEndpoints: [String]
    package var secret: [UInt8]
    /// The site's CA certificate, DER.
    package var caCertificate: [UInt8]

    package init(joinEndpoints: [String], secret: [UInt8], caCertificate: [UInt8]) {
        self.joinEndpoints = joinEndpoints
        self.secret = secret
        self.caCertificate = caCertificate
    }

    /// With the secret: not for logs.
    package var text: String {
        get throws {
            var wire = WireJoinToken()
            wire.joinEndpoints = joinEndpoints
            wire.secret = Data(secret)
            wire.caCertificate = Data(caCertificate)
            let bytes: Data = try wire.serializedBytes()
            let base64 = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            return Self.prefix + base64.replacing("=", with: "")
        }
    }

    package init(text: String) throws(WireError) {
        guard text.hasPrefix(Self.prefix) else {
            throw WireError("join token", .invalid("does not begin with '\(Self.prefix)'"))
        }
        var base64 = text.dropFirst(Self.prefix.count).replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: String(base64)) else {
            throw WireError("join token", .invalid("is not base64url after '\(Self.prefix)'"))
        }
        let wire: WireJoinToken
        do {
            wire = try WireJoinToken(serializedBytes: bytes)
        } catch {
            throw WireError("join token", .invalid("is damaged or incomplete"))
        }
        guard !wire.joinEndpoints.isEmpty else { throw WireError("join token.join_endpoints", .missing) }
        guard !wire.secret.isEmpty else { throw WireError("join token.secret", .missing) }
        guard !wire.caCertificate.isEmpty else { throw WireError("join token.ca_certificate", .missing) }
        self.init(
            joinEndpoints: wire.joinEndpoints, secret: Array(wire.secret), caCertificate: Array(wire.caCertificate))
    }
}

extension JoinToken: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "join token for \(joinEndpoints.joined(separator: ", "))" }
    package var debugDescription: String { description }
}
