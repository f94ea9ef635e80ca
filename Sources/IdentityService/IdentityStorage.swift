import Foundation
import Identity
import StateStore

/// How the directory lies in the site's store: `identity/user/<id>` and so on (JSON), and the two keys below.
struct IdentityStorage: Sendable {
    static let prefix = "identity"
    /// Put by every commit and expected unchanged since the last one known, like the site's own head.
    static let headPath = "identity/head"
    static let tokenKeyPath = "identity/token-key"

    struct Contents: Sendable {
        var directory: Directory
        var tokenKey: [UInt8]?
        var head: Revision
    }

    let store: any StateStore

    func load() async throws -> Contents {
        let (entries, _) = try await store.entries(under: Self.prefix)
        var objects: [DirectoryObject] = []
        var contents = Contents(directory: Directory(), tokenKey: nil, head: .zero)
        for entry in entries {
            let path = entry.key.path
            if path == Self.headPath {
                contents.head = entry.modifiedAt
            } else if path == Self.tokenKeyPath {
                contents.tokenKey = entry.value
            } else {
                objects.append(try Self.object(at: path, entry.value))
            }
        }
        contents.directory = Directory(objects)
        return contents
    }

    static func commit(
        _ changes: [DirectoryChange], after head: Revision
    ) throws -> (changes: [StoreChange], expecting: [Expectation]) {
        let headKey = try StoreKey(headPath)
        var values: [StoreKey: StoreChange] = [headKey: .put(headKey, [])]
        var order = [headKey]
        for change in changes {
            let stored: StoreChange =
                switch change {
                case .put(let object): .put(try key(object.key), try encode(object))
                case .delete(let gone): .delete(try key(gone))
                }
            // The last change of a key wins, as in `Directory.apply`.
            if values.updateValue(stored, forKey: stored.key) == nil { order.append(stored.key) }
        }
        return (order.compactMap { values[$0] }, [.unchanged(headKey, since: head)])
    }

    private static func key(_ key: DirectoryKey) throws -> StoreKey { try StoreKey("\(prefix)/\(key.path)") }

    private static func encode(_ object: DirectoryObject) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data =
            switch object {
            case .domain(let value): try encoder.encode(value)
            case .project(let value): try encoder.encode(value)
            case .user(let value): try encoder.encode(value)
            case .group(let value): try encoder.encode(value)
            case .role(let value): try encoder.encode(value)
            case .assignment(let value): try encoder.encode(value)
            case .applicationCredential(let value): try encoder.encode(value)
            case .revocation(let value): try encoder.encode(value)
            }
        return Array(data)
    }

    private static func object(at path: String, _ value: [UInt8]) throws -> DirectoryObject {
        let kind = path.split(separator: "/").dropFirst().first ?? ""
        let decoder = JSONDecoder()
        let data = Data(value)
        do {
            switch kind {
            case "domain": return .domain(try decoder.decode(Domain.self, from: data))
            case "project": return .project(try decoder.decode(Project.self, from: data))
            case "user": return .user(try decoder.decode(User.self, from: data))
            case "group": return .group(try decoder.decode(Group.self, from: data))
            case "role": return .role(try decoder.decode(Role.self, from: data))
            case "assignment": return .assignment(try decoder.decode(RoleAssignment.self, from: data))
            case "application-credential":
                return .applicationCredential(try decoder.decode(ApplicationCredential.self, from: data))
            case "revocation": return .revocation(try decoder.decode(Revocation.self, from: data))
            default: throw IdentityStorageError.unknownKind(path)
            }
        } catch let error as IdentityStorageError {
            throw error
        } catch {
            throw IdentityStorageError.unreadable(path, "\(error)")
        }
    }
}

/// What is in the store is not what this program wrote.
enum IdentityStorageError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownKind(String)
    case unreadable(String, String)

    var description: String {
        switch self {
        case .unknownKind(let path): "the store's entry '\(path)' is of no kind that this version knows"
        case .unreadable(let path, let reason): "the store's entry '\(path)' is not readable: \(reason)"
        }
    }
}
