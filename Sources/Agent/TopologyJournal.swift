import AgentProtocol
import Foundation
import Glibc
import Resources
import SwiftProtobuf
import VirtualTopology

/// What the manager said last, kept on disk: an agent that starts without its manager goes on with it, and one that
/// finds its manager again says how far it is.
///
/// A snapshot starts the file anew, a delta is appended, so writing costs what the change is worth. Updates are recorded
/// before they are put into effect: what is on disk is never behind the kernel. Damage makes the whole file worthless: a
/// topology older than what the kernel forwards by would undo it, and knowing nothing undoes nothing. A torn tail (a
/// power cut) is told apart, because what came before it is good enough for a kernel that knows nothing either.
package struct TopologyJournal {
    package struct Content: Hashable, Sendable {
        package var storeID: StoreID
        package var revision: UInt64
        package var topology: Topology
    }

    package enum Loaded: Sendable {
        case nothing
        case content(Content)
        /// The last record is cut off (a power cut); this was so before it.
        case torn(Content)
        /// There is a journal, and it can't be trusted.
        case damaged(reason: String)
    }

    package enum Failure: Error, CustomStringConvertible {
        case file(path: String, reason: String)

        package var description: String {
            switch self {
            case .file(let path, let reason): "the topology journal \(path): \(reason)"
            }
        }
    }

    private let path: String
    private var descriptor: OpenFile?
    private var size = 0
    private var sizeAfterRewrite = 0
    /// Below this many bytes the file is not worth rewriting.
    private let worthRewriting: Int

    package init(path: String, worthRewriting: Int = 1 << 20) {
        self.path = path
        self.worthRewriting = worthRewriting
    }

    // MARK: Reading

    package func load() -> Loaded {
        guard FileManager.default.fileExists(atPath: path) else { return .nothing }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch { return .damaged(reason: "\(error)") }
        guard data.starts(with: JournalRecord.magic) else {
            return .damaged(reason: "it is not a journal of this version")
        }
        var content: Content?
        var offset = JournalRecord.magic.count
        do {
            while let (payload, next) = try JournalRecord.payload(in: data, at: offset) {
                try Self.apply(try ManagerMessage(WireManagerMessage(serializedBytes: payload)), to: &content)
                offset = next
            }
        } catch {
            return .damaged(reason: "at byte \(offset): \(error)")
        }
        // A store whose snapshot is cut off says nothing: an empty topology would clear the kernel's tables.
        guard let content, content.revision > 0 else { return .nothing }
        return offset == data.count ? .content(content) : .torn(content)
    }

    private static func apply(_ message: ManagerMessage, to content: inout Content?) throws(JournalRecord.Damage) {
        switch message {
        case .welcome(let welcome):
            content = Content(storeID: welcome.storeID, revision: 0, topology: Topology())
        case .update(let update):
            guard content != nil else { throw .misplaced }
            if update.isSnapshot { content?.topology = Topology() }
            content?.topology.apply(update.delta)
            content?.revision = update.revision
        case .interfaceAnswer, .heartbeat: throw .misplaced
        }
    }

    // MARK: Writing

    /// Records an update that is about to be put into effect.
    ///
    /// - Parameter whole: the topology after it.
    /// - Throws: when it could not be recorded; then there is no journal any more, and the next record begins one.
    package mutating func record(_ update: TopologyUpdate, whole: Topology, of store: StoreID) throws(Failure) {
        let outgrown = size > worthRewriting && size > 4 * sizeAfterRewrite
        do {
            if let descriptor, !update.isSnapshot, !outgrown {
                let record = try JournalRecord.encoded(.update(update))
                try AtomicFile.append(record, to: descriptor.number, path: path)
                size += record.count
            } else {
                try rewrite(Content(storeID: store, revision: update.revision, topology: whole))
            }
        } catch {
            descriptor = nil
            throw .file(path: path, reason: "\(error)" + discard())
        }
    }

    /// Forgets everything: what is known is another host's, or is behind.
    package mutating func remove() throws(Failure) {
        descriptor = nil
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
    }

    private func discard() -> String {
        unlink(path) == 0 || errno == ENOENT
            ? "" : "; and what is there of it stays: \(String(cString: strerror(errno)))"
    }

    private mutating func rewrite(_ content: Content) throws {
        // Only what is read back counts; the rest of a welcome is about the session.
        let welcome = Welcome(
            hostID: HostID(0), hostName: "", storeID: content.storeID, heartbeatSeconds: 0, resumed: false)
        let snapshot = TopologyUpdate(
            revision: content.revision, isSnapshot: true,
            delta: TopologyDelta(changed: Array(content.topology.objects.values)))
        let bytes =
            try JournalRecord.magic + JournalRecord.encoded(.welcome(welcome))
            + JournalRecord.encoded(.update(snapshot))
        try AtomicFile.write(bytes, to: path)
        descriptor = try OpenFile(appendingTo: path)
        size = bytes.count
        sizeAfterRewrite = bytes.count
    }
}

/// A descriptor that closes itself.
private final class OpenFile: Sendable {
    let number: Int32

    init(appendingTo path: String) throws(AtomicFile.Failure) {
        number = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard number >= 0 else { throw AtomicFile.Failure(path: path, operation: "open", code: errno) }
    }

    deinit { close(number) }
}
