import AgentProtocol
import Crypto
import Foundation
import Logging
import Resources
import StateStore

/// Who may become a host, and who is one: join tokens and enrolled hosts, in the store.
///
/// Of a token only the digest of its secret is stored, and the secret is never logged.
package final class Enrolment: Sendable {
    package static let defaultTokenLife: Int64 = 24 * 3600
    private static let tokenPrefix = "join-token"
    private static let hostPrefix = "enrolled-host"
    private static let namePrefix = "enrolled-host-name"
    private static let maximumAttempts = 5

    package let authority: CertificateAuthority
    /// `host:port`, as tokens carry them.
    private let joinEndpoints: [String]
    private let agentEndpoints: [String]
    private let store: any StateStore
    private let controller: SiteController
    private let clock: SiteClock
    private let logger: Logger

    package init(
        authority: CertificateAuthority, store: any StateStore, controller: SiteController, joinEndpoints: [String],
        agentEndpoints: [String], clock: SiteClock = .system, logger: Logger = Logger(label: "tombolo.manager")
    ) {
        self.authority = authority
        self.store = store
        self.controller = controller
        self.joinEndpoints = joinEndpoints
        self.agentEndpoints = agentEndpoints
        self.clock = clock
        self.logger = logger
    }

    // MARK: Tokens

    /// - Parameters:
    ///   - ttl: seconds.
    ///   - uses: how many hosts may join with it; nil: any number.
    /// - Returns: the token, and what `tokens` will list of it. The secret is nowhere else.
    package func createToken(
        ttl: Int64 = Enrolment.defaultTokenLife, uses: Int? = 1
    ) async throws -> (token: JoinToken, record: JoinTokenRecord) {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let now = clock.now()
        let record = JoinTokenRecord(
            secretDigest: Array(SHA256.hash(data: secret)), createdAt: now,
            expiresAt: Timestamp(seconds: now.seconds + ttl), usesLeft: uses)
        let key = try Self.key(Self.tokenPrefix, record.id)
        _ = try await store.commit([.put(key, try Self.encode(record))], expecting: [.absent(key)])
        logger.info(
            "join token made", metadata: ["token": "\(record.id)", "uses": "\(uses.map(String.init) ?? "any")"])
        let token = JoinToken(
            joinEndpoints: joinEndpoints, secret: secret, caCertificate: authority.certificateBytes)
        return (token, record)
    }

    /// Newest first; expired ones included until they are revoked.
    package func tokens() async throws -> [JoinTokenRecord] {
        let (entries, _) = try await store.entries(under: Self.tokenPrefix)
        return try entries.map { try Self.decode(JoinTokenRecord.self, $0) }.sorted { $0.createdAt > $1.createdAt }
    }

    /// - Returns: false if there is no such token.
    package func revokeToken(_ id: String) async throws -> Bool {
        let key = try Self.key(Self.tokenPrefix, id)
        guard try await store.entry(key) != nil else { return false }
        _ = try await store.commit([.delete(key)])
        logger.info("join token revoked", metadata: ["token": "\(id)"])
        return true
    }

    // MARK: Hosts

    package func host(_ id: HostID) async throws -> EnrolledHost? {
        try await store.entry(try Self.key(Self.hostPrefix, id.description)).map {
            try Self.decode(EnrolledHost.self, $0)
        }
    }

    package func hosts() async throws -> [EnrolledHost] {
        let (entries, _) = try await store.entries(under: Self.hostPrefix)
        return try entries.map { try Self.decode(EnrolledHost.self, $0) }.sorted { $0.name < $1.name }
    }

    /// Takes the host's identity back and forgets it. It may join again with a new token.
    /// - Throws: `ResourceError` while ports are bound to it.
    package func removeHost(_ id: HostID) async throws {
        if controller.host(id) != nil { _ = try controller.read { inventory in try inventory.deleting(host: id) } }
        // First the identity, so that the host does not come back between the two; whatever is left when this fails in
        // between, another attempt removes.
        if let host = try await host(id) {
            _ = try await store.commit([
                .delete(try Self.key(Self.hostPrefix, id.description)),
                .delete(try Self.key(Self.namePrefix, host.name)),
            ])
            logger.info("host removed", metadata: ["host": "\(host.name)"])
        }
        controller.endSession(id)
        try await controller.write { (inventory, _) throws(ResourceError) in
            guard inventory.hosts[id] != nil else { return ((), Transaction()) }
            return ((), try inventory.deleting(host: id))
        }
    }

    /// Trades a secret for an identity; all or nothing, so that a token's last use is used once.
    func join(hostName: String, secret: [UInt8], request: [UInt8]) async throws -> JoinedHost {
        guard EnrolledHost.isValid(name: hostName) else { throw JoinError.badName(hostName) }
        let digest = Array(SHA256.hash(data: secret))
        let tokenKey = try Self.key(Self.tokenPrefix, JoinTokenRecord.id(ofDigest: digest))
        let nameKey = try Self.key(Self.namePrefix, hostName)
        var attempt = 1
        while true {
            guard let tokenEntry = try await store.entry(tokenKey) else { throw JoinError.unknownToken }
            var record = try Self.decode(JoinTokenRecord.self, tokenEntry)
            guard record.matches(digest) else { throw JoinError.unknownToken }
            guard record.expiresAt > clock.now() else { throw JoinError.expiredToken }

            let nameEntry = try await store.entry(nameKey)
            let host = try await enrolled(hostName, nameEntry)
            guard controller.host(host.id)?.alive != true else { throw JoinError.nameInUse(hostName) }
            let certificate = try authority.issueHost(host, request: request)

            var changes: [StoreChange] = [
                .put(try Self.key(Self.hostPrefix, host.id.description), try Self.encode(host)),
                .put(nameKey, Array(host.id.description.utf8)),
            ]
            if let uses = record.usesLeft {
                record.usesLeft = uses - 1
                changes.append(uses > 1 ? .put(tokenKey, try Self.encode(record)) : .delete(tokenKey))
            }
            do throws(StoreError) {
                _ = try await store.commit(
                    changes,
                    expecting: [
                        .unchanged(tokenKey, since: tokenEntry.modifiedAt),
                        .unchanged(nameKey, since: nameEntry?.modifiedAt ?? .zero),
                    ])
            } catch {
                // Another host joined with the token at the same time: look again.
                guard case .conflict = error, attempt < Self.maximumAttempts else { throw error }
                attempt += 1
                continue
            }
            logger.info(
                "host joined",
                metadata: ["host": "\(host.name)", "host.id": "\(host.id)", "token": "\(record.id)"])
            return JoinedHost(
                host: host, certificate: certificate, caCertificate: authority.certificateBytes,
                agentEndpoints: agentEndpoints)
        }
    }

    /// The host of that name as it was enrolled before, or a new one.
    private func enrolled(_ name: String, _ entry: StoredEntry?) async throws -> EnrolledHost {
        if let entry, let id = HostID(String(decoding: entry.value, as: UTF8.self)), let known = try await host(id) {
            return known
        }
        var generator = SystemRandomNumberGenerator()
        let id = HostID(randomBits: UInt128.random(in: .min ... .max, using: &generator))
        return EnrolledHost(id: id, name: name, joinedAt: clock.now())
    }

    /// A new certificate for a host that has a valid one.
    func renew(_ host: EnrolledHost, request: [UInt8]) throws -> JoinedHost {
        JoinedHost(
            host: host, certificate: try authority.issueHost(host, request: request),
            caCertificate: authority.certificateBytes, agentEndpoints: agentEndpoints)
    }

    // MARK: Coding

    private static func key(_ prefix: String, _ name: String) throws(StoreKeyError) -> StoreKey {
        try StoreKey(components: [prefix, name])
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(value))
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ entry: StoredEntry) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(entry.value))
        } catch {
            throw SiteStorageError.unreadable(entry.key.path, "\(error)")
        }
    }
}

struct JoinedHost: Sendable {
    var host: EnrolledHost
    var certificate: [UInt8]
    var caCertificate: [UInt8]
    var agentEndpoints: [String]
}
