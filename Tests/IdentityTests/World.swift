import Resources
import SeededRandom

@testable import Identity

/// A directory as after a site's first start, with a project and a user of a tenant.
struct World {
    var directory = Directory()
    var generator = SplitMix64(seed: 1)
    var now = Timestamp(seconds: 1_000_000)
    let admin: UserID
    let adminProject: ProjectID
    private(set) var project = ProjectID("")
    private(set) var user = UserID("")

    init() throws {
        let first = FirstDirectory(adminPassword: SecretHash("h0"), using: &generator)
        directory.apply(first.changes)
        admin = first.adminID
        adminProject = first.projectID
        project = try make { try $0.creating(project: ProjectDraft(name: "tenant"), using: &$1) }.id
        var draft = UserDraft(name: "ann")
        draft.password = SecretHash("h1")
        user = try make { try $0.creating(user: draft, using: &$1) }.id
        try grant("member", user, project)
    }

    mutating func make<Value>(
        _ rule: (Directory, inout SplitMix64) throws -> (Value, [DirectoryChange])
    ) rethrows -> Value {
        let (value, changes) = try rule(directory, &generator)
        directory.apply(changes)
        return value
    }

    mutating func change(_ rule: (Directory) throws -> [DirectoryChange]) rethrows {
        directory.apply(try rule(directory))
    }

    func role(_ name: String) throws -> RoleID {
        guard let role = directory.role(named: name) else { throw IdentityError.notFound("role", name) }
        return role.id
    }

    mutating func grant(_ name: String, _ user: UserID, _ project: ProjectID) throws {
        let assignment = RoleAssignment(role: try role(name), actor: .user(user), target: .project(project))
        try change { try $0.granting(assignment) }
    }

    mutating func revoke(_ name: String, _ user: UserID, _ project: ProjectID) throws {
        let assignment = RoleAssignment(role: try role(name), actor: .user(user), target: .project(project))
        try change { try $0.revoking(assignment) }
    }

    mutating func token(_ scope: RequestedScope) throws -> ValidToken {
        try directory.token(
            for: try directory.user(user), methods: .password, scope: scope, now: now, using: &generator)
    }

    func isValid(_ token: ValidToken) -> Bool { directory.validate(token.claims, now: now) != nil }
}
