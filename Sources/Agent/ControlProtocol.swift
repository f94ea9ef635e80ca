/// What `tombolo port …` and `tombolo agent …` ask the agent of their host: one JSON object a line over its Unix socket.
package enum ControlRequest: Codable, Sendable {
    /// Makes a veth: `tap…` here, `interfaceName` in the namespace; answers when the port forwards, and
    /// the manager knows unless it is away.
    case plug(PlugRequest)
    /// Removes the veth that `plug` made. Answers when it is gone from the datapath, and the manager knows unless it is away.
    case unplug(port: String)
    case drops
    case ports
    /// One bridge, by its network's or binding's id or its number; nil: all.
    case bridges(String?)
    /// One router, by its id or number; nil: all.
    case routers(String?)
    case status
}

package struct PlugRequest: Codable, Sendable {
    /// A port's id.
    package var port: String
    /// A name under /run/netns, a process id, or the absolute path of a namespace file.
    package var namespace: String
    package var interfaceName: String
    /// Set MAC, MTU, addresses and routes inside the namespace; otherwise only the MAC and MTU, and DHCP does the rest.
    package var configuresAddresses: Bool
    /// 1 to 600; what is beyond counts as the nearest.
    package var timeoutSeconds: Int

    package init(
        port: String, namespace: String, interfaceName: String = "eth0", configuresAddresses: Bool = true,
        timeoutSeconds: Int = 15
    ) {
        self.port = port
        self.namespace = namespace
        self.interfaceName = interfaceName
        self.configuresAddresses = configuresAddresses
        self.timeoutSeconds = timeoutSeconds
    }
}

package enum ControlReply: Codable, Sendable {
    case done
    case plugged(PluggedPort)
    case drops([DropCount])
    case ports([PortState])
    case bridges([BridgeReport])
    case routers([RouterReport])
    case status(AgentStatus)
    case failed(message: String)
}

package struct PluggedPort: Codable, Sendable {
    package var port: String
    package var mac: String
    package var mtu: Int
    /// With prefix length.
    package var addresses: [String]
    package var gateway: String?
}

/// A counter of packets that went nowhere.
package struct DropCount: Codable, Sendable, Hashable {
    /// A port's id, or `uplink:` and the interface's name.
    package var port: String
    package var reason: String
    package var packets: UInt64
}

package struct PortState: Codable, Sendable, Hashable {
    package var port: String
    package var number: UInt32
    package var interface: String?
    package var mac: String
    package var addresses: [String]
    package var network: String
    package var active: Bool
    /// Why it is not active.
    package var reason: String
    package var received: UInt64
    package var delivered: UInt64
    package var tunnelled: UInt64
    package var flooded: UInt64
    package var answered: UInt64
    package var punted: UInt64
    package var dropped: UInt64
}

package struct AgentStatus: Codable, Sendable {
    package var hostID: String
    package var hostName: String
    package var connected: Bool
    /// Of the manager's store; what is in the datapath.
    package var revision: UInt64
    package var tableRows: Int
    /// Rows of the kernel that the last start found right and left as they were.
    package var adoptedRows: Int
    /// Rows that the last start had to write or remove.
    package var mendedRows: Int
    /// Result of the last reconciliation; "" when all is as it should be.
    package var lastError: String
}
