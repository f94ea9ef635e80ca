import Resources

package struct UserDraft: Hashable, Sendable {
    package var name: String
    package var domainID: DomainID
    package var description = ""
    package var email: String?
    package var enabled = true
    package var defaultProjectID: ProjectID?
    package var password: SecretHash?

    package init(name: String, domainID: DomainID = .defaultDomain) {
        self.name = name
        self.domainID = domainID
    }
}

package struct UserUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep
    package var email: Change<String?> = .keep
    package var enabled: Change<Bool> = .keep
    package var defaultProjectID: Change<ProjectID?> = .keep
    package var password: Change<SecretHash?> = .keep

    package init() {}
}

/// What a password must keep to before it is hashed.
package enum PasswordRules {
    /// Bytes; a hash of more says nothing more.
    package static let maximumLength = 1024

    package static func check(_ password: String) throws(IdentityError) {
        if password.isEmpty { throw .badRequest("Invalid input for field 'password': it must not be empty.") }
        guard password.utf8.count <= maximumLength else {
            throw .badRequest("Invalid input for field 'password': it has more than \(maximumLength) bytes.")
        }
    }
}

extension Directory {
    package func user(_ id: UserID) throws(IdentityError) -> User {
        guard let user = users[id] else { throw .notFound("user", id) }
        return user
    }

    package func creating(
        user draft: UserDraft, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (User, [DirectoryChange]) {
        _ = try domain(draft.domainID)
        let user = User(
            id: UserID(using: &generator), domainID: draft.domainID, name: try NameRules.name(draft.name),
            description: try NameRules.text(draft.description, "description"),
            email: try draft.email.map { text throws(IdentityError) in try NameRules.text(text, "email", maximum: 255)
            },
            enabled: draft.enabled, defaultProjectID: draft.defaultProjectID, password: draft.password, generation: 0)
        guard self.user(named: user.name, in: user.domainID) == nil else { throw .conflict("user", name: user.name) }
        return (user, [.put(.user(user))])
    }

    package func updating(
        user id: UserID, _ update: UserUpdate
    ) throws(IdentityError) -> (User, [DirectoryChange]) {
        let old = try user(id)
        var new = old
        if let name = update.name.newValue { new.name = try NameRules.name(name) }
        if let text = update.description.newValue { new.description = try NameRules.text(text, "description") }
        if let email = update.email.newValue {
            if let email { try NameRules.text(email, "email", maximum: 255) }
            new.email = email
        }
        new.enabled = update.enabled.applied(to: old.enabled)
        new.defaultProjectID = update.defaultProjectID.applied(to: old.defaultProjectID)
        new.password = update.password.applied(to: old.password)
        if new.name != old.name, user(named: new.name, in: new.domainID) != nil {
            throw .conflict("user", name: new.name)
        }
        // Whoever had the old password, or a session from before, is out.
        if new.password != old.password || (old.enabled && !new.enabled) { new.generation &+= 1 }
        return (new, new == old ? [] : [.put(.user(new))])
    }

    package func deleting(user id: UserID) throws(IdentityError) -> [DirectoryChange] {
        _ = try user(id)
        return deleting(users: [id])
    }

    /// Together, so that a group loses all of them.
    func deleting(users ids: Set<UserID>) -> [DirectoryChange] {
        var changes: [DirectoryChange] = []
        for id in ids.sorted() {
            changes += assignments(of: .user(id)).map { .delete(.assignment($0)) }
            changes += credentials(of: id).map { .delete(.applicationCredential($0.id)) }
        }
        for group in groups.values where !group.members.isDisjoint(with: ids) {
            var left = group
            left.members.subtract(ids)
            changes.append(.put(.group(left)))
        }
        return changes + ids.sorted().map { .delete(.user($0)) }
    }
}
