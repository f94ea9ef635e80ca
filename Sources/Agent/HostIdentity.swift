import Addresses
import Foundation
import Resources

/// Who this host is in its site: what joining gave it. Kept in the agent's data directory, readable by root alone.
package struct HostIdentity: Codable, Sendable {
    package var hostID: HostID
    package var hostName: String
    /// `HOST:PORT` of the manager's listener for agents.
    package var manager: String
    /// PEM.
    package var privateKey: String
    /// DER.
    package var certificate: [UInt8]
    package var caCertificate: [UInt8]
    /// The address the site's tunnels to this host end at, as last used: an agent without its manager goes on with it.
    package var tunnelAddress: IPAddress?

    package enum Failure: Error, CustomStringConvertible {
        case file(path: String, reason: String)

        package var description: String {
            switch self {
            case .file(let path, let reason): "the host's identity \(path): \(reason)"
            }
        }
    }

    private static func path(in directory: String) -> String { directory + "/identity.json" }

    /// Nil when the host has not joined yet.
    package static func load(from directory: String) throws(Failure) -> HostIdentity? {
        let path = path(in: directory)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(HostIdentity.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// All or nothing: a crash leaves the old file or the new one.
    package func save(to directory: String) throws(Failure) {
        let path = Self.path(in: directory)
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try AtomicFile.write(try JSONEncoder().encode(self), to: path)
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }
}
