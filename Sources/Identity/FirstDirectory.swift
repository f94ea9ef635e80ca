/// What a site's identity service begins with: one who can make all others.
package struct FirstDirectory: Hashable, Sendable {
    package static let adminName = "admin"
    package static let domainName = "Default"

    package let changes: [DirectoryChange]
    package let adminID: UserID
    package let projectID: ProjectID

    package init(adminPassword: SecretHash, using generator: inout some RandomNumberGenerator) {
        let domain = Domain(
            id: .defaultDomain, name: Self.domainName, description: "The default domain", enabled: true)
        let project = Project(
            id: ProjectID(using: &generator), domainID: domain.id, name: Self.adminName,
            description: "The operator's project", enabled: true, tags: [])
        let admin = User(
            id: UserID(using: &generator), domainID: domain.id, name: Self.adminName, description: "The operator",
            email: nil, enabled: true, defaultProjectID: nil, password: adminPassword, generation: 0)
        var changes: [DirectoryChange] = [.put(.domain(domain)), .put(.project(project)), .put(.user(admin))]
        for name in Role.builtIn {
            let role = Role(id: RoleID(using: &generator), name: name, description: "")
            changes.append(.put(.role(role)))
            guard name == "admin" else { continue }
            for target in [RoleAssignment.Target.project(project.id), .domain(domain.id)] {
                changes.append(.put(.assignment(.init(role: role.id, actor: .user(admin.id), target: target))))
            }
        }
        self.changes = changes
        adminID = admin.id
        projectID = project.id
    }
}
