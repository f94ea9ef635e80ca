import Addresses

/// Where a site's networks meet other sites: a VTEP router, a VLAN trunk or a switch that ends VXLAN (S1-03).
package struct GatewayDevice: Hashable, Sendable, Codable {
    package var id: GatewayDeviceID
    package var standard: StandardAttributes
    package var backing: GatewayBacking
    /// Where VXLAN packets to it end; exactly one, none for a VLAN trunk. Tied to no port (S1-04).
    package var tunnelIPs: [IPAddress]

    package init(
        id: GatewayDeviceID, standard: StandardAttributes, backing: GatewayBacking, tunnelIPs: [IPAddress]
    ) {
        self.id = id
        self.standard = standard
        self.backing = backing
        self.tunnelIPs = tunnelIPs
    }

    package var type: GatewayDeviceType {
        switch backing {
        case .router: .routerVTEP
        case .network: .networkVLAN
        case .hardware: .hardwareVTEP
        }
    }

    /// The VTEP router, if that is what it is.
    package var vtepRouter: RouterID? { if case .router(let router) = backing { router.id } else { nil } }
}

package enum GatewayDeviceType: String, Hashable, Sendable, Codable, CaseIterable {
    case hardwareVTEP = "hw_vtep"
    case routerVTEP = "router_vtep"
    case networkVLAN = "network_vlan"
}

/// What does a gateway device's work.
package enum GatewayBacking: Hashable, Sendable, Codable {
    case router(BackingRouter)
    case network(BackingNetwork)
    case hardware(ManagementEndpoint)

    package struct BackingRouter: Hashable, Sendable, Codable { package var id: RouterID }
    package struct BackingNetwork: Hashable, Sendable, Codable { package var id: NetworkID }
}

/// Where a switch is managed.
package struct ManagementEndpoint: Hashable, Sendable, Codable {
    package var address: IPAddress
    package var port: UInt16
    package var `protocol`: String
}

/// A row of a gateway device's remote MAC table: behind which VTEP a MAC of a VNI is (S1-09).
package struct RemoteMACEntry: Hashable, Sendable, Codable {
    package var id: RemoteMACEntryID
    package var standard: StandardAttributes
    package var deviceID: GatewayDeviceID
    package var mac: MACAddress
    package var vtep: IPAddress
    package var vni: VNI
}
