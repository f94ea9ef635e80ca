import Resources

package struct GroupDraft: Hashable, Sendable {
    package var name: String
    package var domainID: DomainID
    package var description = ""

    package init(name: String, domainID: DomainID = .defaultDomain) {
        self.name = name
        self.domainID = domainID
    }
}

package struct GroupUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep

    package init() {}
}

extension Directory {
    package func group(_ id: GroupID) throws(IdentityError) -> Group {
        guard let group = groups[id] else { throw .notFound("group", id) }
        return group
    }

    package func creating(
        group draft: GroupDraft, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (Group, [DirectoryChange]) {
        _ = try domain(draft.domainID)
        let group = Group(
            id: GroupID(using: &generator), domainID: draft.domainID,
            name: try NameRules.name(draft.name, maximum: 64),
            description: try NameRules.text(draft.description, "description"), members: [])
        guard self.group(named: group.name, in: group.domainID) == nil else {
            throw .conflict("group", name: group.name)
        }
        return (group, [.put(.group(group))])
    }

    package func updating(
        group id: GroupID, _ update: GroupUpdate
    ) throws(IdentityError) -> (Group, [DirectoryChange]) {
        let old = try group(id)
        var new = old
        if let name = update.name.newValue { new.name = try NameRules.name(name, maximum: 64) }
        if let text = update.description.newValue { new.description = try NameRules.text(text, "description") }
        if new.name != old.name, group(named: new.name, in: new.domainID) != nil {
            throw .conflict("group", name: new.name)
        }
        return (new, new == old ? [] : [.put(.group(new))])
    }

    package func deleting(group id: GroupID) throws(IdentityError) -> [DirectoryChange] {
        _ = try group(id)
        return assignments(of: .group(id)).map { .delete(.assignment($0)) } + [.delete(.group(id))]
    }

    package func adding(_ user: UserID, to id: GroupID) throws(IdentityError) -> [DirectoryChange] {
        var group = try group(id)
        _ = try self.user(user)
        return group.members.insert(user).inserted ? [.put(.group(group))] : []
    }

    package func removing(_ user: UserID, from id: GroupID) throws(IdentityError) -> [DirectoryChange] {
        var group = try group(id)
        guard group.members.remove(user) != nil else { throw .notFound("user in group", user) }
        return [.put(.group(group))]
    }
}
