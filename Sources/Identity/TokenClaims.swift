import Resources

/// What a token says, before it is signed. It is self-contained: nothing is stored when one is made, and it survives a
/// restart of the manager. Whether it still holds is looked up in the directory each time.
package struct TokenClaims: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        case none
        case project(ProjectID)
        case domain(DomainID)
    }

    /// How its owner proved who it is; a bit each.
    package struct Methods: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let password = Methods(rawValue: 1)
        package static let token = Methods(rawValue: 2)
        package static let applicationCredential = Methods(rawValue: 4)

        package var names: [String] {
            [(Self.password, "password"), (.token, "token"), (.applicationCredential, "application_credential")]
                .filter { contains($0.0) }.map(\.1)
        }
    }

    package var user: UserID
    /// The user's, when it was made.
    package var generation: UInt32
    package var methods: Methods
    package var scope: Scope
    package var applicationCredential: ApplicationCredentialID?
    package var issuedAt: Timestamp
    package var expiresAt: Timestamp
    package var auditID: AuditID
    /// Of the token that it was made with.
    package var parentAuditID: AuditID?
}

extension TokenClaims {
    private static let version: UInt8 = 1

    package var bytes: [UInt8] {
        var bytes = [Self.version, methods.rawValue]
        func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
        }
        func append(_ text: String) {
            append(UInt16(clamping: text.utf8.count))
            bytes += text.utf8.prefix(Int(UInt16.max))
        }
        append(generation)
        append(issuedAt.seconds)
        append(expiresAt.seconds)
        append(user.text)
        switch scope {
        case .none:
            append(UInt8(0))
            append("")
        case .project(let id):
            append(UInt8(1))
            append(id.text)
        case .domain(let id):
            append(UInt8(2))
            append(id.text)
        }
        append(applicationCredential?.text ?? "")
        append(auditID.text)
        append(parentAuditID?.text ?? "")
        return bytes
    }

    /// Nil: not made by `bytes`.
    package init?(bytes: [UInt8]) {
        var rest = bytes[...]
        func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
            let size = Number.bitWidth / 8
            guard rest.count >= size else { return nil }
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }
        func text() -> String? {
            guard let count = number(UInt16.self), rest.count >= Int(count) else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
        }
        guard rest.popFirst() == Self.version, let methods = rest.popFirst(), let generation = number(UInt32.self),
            let issued = number(Int64.self), let expires = number(Int64.self), let user = text(),
            let kind = rest.popFirst(), let place = text(), let credential = text(), let audit = text(),
            let parent = text(), rest.isEmpty
        else { return nil }
        switch kind {
        case 0: scope = .none
        case 1: scope = .project(ProjectID(place))
        case 2: scope = .domain(DomainID(place))
        default: return nil
        }
        self.user = UserID(user)
        self.generation = generation
        self.methods = Methods(rawValue: methods)
        applicationCredential = credential.isEmpty ? nil : ApplicationCredentialID(credential)
        issuedAt = Timestamp(seconds: issued)
        expiresAt = Timestamp(seconds: expires)
        auditID = AuditID(audit)
        parentAuditID = parent.isEmpty ? nil : AuditID(parent)
    }
}
