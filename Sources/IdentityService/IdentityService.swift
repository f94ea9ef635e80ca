import Identity
import Logging
import Manager
import Resources
import StateStore
import Synchronization

/// A site's own identity service: who may come in, and what their tokens are worth.
package final class IdentityService: Sendable {
    package let controller: IdentityController
    package let hasher: PasswordHasher
    private let signer: TokenSigner
    private let clock: SiteClock
    private let throttle = Mutex(LoginThrottle())
    private let monotonic: @Sendable () -> Int64

    /// - Parameter monotonic: milliseconds of a clock that only goes forward, for the throttle.
    package init(
        store: any StateStore, clock: SiteClock = .system, cost: PasswordHasher.Cost = .standard,
        monotonic: @escaping @Sendable () -> Int64 = IdentityService.uptime,
        logger: Logger = Logger(label: "tombolo.identity")
    ) async throws {
        controller = try await IdentityController(store: store, logger: logger)
        signer = TokenSigner(key: controller.tokenKey)
        hasher = PasswordHasher(cost: cost)
        self.clock = clock
        self.monotonic = monotonic
    }

    package static let uptime: @Sendable () -> Int64 = {
        let start = ContinuousClock.Instant.now
        return { Int64((ContinuousClock.now - start) / .milliseconds(1)) }
    }()

    package var now: Timestamp { clock.now() }

    // MARK: Coming in

    /// How a request names a user.
    package enum UserName: Hashable, Sendable {
        case id(UserID)
        case name(String, domain: DomainID)
        case nameInNamedDomain(String, domain: String)

        /// What failures are counted under: also of users who don't exist.
        var subject: String {
            switch self {
            case .id(let id): "id:\(id.text.prefix(255))"
            case .name(let name, let domain): "name:\(domain.text.prefix(64))/\(name.prefix(255))"
            case .nameInNamedDomain(let name, let domain): "domain:\(domain.prefix(64))/\(name.prefix(255))"
            }
        }
    }

    package func login(
        _ name: UserName, password: String, scope: RequestedScope, from address: String
    ) async throws(IdentityError) -> (token: String, ValidToken) {
        let user = find(name)
        let now = now
        return try await guarded(user.map { "id:\($0.id)" } ?? name.subject, address) {
            () throws(IdentityError) in
            guard password.utf8.count <= PasswordRules.maximumLength,
                try await self.hasher.verify(password, against: user?.password), let user, user.enabled
            else { throw .unauthorized }
            return user.id
        } then: { directory, id, generator throws(IdentityError) in
            try directory.token(
                for: try directory.user(id), methods: .password, scope: scope, now: now, using: &generator)
        }
    }

    /// How a request names an application credential.
    package enum CredentialName: Hashable, Sendable {
        case id(ApplicationCredentialID)
        case name(String, of: UserName)
    }

    package func login(
        _ name: CredentialName, secret: String, from address: String
    ) async throws(IdentityError) -> (token: String, ValidToken) {
        let now = now
        let credential: ApplicationCredential?
        let subject: String
        switch name {
        case .id(let id):
            credential = controller.read { $0.applicationCredentials[id] }
            subject = "credential:\(id.text.prefix(255))"
        case .name(let text, let owner):
            let user = find(owner)
            credential = user.flatMap { user in
                controller.read { $0.credentials(of: user.id).first { $0.name == text } }
            }
            subject = "credential:\(owner.subject)/\(text.prefix(255))"
        }
        return try await guarded(subject, address) { () throws(IdentityError) in
            guard secret.utf8.count <= PasswordRules.maximumLength,
                try await self.hasher.verify(secret, against: credential?.secret), let credential
            else { throw .unauthorized }
            return credential
        } then: { directory, credential, generator throws(IdentityError) in
            try directory.token(for: credential, now: now, using: &generator)
        }
    }

    /// Another token for one who has one.
    package func login(
        token text: String, scope: RequestedScope
    ) throws(IdentityError) -> (token: String, ValidToken) {
        guard let old = validate(text) else { throw .unauthorized }
        let now = now
        return try make { directory, generator throws(IdentityError) in
            try directory.token(from: old, scope: scope, now: now, using: &generator)
        }
    }

    /// Who proved what, behind the throttle.
    private func guarded<Proof: Sendable>(
        _ subject: String, _ address: String, _ proof: () async throws(IdentityError) -> Proof,
        then rule: (Directory, Proof, inout SystemRandomNumberGenerator) throws(IdentityError) -> ValidToken
    ) async throws(IdentityError) -> (token: String, ValidToken) {
        if let wait = throttle.withLock({ $0.begin(user: subject, address: address, now: monotonic()) }) {
            throw .tooManyAttempts(retryAfter: Int((wait + 999) / 1000))
        }
        let proven = try await proof()
        throttle.withLock { $0.succeed(user: subject, address: address, now: monotonic()) }
        return try make { directory, generator throws(IdentityError) in
            do throws(IdentityError) {
                return try rule(directory, proven, &generator)
            } catch {
                // Also what went in the meantime.
                throw error.status == 404 ? .unauthorized : error
            }
        }
    }

    private func make(
        _ rule: (Directory, inout SystemRandomNumberGenerator) throws(IdentityError) -> ValidToken
    ) throws(IdentityError) -> (token: String, ValidToken) {
        let result = controller.read { directory -> Result<ValidToken, IdentityError> in
            var generator = SystemRandomNumberGenerator()
            do throws(IdentityError) {
                return .success(try rule(directory, &generator))
            } catch {
                return .failure(error)
            }
        }
        let token = try result.get()
        return (signer.token(token.claims), token)
    }

    private func find(_ name: UserName) -> User? {
        controller.read { directory in
            switch name {
            case .id(let id): directory.users[id]
            case .name(let name, let domain): directory.user(named: name, in: domain)
            case .nameInNamedDomain(let name, let domain):
                directory.domain(named: domain).flatMap { directory.user(named: name, in: $0.id) }
            }
        }
    }

    // MARK: Tokens

    /// Nil: nobody's, over, or given back.
    package func validate(_ token: String) -> ValidToken? {
        guard let claims = signer.claims(token) else { return nil }
        let now = now
        return controller.read { $0.validate(claims, now: now) }
    }

    package func revoke(_ token: ValidToken) async throws(IdentityError) {
        let (claims, now) = (token.claims, now)
        try await controller.write { directory, _ throws(IdentityError) in
            ((), directory.revoking(claims, now: now))
        }
    }

    /// A user's own change of password: whoever knows the old one may, at the throttle's pace.
    package func changePassword(
        of id: UserID, from old: String, to new: String, address: String
    ) async throws(IdentityError) {
        try PasswordRules.check(new)
        let subject = "id:\(id)"
        if let wait = throttle.withLock({ $0.begin(user: subject, address: address, now: monotonic()) }) {
            throw .tooManyAttempts(retryAfter: Int((wait + 999) / 1000))
        }
        let user = controller.read { $0.users[id] }
        guard old.utf8.count <= PasswordRules.maximumLength,
            try await hasher.verify(old, against: user?.password)
        else { throw .unauthorized }
        throttle.withLock { $0.succeed(user: subject, address: address, now: monotonic()) }
        var update = UserUpdate()
        update.password = .set(try await hasher.hash(new))
        let change = update
        _ = try await controller.write { directory, _ throws(IdentityError) in
            try directory.updating(user: id, change)
        }
    }
}
