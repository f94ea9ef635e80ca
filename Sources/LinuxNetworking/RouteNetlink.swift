import Synchronization

/// Links, addresses, routes and neighbours of one network namespace, read and changed over rtnetlink(7).
///
/// Calls block until the kernel has answered, which it does at once; they may come from any thread, one at a time
/// goes through. The namespace is fixed when the socket is made.
package final class RouteNetlink: Sendable {
    package let namespace: NetworkNamespace
    private let socket: Mutex<NetlinkSocket>

    /// For the calling thread's network namespace.
    package init() throws {
        namespace = try NetworkNamespace.current
        socket = Mutex(NetlinkSocket(try NetlinkSocket.open()))
    }

    package init(in namespace: NetworkNamespace) throws {
        self.namespace = namespace
        // A socket belongs for good to the namespace of the thread that made it.
        socket = Mutex(NetlinkSocket(try namespace.perform { try NetlinkSocket.open() }))
    }

    func request(
        _ message: NetlinkMessage, _ operation: String,
        onAnswer: (RawSpan) throws(NetlinkFormatError) -> Void = { (_: RawSpan) in }
    ) throws(NetlinkError) {
        try socket.withLock { (socket) throws(NetlinkError) in
            try socket.request(message, operation, onAnswer: onAnswer)
        }
    }

    func dump<Element: Sendable>(
        _ message: NetlinkMessage, _ operation: String,
        decode: (RawSpan) throws(NetlinkFormatError) -> Element?
    ) throws(NetlinkError) -> [Element] {
        try socket.withLock { (socket) throws(NetlinkError) in
            try socket.dump(message, operation, decode: decode)
        }
    }
}
