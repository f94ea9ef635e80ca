import Resources
import Testing

@testable import Identity

@Suite("Tokens")
struct TokenRuleTests {
    @Test("a token for a project has the user's roles there and what they imply")
    func roles() throws {
        var world = try World()
        let token = try world.token(.project(world.project))
        #expect(token.roles.map(\.name) == ["member", "reader"] && !token.isAdmin)
        #expect(token.project?.name == "tenant" && token.domain?.id == .defaultDomain)
        let named = try world.token(.projectNamed("tenant", .defaultDomain))
        #expect(named.project?.id == world.project && named.claims.auditID != token.claims.auditID)
    }

    @Test("an admin is a member, and a member is a reader")
    func implied() throws {
        let world = try World()
        let ids = world.directory.effectiveRoles(of: world.admin, at: .project(world.adminProject))
        #expect(Set(ids.compactMap { world.directory.roles[$0]?.name }) == ["admin", "member", "reader"])
    }

    @Test("there is no token for a project in which the user has no role, and none for one that does not exist")
    func strangers() throws {
        var world = try World()
        for scope in [
            RequestedScope.project(world.adminProject), .project(ProjectID("nope")),
            .projectNamed("nope", .defaultDomain), .domain(.defaultDomain),
        ] {
            #expect(throws: IdentityError.unauthorized) { try world.token(scope) }
        }
    }

    @Test("without a scope it is for the default project, or for none")
    func unscoped() throws {
        var world = try World()
        #expect(try world.token(.unsaid).claims.scope == .none)
        var update = UserUpdate()
        update.defaultProjectID = .set(world.project)
        let change = update
        let user = world.user
        _ = try world.make { directory, _ in try directory.updating(user: user, change) }
        #expect(try world.token(.unsaid).claims.scope == .project(world.project))
        #expect(try world.token(.unscoped).claims.scope == .none)
    }

    @Test("it ends when its time is over, and not a second before")
    func expiry() throws {
        var world = try World()
        let token = try world.token(.project(world.project))
        world.now = Timestamp(seconds: token.claims.expiresAt.seconds - 1)
        #expect(world.isValid(token))
        world.now = token.claims.expiresAt
        #expect(!world.isValid(token))
    }

    @Test("it ends with what it stands on: password, user, project, domain, role, or being given back")
    func ends() throws {
        let endings: [(String, (inout World, ValidToken) throws -> Void)] = [
            ("password", { world, _ in try world.update { $0.password = .set(SecretHash("h2")) } }),
            ("disabled", { world, _ in try world.update { $0.enabled = .set(false) } }),
            (
                "user",
                { world, _ in
                    let user = world.user
                    try world.change { try $0.deleting(user: user) }
                }
            ),
            (
                "project disabled",
                { world, _ in
                    let project = world.project
                    var update = ProjectUpdate()
                    update.enabled = .set(false)
                    _ = try world.make { directory, _ in try directory.updating(project: project, update) }
                }
            ),
            (
                "project",
                { world, _ in
                    let project = world.project
                    try world.change { try $0.deleting(project: project) }
                }
            ),
            ("role", { world, _ in try world.revoke("member", world.user, world.project) }),
            (
                "given back",
                { world, token in
                    let now = world.now
                    world.change { $0.revoking(token.claims, now: now) }
                }
            ),
        ]
        for (name, end) in endings {
            var world = try World()
            let token = try world.token(.project(world.project))
            #expect(world.isValid(token))
            try end(&world, token)
            #expect(!world.isValid(token), "\(name)")
        }
    }

    @Test("enabling a user again does not bring its tokens back")
    func enabledAgain() throws {
        var world = try World()
        let token = try world.token(.project(world.project))
        try world.update { $0.enabled = .set(false) }
        try world.update { $0.enabled = .set(true) }
        #expect(!world.isValid(token))
    }

    @Test("a token made from a token ends with it, and names it as its parent")
    func rescoped() throws {
        var world = try World()
        let first = try world.token(.unscoped)
        world.now = Timestamp(seconds: world.now.seconds + 100)
        let second = try world.directory.token(
            from: first, scope: .project(world.project), now: world.now, using: &world.generator)
        #expect(second.claims.expiresAt == first.claims.expiresAt)
        #expect(second.claims.parentAuditID == first.claims.auditID)
        #expect(second.claims.methods.names == ["password", "token"])
    }

    @Test("revocations of tokens that are over are forgotten with the next one")
    func forgotten() throws {
        var world = try World()
        let first = try world.token(.unscoped)
        let start = world.now
        world.change { $0.revoking(first.claims, now: start) }
        world.now = first.claims.expiresAt
        let second = try world.token(.unscoped)
        let later = world.now
        world.change { $0.revoking(second.claims, now: later) }
        #expect(Set(world.directory.revocations.keys) == [second.claims.auditID])
    }

    @Test("claims are what they were after coding, and nothing else decodes")
    func coding() throws {
        var world = try World()
        for scope in [RequestedScope.unscoped, .project(world.project)] {
            var claims = try world.token(scope).claims
            #expect(TokenClaims(bytes: claims.bytes) == claims)
            claims.applicationCredential = ApplicationCredentialID("c")
            claims.parentAuditID = AuditID("p")
            let bytes = claims.bytes
            #expect(TokenClaims(bytes: bytes) == claims)
            for count in 0..<bytes.count { #expect(TokenClaims(bytes: Array(bytes.prefix(count))) == nil) }
            #expect(TokenClaims(bytes: bytes + [0]) == nil)
        }
    }
}

extension World {
    mutating func update(_ edit: (inout UserUpdate) -> Void) throws {
        var update = UserUpdate()
        edit(&update)
        let (change, user) = (update, user)
        _ = try make { directory, _ in try directory.updating(user: user, change) }
    }
}
