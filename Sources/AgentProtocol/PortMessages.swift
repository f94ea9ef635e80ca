import Addresses
import Resources
import VirtualTopology

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireDevicePort {
    init(_ port: DevicePort) {
        self.init()
        id = Data(port.id)
        number = port.number
        mac = Data(port.mac)
        adminStateUp = port.adminStateUp
        switch port.role {
        case .vm(let value): vm = WireVMPort(value)
        case .router(let value): router = WireRouterPort(value)
        }
    }
}

extension DevicePort {
    init(_ wire: WireDevicePort) throws(WireError) {
        let role: Role
        switch wire.role {
        case .vm(let wire): role = .vm(try reading("vm") { () throws(WireError) in try VMPort(wire) })
        case .router(let wire): role = .router(try reading("router") { () throws(WireError) in try RouterPort(wire) })
        case nil: throw WireError("role", .missing)
        }
        self.init(
            id: try Identifier("id", wire.id), number: wire.number, mac: try MACAddress("mac", wire.mac),
            adminStateUp: wire.adminStateUp, role: role)
    }
}

extension WireVMPort {
    init(_ port: VMPort) {
        self.init()
        bridge = Data(port.bridge)
        addresses = port.addresses.map { Data($0) }
        if let id = port.host { host = Data(id) }
        portSecurity = port.portSecurity
        allowedAddressPairs = port.allowedAddressPairs.map(WireAllowedAddressPair.init)
        hostname = port.hostname
    }
}

extension VMPort {
    init(_ wire: WireVMPort) throws(WireError) {
        self.init(
            bridge: try Identifier("bridge", wire.bridge),
            addresses: try readingAll("addresses", wire.addresses) { (bytes) throws(WireError) in
                try IPAddress("", bytes)
            },
            host: wire.hasHost ? try Identifier("host", wire.host) : nil,
            portSecurity: wire.portSecurity,
            allowedAddressPairs: try readingAll("allowed_address_pairs", wire.allowedAddressPairs) {
                (pair) throws(WireError) in
                try AllowedAddressPair(pair)
            },
            hostname: wire.hostname)
    }
}

extension WireAllowedAddressPair {
    init(_ pair: AllowedAddressPair) {
        self.init()
        mac = Data(pair.macAddress)
        prefix = WirePrefix(pair.prefix)
    }
}

extension AllowedAddressPair {
    init(_ wire: WireAllowedAddressPair) throws(WireError) {
        self.init(
            macAddress: try MACAddress("mac", wire.mac),
            prefix: try IPPrefix("prefix", wire.hasPrefix ? wire.prefix : nil))
    }
}

extension WireRouterPort {
    init(_ port: RouterPort) {
        self.init()
        router = Data(port.router)
        switch port.attachment {
        case .bridge(let id): bridge = Data(id)
        case .segment(let id): segment = Data(id)
        }
        addresses = port.addresses.map(WirePrefix.init)
    }
}

extension RouterPort {
    init(_ wire: WireRouterPort) throws(WireError) {
        let attachment: Attachment
        switch wire.attachment {
        case .bridge(let bytes): attachment = .bridge(try Identifier("bridge", bytes))
        case .segment(let bytes): attachment = .segment(try Identifier("segment", bytes))
        case nil: throw WireError("attachment", .missing)
        }
        self.init(
            router: try Identifier("router", wire.router), attachment: attachment,
            addresses: try readingAll("addresses", wire.addresses) { (prefix) throws(WireError) in
                try IPPrefix("", prefix)
            })
    }
}
