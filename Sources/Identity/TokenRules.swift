import Resources

/// A token that holds, with all that it stands for at this moment.
package struct ValidToken: Sendable {
    package var claims: TokenClaims
    package var user: User
    package var userDomain: Domain
    package var project: Project?
    /// The project's, or the one that the token is for.
    package var domain: Domain?
    /// With implied ones, by name; none without a scope.
    package var roles: [Role]
    package var applicationCredential: ApplicationCredential?

    package func has(_ role: String) -> Bool { roles.contains { $0.name == role } }
    package var isAdmin: Bool { has("admin") }
}

/// What a log in asks for.
package enum RequestedScope: Hashable, Sendable {
    /// The request says nothing: the user's default project if there is one.
    case unsaid
    case unscoped
    case project(ProjectID)
    case projectNamed(String, DomainID)
    case domain(DomainID)
}

extension Directory {
    /// How long a token lives.
    package static let tokenLifetime: Int64 = 3600

    // MARK: Making

    /// For a user whose password was right.
    package func token(
        for user: User, methods: TokenClaims.Methods, scope: RequestedScope, now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> ValidToken {
        let claims = TokenClaims(
            user: user.id, generation: user.generation, methods: methods, scope: try resolve(scope, for: user),
            issuedAt: now, expiresAt: Timestamp(seconds: now.seconds + Self.tokenLifetime),
            auditID: AuditID(using: &generator))
        return try made(claims, now)
    }

    /// For a program whose secret was right: the credential says where.
    package func token(
        for credential: ApplicationCredential, now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> ValidToken {
        guard let user = users[credential.userID] else { throw .unauthorized }
        var end = now.seconds + Self.tokenLifetime
        if let limit = credential.expiresAt { end = min(end, limit.seconds) }
        let claims = TokenClaims(
            user: user.id, generation: user.generation, methods: .applicationCredential,
            scope: .project(credential.projectID), applicationCredential: credential.id, issuedAt: now,
            expiresAt: Timestamp(seconds: end), auditID: AuditID(using: &generator))
        return try made(claims, now)
    }

    /// For one who has a token already: another scope, never a later end.
    package func token(
        from old: ValidToken, scope: RequestedScope, now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> ValidToken {
        // Its scope is a part of what an application credential is.
        guard old.claims.applicationCredential == nil else {
            throw .forbidden("rescope a token of an application credential")
        }
        var claims = old.claims
        claims.methods.formUnion(.token)
        claims.scope = try resolve(scope, for: old.user)
        claims.issuedAt = now
        claims.parentAuditID = old.claims.auditID
        claims.auditID = AuditID(using: &generator)
        return try made(claims, now)
    }

    private func made(_ claims: TokenClaims, _ now: Timestamp) throws(IdentityError) -> ValidToken {
        guard let token = validate(claims, now: now) else { throw .unauthorized }
        return token
    }

    private func resolve(_ scope: RequestedScope, for user: User) throws(IdentityError) -> TokenClaims.Scope {
        switch scope {
        case .unscoped: return .none
        case .unsaid:
            guard let id = user.defaultProjectID, let project = projects[id], project.enabled,
                !effectiveRoles(of: user.id, at: .project(id)).isEmpty
            else { return .none }
            return .project(id)
        case .project(let id): return .project(id)
        case .projectNamed(let name, let domain):
            guard let project = project(named: name, in: domain) else { throw .unauthorized }
            return .project(project.id)
        case .domain(let id): return .domain(id)
        }
    }

    // MARK: Looking

    /// Nil: it does not hold, or no more: it is over or was given back, the password was changed, someone or something in
    /// it is gone, disabled or without a role.
    package func validate(_ claims: TokenClaims, now: Timestamp) -> ValidToken? {
        guard now < claims.expiresAt, revocations[claims.auditID] == nil,
            let user = users[claims.user], user.enabled, user.generation == claims.generation,
            let userDomain = domains[user.domainID], userDomain.enabled
        else { return nil }
        var token = ValidToken(claims: claims, user: user, userDomain: userDomain, roles: [])
        var roleIDs: Set<RoleID> = []
        switch claims.scope {
        case .none: break
        case .project(let id):
            guard let project = projects[id], project.enabled, let domain = domains[project.domainID], domain.enabled
            else { return nil }
            token.project = project
            token.domain = domain
            roleIDs = effectiveRoles(of: user.id, at: .project(id))
        case .domain(let id):
            guard let domain = domains[id], domain.enabled else { return nil }
            token.domain = domain
            roleIDs = effectiveRoles(of: user.id, at: .domain(id))
        }
        if let id = claims.applicationCredential {
            guard let credential = applicationCredentials[id] else { return nil }
            if let end = credential.expiresAt, end <= now { return nil }
            token.applicationCredential = credential
            // A role that the user lost, its credentials lost too.
            roleIDs.formIntersection(withImplied(Set(credential.roles)))
        }
        if claims.scope != .none, roleIDs.isEmpty { return nil }
        token.roles = roleIDs.compactMap { roles[$0] }.sorted { $0.name < $1.name }
        return token
    }

    // MARK: Giving back

    /// Forgets, by the way, what nobody needs to remember any more.
    package func revoking(_ claims: TokenClaims, now: Timestamp) -> [DirectoryChange] {
        let over = revocations.values.filter { $0.expiresAt <= now }.map {
            DirectoryChange.delete(.revocation($0.auditID))
        }
        return over + [.put(.revocation(Revocation(auditID: claims.auditID, expiresAt: claims.expiresAt)))]
    }
}
