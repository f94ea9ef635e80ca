/// The id of an object of the identity service: 32 hexadecimal digits, as Keystone makes them, or a well-known word such
/// as `default`. It knows what it names: a user's can't be passed where a project's is meant.
package struct IdentityID<Kind>: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// A new one out of 128 random bits.
    package init(using generator: inout some RandomNumberGenerator) {
        let digits = String(UInt128.random(in: .min ... .max, using: &generator), radix: 16)
        text = String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension IdentityID: CustomStringConvertible {
    package var description: String { text }
}

extension IdentityID: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

package enum DomainKind {}
package enum ProjectKind {}
package enum UserKind {}
package enum GroupKind {}
package enum RoleKind {}
package enum ApplicationCredentialKind {}
package enum AuditKind {}

package typealias DomainID = IdentityID<DomainKind>
package typealias ProjectID = IdentityID<ProjectKind>
package typealias UserID = IdentityID<UserKind>
package typealias GroupID = IdentityID<GroupKind>
package typealias RoleID = IdentityID<RoleKind>
package typealias ApplicationCredentialID = IdentityID<ApplicationCredentialKind>
/// Names a token where the token itself must not be seen.
package typealias AuditID = IdentityID<AuditKind>

extension IdentityID<DomainKind> {
    /// Of the domain that every site has; clients take it for granted.
    package static let defaultDomain = DomainID("default")
}
