import Addresses
import Resources

/// What an agent says on its stream.
package enum AgentMessage: Hashable, Sendable {
    /// The first message, once.
    case hello(Hello)
    case hostChanged(HostDescription)
    case interfaceAppeared(InterfaceAnnouncement)
    case interfaceDisappeared(interfaceName: String)
    case portStatus(PortStatusReport)
    /// The update to this revision is in the datapath.
    case acknowledge(revision: UInt64)
    /// The update to this revision could not be used; a snapshot follows.
    case reject(revision: UInt64, reason: String)
    case heartbeat
}

package struct Hello: Hashable, Sendable {
    /// For the manager's log; the name that counts is the one the host joined with.
    package var hostName: String
    package var host: HostDescription
    /// Nil when the agent holds nothing.
    package var resume: Resume?
    /// Every interface present; ports announced earlier and not in here are gone.
    package var interfaces: [InterfaceAnnouncement]

    package init(hostName: String, host: HostDescription, resume: Resume?, interfaces: [InterfaceAnnouncement]) {
        self.hostName = hostName
        self.host = host
        self.resume = resume
        self.interfaces = interfaces
    }
}

package struct HostDescription: Hashable, Sendable {
    /// Where the site's tunnels to this host end.
    package var tunnelAddress: IPAddress
    /// Largest layer 3 packet the underlay carries, in bytes.
    package var underlayMTU: UInt16
    /// Every address of the host; the one that holds a tunnel IP is its gateway.
    package var addresses: [IPAddress]
    /// Largest layer 3 packet that each of its uplinks carries, in bytes: what is sent to other sites must fit.
    package var uplinkMTU: UInt16

    /// - Parameter uplinkMTU: as the underlay's unless told.
    package init(tunnelAddress: IPAddress, underlayMTU: UInt16, addresses: [IPAddress], uplinkMTU: UInt16? = nil) {
        self.tunnelAddress = tunnelAddress
        self.underlayMTU = underlayMTU
        self.addresses = addresses
        self.uplinkMTU = uplinkMTU ?? underlayMTU
    }
}

package enum StoreKind {}
/// Names a store's whole history: revisions of different stores are not comparable.
package typealias StoreID = Identifier<StoreKind>

/// What the agent holds, and as of when.
package struct Resume: Hashable, Sendable {
    package var storeID: StoreID
    package var revision: UInt64
    /// `Topology.digest` of what the agent really has.
    package var digest: [UInt8]

    package init(storeID: StoreID, revision: UInt64, digest: [UInt8]) {
        self.storeID = storeID
        self.revision = revision
        self.digest = digest
    }
}

package struct InterfaceAnnouncement: Hashable, Sendable {
    package var interfaceName: String
    /// A full port id, or the first 11 characters of one (the part that fits into `tap…`).
    package var port: String

    package init(interfaceName: String, port: String) {
        self.interfaceName = interfaceName
        self.port = port
    }
}

package struct PortStatusReport: Hashable, Sendable {
    package var port: PortID
    package var active: Bool
    /// Why it is not active; "" otherwise.
    package var reason: String

    package init(port: PortID, active: Bool, reason: String = "") {
        self.port = port
        self.active = active
        self.reason = reason
    }
}
