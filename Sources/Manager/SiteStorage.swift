import AgentProtocol
import Foundation
import Resources
import StateStore

/// How a site's state lies in the store: `network/<id>` and so on (JSON), `claim/…` (empty), `announcement/<port>`,
/// and the two keys below.
struct SiteStorage: Sendable {
    /// Put by every commit of resources and expected unchanged since the last one known, so that whoever planned on an
    /// older inventory fails, also with several managers on one store.
    static let headPath = "site/head"
    static let identityPath = "site/store-id"
    static let announcementPrefix = "announcement"

    /// Everything that was in the store at one revision.
    struct Contents: Sendable {
        var inventory: Inventory
        var announcements: [PortID: Announcement]
        var storeID: StoreID?
        /// When `headPath` was put last.
        var head: Revision
        var revision: Revision
        /// Claims that the store has and the resources don't account for, or the other way round: none, unless
        /// something else wrote to the store.
        var claimsToAdd: [StoreKey]
        var claimsToRemove: [StoreKey]
    }

    let store: any StateStore

    func load() async throws -> Contents {
        let (entries, revision) = try await store.entries(under: "")
        var resources: [Resource] = []
        var contents = Contents(
            inventory: Inventory(), announcements: [:], storeID: nil, head: .zero, revision: revision, claimsToAdd: [],
            claimsToRemove: [])
        var claims: Set<StoreKey> = []
        let decoder = JSONDecoder()
        for entry in entries {
            let path = entry.key.path
            do {
                if let key = ResourceKey(path: path) {
                    let resource = try decoder.decode(Resource.self, from: Data(entry.value))
                    guard resource.key == key else { throw SiteStorageError.wrongKey(path) }
                    resources.append(resource)
                } else if path.hasPrefix("claim/") {
                    claims.insert(entry.key)
                } else if path.hasPrefix(Self.announcementPrefix + "/") {
                    guard let port = PortID(path.dropFirst(Self.announcementPrefix.count + 1)) else {
                        throw SiteStorageError.wrongKey(path)
                    }
                    contents.announcements[port] = try decoder.decode(Announcement.self, from: Data(entry.value))
                } else if path == Self.headPath {
                    contents.head = entry.modifiedAt
                } else if path == Self.identityPath {
                    contents.storeID = try decoder.decode(StoreID.self, from: Data(entry.value))
                }
            } catch let error as SiteStorageError {
                throw error
            } catch {
                throw SiteStorageError.unreadable(path, "\(error)")
            }
        }
        contents.inventory = Inventory(resources)
        let expected = Set(try contents.inventory.heldClaims.map { claim in try Self.key(claim) })
        contents.claimsToAdd = expected.subtracting(claims).sorted()
        contents.claimsToRemove = claims.subtracting(expected).sorted()
        return contents
    }

    static func key(_ claim: Claim) throws(StoreKeyError) -> StoreKey {
        // A claim may hold a name that someone chose.
        try StoreKey(components: claim.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    }

    static func key(_ resource: ResourceKey) throws(StoreKeyError) -> StoreKey { try StoreKey(resource.path) }

    static func key(announcementOf port: PortID) throws(StoreKeyError) -> StoreKey {
        try StoreKey("\(announcementPrefix)/\(port)")
    }

    /// The store's part of a write: resources, claims and announcements in one commit.
    static func commit(
        _ transaction: Transaction, announcements: [PortID: Announcement?], after head: Revision
    ) throws -> (changes: [StoreChange], expecting: [Expectation]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let headKey = try StoreKey(headPath)
        // The last change of a key wins, as in `Inventory.apply`.
        var values: [StoreKey: StoreChange] = [headKey: .put(headKey, [])]
        var order = [headKey]
        func set(_ change: StoreChange) {
            if values.updateValue(change, forKey: change.key) == nil { order.append(change.key) }
        }
        var expecting: [Expectation] = [.unchanged(headKey, since: head)]
        for change in transaction.changes {
            switch change {
            case .put(let resource): set(.put(try key(resource.key), Array(try encoder.encode(resource))))
            case .delete(let resource): set(.delete(try key(resource)))
            }
        }
        for claim in transaction.released { set(.delete(try key(claim))) }
        for claim in transaction.taken {
            let claimKey = try key(claim)
            set(.put(claimKey, []))
            expecting.append(.absent(claimKey))
        }
        for (port, announcement) in announcements {
            let portKey = try key(announcementOf: port)
            if let announcement {
                set(.put(portKey, Array(try encoder.encode(announcement))))
            } else {
                set(.delete(portKey))
            }
        }
        return (order.compactMap { values[$0] }, expecting)
    }
}

/// That a host has a port's interface.
struct Announcement: Hashable, Sendable, Codable {
    var host: HostID
    var interfaceName: String
    /// The port is bound to the host because of it; otherwise someone had asked for that, and it outlives the interface.
    var madeBinding: Bool
}

/// What is in the store is not what this program wrote.
enum SiteStorageError: Error, Hashable, Sendable, CustomStringConvertible {
    case wrongKey(String)
    case unreadable(String, String)

    var description: String {
        switch self {
        case .wrongKey(let path): "the store's entry '\(path)' holds something else"
        case .unreadable(let path, let reason): "the store's entry '\(path)' is not readable: \(reason)"
        }
    }
}
