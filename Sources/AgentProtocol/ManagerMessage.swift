import Resources
import VirtualTopology

/// What a manager says on an agent's stream.
package enum ManagerMessage: Hashable, Sendable {
    /// The answer to `hello`, once, before anything else.
    case welcome(Welcome)
    case update(TopologyUpdate)
    case interfaceAnswer(InterfaceAnswer)
    case heartbeat
}

package struct Welcome: Hashable, Sendable {
    package var hostID: HostID
    package var hostName: String
    package var storeID: StoreID
    package var heartbeatSeconds: UInt32
    /// The agent's `resume` is good: updates continue from there. Otherwise a snapshot follows.
    package var resumed: Bool

    package init(hostID: HostID, hostName: String, storeID: StoreID, heartbeatSeconds: UInt32, resumed: Bool) {
        self.hostID = hostID
        self.hostName = hostName
        self.storeID = storeID
        self.heartbeatSeconds = heartbeatSeconds
        self.resumed = resumed
    }
}

/// A step of the host's slice to `revision`, or a part of one: it takes effect when its `last` message is there.
package struct TopologyUpdate: Hashable, Sendable {
    package var revision: UInt64
    /// The slice is exactly the objects of this update, whatever was there before.
    package var isSnapshot: Bool
    package var delta: TopologyDelta
    package var isLast: Bool

    package init(revision: UInt64, isSnapshot: Bool, delta: TopologyDelta, isLast: Bool = true) {
        self.revision = revision
        self.isSnapshot = isSnapshot
        self.delta = delta
        self.isLast = isLast
    }
}

package struct InterfaceAnswer: Hashable, Sendable {
    package enum Refusal: Hashable, Sendable {
        /// No port has this id or begins with this prefix.
        case unknownPort
        /// More than one port begins with this prefix.
        case ambiguous
        /// Another host has the port, or it is meant for one.
        case boundElsewhere
        /// A router's port or such: it takes no interface.
        case notPluggable
    }

    package var interfaceName: String
    package var result: Result
    /// For people; "" on success.
    package var detail: String

    package enum Result: Hashable, Sendable {
        case port(PortID)
        case refused(Refusal)
    }

    package init(interfaceName: String, result: Result, detail: String = "") {
        self.interfaceName = interfaceName
        self.result = result
        self.detail = detail
    }
}
