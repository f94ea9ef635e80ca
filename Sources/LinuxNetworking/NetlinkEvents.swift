import CLinux
import Glibc
import Synchronization

package enum NetlinkEvent: Hashable, Sendable {
    /// The link is new in this namespace.
    case linkAdded(Link)
    /// Something about the link is different, not always something that `Link` shows.
    case linkChanged(Link)
    case linkRemoved(Link)
    case addressAdded(LinkAddress)
    case addressRemoved(LinkAddress)
    /// Added, or put in place of another.
    case routeAdded(Route)
    case routeRemoved(Route)
    /// New, or in another state, or with another MAC.
    case neighbourChanged(Neighbour)
    case neighbourRemoved(Neighbour)
    /// Events were lost, because they came faster than they were read. Read everything anew.
    case overrun
}

/// The changes of a namespace's links, addresses, routes and neighbours, as the kernel tells them.
///
/// Listening starts with the initialiser, so: make this, then read the present state, then follow `events`. Nothing is
/// polled. The socket closes when the stream's consumer stops or `stop` is called.
package final class NetlinkEvents: Sendable {
    package struct Kinds: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let links = Kinds(rawValue: 1)
        package static let addresses = Kinds(rawValue: 2)
        package static let routes = Kinds(rawValue: 4)
        package static let neighbours = Kinds(rawValue: 8)
        package static let all: Kinds = [.links, .addresses, .routes, .neighbours]

        var groups: [UInt32] {
            var groups: [UInt32] = []
            if contains(.links) { groups.append(MulticastGroup.link) }
            if contains(.addresses) { groups += [MulticastGroup.ipv4Address, MulticastGroup.ipv6Address] }
            if contains(.routes) { groups += [MulticastGroup.ipv4Route, MulticastGroup.ipv6Route] }
            if contains(.neighbours) { groups.append(MulticastGroup.neighbour) }
            return groups
        }
    }

    /// For one consumer.
    package let events: AsyncStream<NetlinkEvent>
    private let continuation: AsyncStream<NetlinkEvent>.Continuation

    /// In `namespace`, or in the calling thread's when nil. `receiveBuffer` bytes hold what the kernel says while
    /// nobody reads, `backlog` events what the consumer has not taken yet; beyond either there is an `.overrun`.
    package init(
        _ kinds: Kinds = .all, in namespace: NetworkNamespace? = nil, receiveBuffer: Int = 4 << 20,
        backlog: Int = 65536
    ) throws {
        let descriptor =
            if let namespace {
                try namespace.perform { try Self.open(kinds, receiveBuffer) }
            } else {
                try Self.open(kinds, receiveBuffer)
            }
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(backlog))
        let reader = EventReader(descriptor: descriptor, continuation: continuation)
        let token = try ReadinessLoop.shared.add(descriptor) { reader.drain() }
        continuation.onTermination = { _ in ReadinessLoop.shared.remove(token) }
    }

    /// Ends the stream. A consumer whose task is cancelled does the same.
    package func stop() {
        continuation.finish()
    }

    deinit { continuation.finish() }

    private static func open(_ kinds: Kinds, _ receiveBuffer: Int) throws(SystemError) -> OwnedDescriptor {
        let descriptor = OwnedDescriptor(
            owning: try check(clinux_route_netlink_open(1, 0), "open route netlink socket for events")
        )
        try check(
            clinux_set_receive_buffer(descriptor.rawValue, Int32(clamping: receiveBuffer)),
            "set the event socket's receive buffer"
        )
        for group in kinds.groups {
            try check(clinux_netlink_join(descriptor.rawValue, group), "listen to route netlink group \(group)")
        }
        return descriptor
    }
}

/// Reads the event socket. Only the readiness loop's thread calls it.
private final class EventReader: Sendable {
    private let descriptor: OwnedDescriptor
    private let continuation: AsyncStream<NetlinkEvent>.Continuation
    private let buffer = Mutex([UInt8](repeating: 0, count: 128 * 1024))

    init(descriptor: OwnedDescriptor, continuation: AsyncStream<NetlinkEvent>.Continuation) {
        self.descriptor = descriptor
        self.continuation = continuation
    }

    func drain() {
        buffer.withLock { buffer in
            for _ in 0..<ReadinessLoop.readsPerTurn {
                var sender: UInt32 = 0
                let length = buffer.withUnsafeMutableBytes {
                    clinux_netlink_receive(descriptor.rawValue, $0.baseAddress, $0.count, &sender)
                }
                switch length {
                case -Int64(EAGAIN): return
                case ..<0:
                    // ENOBUFS: the kernel dropped messages. Anything else leaves us as blind.
                    yield(.overrun)
                    if length != -Int64(ENOBUFS) { return }
                default:
                    // Only the kernel is believed.
                    if sender == 0 { read(buffer.span.bytes.extracting(0..<Int(length))) }
                }
            }
        }
    }

    private func read(_ datagram: RawSpan) {
        do {
            try datagram.forEachMessage { (header, payload) throws(NetlinkFormatError) in
                if let event = try NetlinkEvent(type: header.type, payload: payload) { yield(event) }
            }
        } catch {
            // An event that cannot be read is an event lost.
            yield(.overrun)
        }
    }

    private func yield(_ event: NetlinkEvent) {
        // The oldest event was pushed out; the consumer finds out at the latest when it has read the rest.
        if case .dropped = continuation.yield(event), event != .overrun { continuation.yield(.overrun) }
    }
}

extension NetlinkEvent {
    /// Nil for what is none of the four kinds.
    init?(type: UInt16, payload: RawSpan) throws(NetlinkFormatError) {
        let event: NetlinkEvent?
        switch type {
        case MessageType.newLink:
            // All bits of the change mask are set when a link enters the namespace.
            let isNew = try LinkHeader(payload: payload).change == .max
            event = try Link(payload: payload).map { isNew ? .linkAdded($0) : .linkChanged($0) }
        case MessageType.deleteLink: event = try Link(payload: payload).map { .linkRemoved($0) }
        case MessageType.newAddress: event = try LinkAddress(payload: payload).map { .addressAdded($0) }
        case MessageType.deleteAddress: event = try LinkAddress(payload: payload).map { .addressRemoved($0) }
        case MessageType.newRoute: event = try Route(payload: payload).map { .routeAdded($0) }
        case MessageType.deleteRoute: event = try Route(payload: payload).map { .routeRemoved($0) }
        case MessageType.newNeighbour: event = try Neighbour(payload: payload).map { .neighbourChanged($0) }
        case MessageType.deleteNeighbour: event = try Neighbour(payload: payload).map { .neighbourRemoved($0) }
        case MessageType.overrun: event = .overrun
        default: event = nil
        }
        guard let event else { return nil }
        self = event
    }
}
