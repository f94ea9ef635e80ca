import Resources

package struct DomainDraft: Hashable, Sendable {
    package var name: String
    package var description = ""
    package var enabled = true

    package init(name: String) { self.name = name }
}

package struct DomainUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep
    package var enabled: Change<Bool> = .keep

    package init() {}
}

extension Directory {
    package func domain(_ id: DomainID) throws(IdentityError) -> Domain {
        guard let domain = domains[id] else { throw .notFound("domain", id) }
        return domain
    }

    package func creating(
        domain draft: DomainDraft, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (Domain, [DirectoryChange]) {
        let domain = Domain(
            id: DomainID(using: &generator), name: try NameRules.name(draft.name, maximum: 64),
            description: try NameRules.text(draft.description, "description"), enabled: draft.enabled)
        guard self.domain(named: domain.name) == nil else { throw .conflict("domain", name: domain.name) }
        return (domain, [.put(.domain(domain))])
    }

    package func updating(
        domain id: DomainID, _ update: DomainUpdate
    ) throws(IdentityError) -> (Domain, [DirectoryChange]) {
        let old = try domain(id)
        var new = old
        if let name = update.name.newValue { new.name = try NameRules.name(name, maximum: 64) }
        if let text = update.description.newValue { new.description = try NameRules.text(text, "description") }
        new.enabled = update.enabled.applied(to: old.enabled)
        if !new.enabled, id == .defaultDomain {
            throw .refused("The default domain must stay enabled: nobody could log in to enable it again.")
        }
        if new.name != old.name, domain(named: new.name) != nil { throw .conflict("domain", name: new.name) }
        return (new, new == old ? [] : [.put(.domain(new))])
    }

    /// With everything in it.
    package func deleting(domain id: DomainID) throws(IdentityError) -> [DirectoryChange] {
        let domain = try domain(id)
        if id == .defaultDomain { throw .refused("Cannot delete the default domain.") }
        guard !domain.enabled else {
            throw .refused("Cannot delete a domain that is enabled, please disable it first.")
        }
        var changes: [DirectoryChange] = []
        for project in projects.values where project.domainID == id { changes += try deleting(project: project.id) }
        for group in groups.values where group.domainID == id { changes += try deleting(group: group.id) }
        changes += deleting(users: Set(users.values.filter { $0.domainID == id }.map(\.id)))
        changes += assignments.filter { $0.target == .domain(id) }.map { .delete(.assignment($0)) }
        return changes.withoutRepetition + [.delete(.domain(id))]
    }
}

extension [DirectoryChange] {
    /// Several deletions may each want the same things gone, and a membership may go before its group: per object the
    /// last word counts, and a deletion is final.
    var withoutRepetition: [DirectoryChange] {
        var deleted: Set<DirectoryKey> = []
        for case .delete(let key) in self { deleted.insert(key) }
        var seen: Set<DirectoryKey> = []
        return reversed().filter { change in
            switch change {
            case .delete(let key): seen.insert(key).inserted
            case .put(let object): !deleted.contains(object.key) && seen.insert(object.key).inserted
            }
        }.reversed()
    }
}
