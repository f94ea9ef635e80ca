import Resources
import Testing

@testable import Identity

@Suite("Domains, projects, users, groups and roles")
struct DirectoryRuleTests {
    @Test("a name is taken once per domain, and free in another")
    func names() throws {
        var world = try World()
        #expect(throws: IdentityError.conflict("user", name: "ann")) {
            try world.make { try $0.creating(user: UserDraft(name: "ann"), using: &$1) }
        }
        #expect(throws: IdentityError.conflict("project", name: "tenant")) {
            try world.make { try $0.creating(project: ProjectDraft(name: "tenant"), using: &$1) }
        }
        let other = try world.make { try $0.creating(domain: DomainDraft(name: "other"), using: &$1) }
        _ = try world.make { try $0.creating(user: UserDraft(name: "ann", domainID: other.id), using: &$1) }
        let renamed = UserUpdate.renaming(to: "admin")
        let user = world.user
        #expect(throws: IdentityError.conflict("user", name: "admin")) {
            try world.make { directory, _ in try directory.updating(user: user, renamed) }
        }
    }

    @Test("after a change of name the old one is free and the new one is found")
    func renaming() throws {
        var world = try World()
        let user = world.user
        _ = try world.make { directory, _ in try directory.updating(user: user, .renaming(to: "beth")) }
        #expect(world.directory.user(named: "ann", in: .defaultDomain) == nil)
        #expect(world.directory.user(named: "beth", in: .defaultDomain)?.id == user)
    }

    @Test("names must not be blank or endless", arguments: ["", "  ", String(repeating: "x", count: 256)])
    func badNames(name: String) throws {
        var world = try World()
        let error = #expect(throws: IdentityError.self) {
            try world.make { try $0.creating(user: UserDraft(name: name), using: &$1) }
        }
        #expect(error?.status == 400 && error?.message.contains("'name'") == true)
    }

    @Test("a domain goes when it is disabled, with all that is in it and every role on it")
    func deletingDomain() throws {
        var world = try World()
        let domain = try world.make { try $0.creating(domain: DomainDraft(name: "other"), using: &$1) }.id
        let group = try world.make { try $0.creating(group: GroupDraft(name: "here"), using: &$1) }.id
        for name in ["u1", "u2"] {
            let user = try world.make { try $0.creating(user: UserDraft(name: name, domainID: domain), using: &$1) }.id
            try world.change { try $0.adding(user, to: group) }
            try world.grant("member", user, world.project)
        }
        let project = try world.make {
            try $0.creating(project: ProjectDraft(name: "p", domainID: domain), using: &$1)
        }.id
        try world.grant("member", world.user, project)
        #expect(throws: IdentityError.self) { try world.directory.deleting(domain: domain) }
        var update = DomainUpdate()
        update.enabled = .set(false)
        let disabling = update
        _ = try world.make { directory, _ in try directory.updating(domain: domain, disabling) }
        try world.change { try $0.deleting(domain: domain) }
        #expect(world.directory.domains.count == 1 && world.directory.projects.count == 2)
        #expect(world.directory.users.count == 2 && world.directory.groups[group]?.members == [])
        #expect(world.directory.assignments.count == 3)
        #expect(throws: IdentityError.self) { try world.directory.deleting(domain: .defaultDomain) }
    }

    @Test("a group's roles are its members' while they are members")
    func groups() throws {
        var world = try World()
        let group = try world.make { try $0.creating(group: GroupDraft(name: "g"), using: &$1) }.id
        let user = world.user
        let assignment = RoleAssignment(
            role: try world.role("admin"), actor: .group(group), target: .project(world.adminProject))
        try world.change { try $0.granting(assignment) }
        #expect(throws: IdentityError.unauthorized) { try world.token(.project(world.adminProject)) }
        try world.change { try $0.adding(user, to: group) }
        let token = try world.token(.project(world.adminProject))
        #expect(token.isAdmin && world.directory.projects(of: user).map(\.name) == ["admin", "tenant"])
        try world.change { try $0.removing(user, from: group) }
        #expect(!world.isValid(token))
    }

    @Test("roles that the policies know stay as they are; others may go, with every assignment")
    func roles() throws {
        var world = try World()
        let admin = try world.role("admin")
        #expect(throws: IdentityError.self) { try world.directory.deleting(role: admin) }
        #expect(throws: IdentityError.self) { try world.directory.updating(role: admin, RoleUpdate()) }
        let role = try world.make { try $0.creating(role: "auditor", using: &$1) }
        try world.grant("auditor", world.user, world.project)
        #expect(world.directory.assignments(of: .user(world.user)).count == 2)
        try world.change { try $0.deleting(role: role.id) }
        #expect(world.directory.assignments(of: .user(world.user)).count == 1)
    }

    @Test("a role that was not granted can't be taken away")
    func notGranted() throws {
        var world = try World()
        let error = #expect(throws: IdentityError.self) { try world.revoke("reader", world.user, world.project) }
        #expect(error?.status == 404)
    }

    @Test("an application credential has roles that its user has, and loses those that the user loses")
    func credentials() throws {
        var world = try World()
        var draft = ApplicationCredentialDraft(
            userID: world.user, projectID: world.project, name: "c", secret: SecretHash("s"))
        let now = world.now
        let whole = draft
        let credential = try world.make { try $0.creating(applicationCredential: whole, now: now, using: &$1) }
        let token = try world.directory.token(for: credential, now: now, using: &world.generator)
        #expect(token.roles.map(\.name) == ["member", "reader"])
        #expect(throws: IdentityError.self) {
            try world.directory.token(from: token, scope: .unscoped, now: now, using: &world.generator)
        }
        draft.name = "d"
        draft.roles = [try world.role("admin")]
        let greedy = draft
        #expect(throws: IdentityError.self) {
            try world.make { try $0.creating(applicationCredential: greedy, now: now, using: &$1) }
        }
        try world.grant("reader", world.user, world.project)
        try world.revoke("member", world.user, world.project)
        #expect(world.directory.validate(token.claims, now: now)?.roles.map(\.name) == ["reader"])
        let user = world.user
        try world.change { try $0.deleting(applicationCredential: credential.id, of: user) }
        #expect(!world.isValid(token))
    }

    @Test("an application credential's token ends with the credential")
    func credentialEnd() throws {
        var world = try World()
        var draft = ApplicationCredentialDraft(
            userID: world.user, projectID: world.project, name: "c", secret: SecretHash("s"))
        draft.expiresAt = Timestamp(seconds: world.now.seconds + 60)
        let (wanted, now) = (draft, world.now)
        let credential = try world.make { try $0.creating(applicationCredential: wanted, now: now, using: &$1) }
        let token = try world.directory.token(for: credential, now: now, using: &world.generator)
        #expect(token.claims.expiresAt.seconds == now.seconds + 60)
    }

    @Test("secrets are compared whole")
    func constantTime() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]) && !ConstantTime.equal([1, 2], [1, 2, 3]))
    }
}

extension UserUpdate {
    static func renaming(to name: String) -> UserUpdate {
        var update = UserUpdate()
        update.name = .set(name)
        return update
    }
}
