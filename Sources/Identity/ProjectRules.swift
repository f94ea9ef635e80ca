import Resources

package struct ProjectDraft: Hashable, Sendable {
    package var name: String
    package var domainID: DomainID
    package var description = ""
    package var enabled = true
    package var tags: [String] = []

    package init(name: String, domainID: DomainID = .defaultDomain) {
        self.name = name
        self.domainID = domainID
    }
}

package struct ProjectUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep
    package var enabled: Change<Bool> = .keep
    package var tags: Change<[String]> = .keep

    package init() {}
}

extension Directory {
    package func project(_ id: ProjectID) throws(IdentityError) -> Project {
        guard let project = projects[id] else { throw .notFound("project", id) }
        return project
    }

    package func creating(
        project draft: ProjectDraft, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (Project, [DirectoryChange]) {
        _ = try domain(draft.domainID)
        let project = Project(
            id: ProjectID(using: &generator), domainID: draft.domainID,
            name: try NameRules.name(draft.name, maximum: 64),
            description: try NameRules.text(draft.description, "description"), enabled: draft.enabled,
            tags: try NameRules.tags(draft.tags))
        guard self.project(named: project.name, in: project.domainID) == nil else {
            throw .conflict("project", name: project.name)
        }
        return (project, [.put(.project(project))])
    }

    package func updating(
        project id: ProjectID, _ update: ProjectUpdate
    ) throws(IdentityError) -> (Project, [DirectoryChange]) {
        let old = try project(id)
        var new = old
        if let name = update.name.newValue { new.name = try NameRules.name(name, maximum: 64) }
        if let text = update.description.newValue { new.description = try NameRules.text(text, "description") }
        if let tags = update.tags.newValue { new.tags = try NameRules.tags(tags) }
        new.enabled = update.enabled.applied(to: old.enabled)
        if new.name != old.name, project(named: new.name, in: new.domainID) != nil {
            throw .conflict("project", name: new.name)
        }
        return (new, new == old ? [] : [.put(.project(new))])
    }

    /// Who had a role there has it no more. The project's networks stay: they are not the identity service's.
    package func deleting(project id: ProjectID) throws(IdentityError) -> [DirectoryChange] {
        _ = try project(id)
        let assignments = assignments.filter { $0.target == .project(id) }
        let credentials = applicationCredentials.values.filter { $0.projectID == id }
        return assignments.map { .delete(.assignment($0)) }
            + credentials.map { .delete(.applicationCredential($0.id)) } + [.delete(.project(id))]
    }
}
