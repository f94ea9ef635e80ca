import SwiftProtobuf
import VirtualTopology

/// Splits an update so that no message comes near gRPC's limit (4 MiB by default).
package struct UpdateParts: Sequence, Sendable {
    /// Soft limit of one message, in bytes; one object may exceed it, since none comes close to gRPC's limit.
    package static let targetBytes = 256 * 1024

    private let update: TopologyUpdate
    private let targetBytes: Int

    package init(_ update: TopologyUpdate, targetBytes: Int = UpdateParts.targetBytes) {
        self.update = update
        self.targetBytes = targetBytes
    }

    /// Ready-made messages, made one at a time.
    package func makeIterator() -> AnyIterator<WireManagerMessage> {
        var objects = update.delta.changed[...]
        var keys = update.delta.removed[...]
        var finished = false
        return AnyIterator {
            guard !finished else { return nil }
            var part = WireTopologyUpdate()
            part.revision = update.revision
            part.snapshot = update.isSnapshot
            var room = targetBytes
            while room > 0, let key = keys.popFirst() {
                let wire = WireTopologyKey(key)
                room -= wire.byteCount
                part.removed.append(wire)
            }
            while room > 0, let object = objects.popFirst() {
                let wire = WireTopologyObject(object)
                room -= wire.byteCount
                part.changed.append(wire)
            }
            finished = objects.isEmpty && keys.isEmpty
            part.last = finished
            var message = WireManagerMessage()
            message.update = part
            return message
        }
    }
}

extension SwiftProtobuf.Message {
    /// With the tag and length that a repeated field adds.
    fileprivate var byteCount: Int {
        // No field of ours is `required` and none holds an `Any`, so this cannot fail; a wrong guess only moves a
        // part's border.
        ((try? serializedBytes() as [UInt8])?.count ?? 1024) + 6
    }
}

/// Puts the parts of updates together; the agent's side of `UpdateParts`.
package struct UpdateAssembler: Sendable {
    private var pending: TopologyUpdate?

    package init() {}

    /// - Returns: the whole update once its last part is there.
    /// - Throws: when parts of different updates are mixed.
    package mutating func add(_ part: TopologyUpdate) throws(WireError) -> TopologyUpdate? {
        var whole = part
        if let begun = pending {
            guard begun.revision == part.revision, begun.isSnapshot == part.isSnapshot else {
                pending = nil
                throw WireError("update.revision", .invalid("\(part.revision) inside the update to \(begun.revision)"))
            }
            // Taken out first, so that the arrays grow in place.
            pending = nil
            whole = begun
            whole.delta.changed += part.delta.changed
            whole.delta.removed += part.delta.removed
            whole.isLast = part.isLast
        }
        guard whole.isLast else {
            pending = whole
            return nil
        }
        return whole
    }
}
