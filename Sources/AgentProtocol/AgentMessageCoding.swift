import Addresses
import Resources

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireAgentMessage {
    package init(_ message: AgentMessage) {
        self.init()
        switch message {
        case .hello(let value): hello = WireHello(value)
        case .hostChanged(let value): hostChanged = WireHostDescription(value)
        case .interfaceAppeared(let value): interfaceAppeared = WireInterfaceAppeared(value)
        case .interfaceDisappeared(let name): interfaceDisappeared.interfaceName = name
        case .portStatus(let value):
            portStatus.portID = Data(value.port)
            portStatus.active = value.active
            portStatus.reason = value.reason
        case .acknowledge(let revision): acknowledge.revision = revision
        case .reject(let revision, let reason):
            reject.revision = revision
            reject.reason = reason
        case .heartbeat: heartbeat = WireHeartbeat()
        }
    }
}

extension AgentMessage {
    package init(_ wire: WireAgentMessage) throws(WireError) {
        switch wire.message {
        case .hello(let hello):
            self = .hello(try reading("hello") { () throws(WireError) in try Hello(hello) })
        case .hostChanged(let host):
            self = .hostChanged(try reading("host_changed") { () throws(WireError) in try HostDescription(host) })
        case .interfaceAppeared(let interface):
            self = .interfaceAppeared(
                try reading("interface_appeared") { () throws(WireError) in try InterfaceAnnouncement(interface) })
        case .interfaceDisappeared(let interface):
            self = .interfaceDisappeared(interfaceName: interface.interfaceName)
        case .portStatus(let status):
            let port = try reading("port_status") { () throws(WireError) in
                try PortID("port_id", status.portID)
            }
            self = .portStatus(PortStatusReport(port: port, active: status.active, reason: status.reason))
        case .acknowledge(let acknowledge): self = .acknowledge(revision: acknowledge.revision)
        case .reject(let reject): self = .reject(revision: reject.revision, reason: reject.reason)
        case .heartbeat: self = .heartbeat
        case nil: throw WireError("message", .missing)
        }
    }
}

extension WireHello {
    init(_ hello: Hello) {
        self.init()
        hostName = hello.hostName
        host = WireHostDescription(hello.host)
        if let value = hello.resume {
            resume.storeID = Data(value.storeID)
            resume.revision = value.revision
            resume.digest = Data(value.digest)
        }
        interfaces = hello.interfaces.map(WireInterfaceAppeared.init)
    }
}

extension Hello {
    init(_ wire: WireHello) throws(WireError) {
        guard wire.hasHost else { throw WireError("host", .missing) }
        var resume: Resume?
        if wire.hasResume {
            let storeID = try reading("resume") { () throws(WireError) in
                try StoreID("store_id", wire.resume.storeID)
            }
            resume = Resume(storeID: storeID, revision: wire.resume.revision, digest: Array(wire.resume.digest))
        }
        self.init(
            hostName: wire.hostName,
            host: try reading("host") { () throws(WireError) in try HostDescription(wire.host) },
            resume: resume,
            interfaces: try readingAll("interfaces", wire.interfaces) { (interface) throws(WireError) in
                try InterfaceAnnouncement(interface)
            })
    }
}

extension WireHostDescription {
    init(_ host: HostDescription) {
        self.init()
        tunnelAddress = Data(host.tunnelAddress)
        underlayMtu = UInt32(host.underlayMTU)
        uplinkMtu = UInt32(host.uplinkMTU)
        addresses = host.addresses.map { Data($0) }
    }
}

extension HostDescription {
    init(_ wire: WireHostDescription) throws(WireError) {
        self.init(
            tunnelAddress: try IPAddress("tunnel_address", wire.tunnelAddress),
            underlayMTU: try UInt16("underlay_mtu", wire.underlayMtu),
            addresses: try readingAll("addresses", wire.addresses) { (bytes) throws(WireError) in
                try IPAddress("", bytes)
            },
            uplinkMTU: wire.uplinkMtu == 0 ? nil : try UInt16("uplink_mtu", wire.uplinkMtu))
    }
}

extension WireInterfaceAppeared {
    init(_ interface: InterfaceAnnouncement) {
        self.init()
        interfaceName = interface.interfaceName
        port = interface.port
    }
}

extension InterfaceAnnouncement {
    init(_ wire: WireInterfaceAppeared) throws(WireError) {
        guard !wire.interfaceName.isEmpty else { throw WireError("interface_name", .missing) }
        self.init(interfaceName: wire.interfaceName, port: wire.port)
    }
}
