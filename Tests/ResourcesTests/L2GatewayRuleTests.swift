import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct L2GatewayRuleTests {
    struct Peering {
        var site = Site()
        let router: Router
        let device: GatewayDevice
        let network: Network

        init() throws {
            router = try site.router()
            device = try site.device(router) { $0.standard.name = "SiteA" }
            network = try site.network()
        }

        func device(_ fill: (inout L2GatewayDeviceDraft) -> Void) -> L2GatewayDeviceDraft {
            var draft = L2GatewayDeviceDraft()
            fill(&draft)
            return draft
        }

        /// A gateway device of a switch.
        mutating func hardware() throws -> GatewayDevice {
            try site.device(nil, tunnelIP: "200.200.0.8") {
                $0.type = .hardwareVTEP
                $0.managementIP = IPAddress("172.31.0.1")
                $0.managementPort = 6640
                $0.standard.name = "tor"
            }
        }

        mutating func trunk() throws -> GatewayDevice {
            let network = try site.network()
            return try site.device(nil) {
                $0.type = .networkVLAN
                $0.resourceID = network.id.description
                $0.tunnelIPs = []
            }
        }
    }

    @Test("S1-13: exactly one device, by its id and without interfaces")
    func devices() throws {
        var peering = try Peering()
        let id = peering.device.id.description
        let whole = peering.device { $0.deviceID = id }
        for (devices, words) in [
            ([], "empty device list"), ([whole, whole], "Exactly one device"),
            ([peering.device { $0.segmentationID = 100 }], "device_id"),
            (
                [
                    peering.device {
                        $0.deviceID = id
                        $0.interfaces = [L2GatewayInterface(name: "eth0", segmentationIDs: [])]
                    }
                ], "Interfaces are not allowed"
            ),
            (
                [
                    peering.device {
                        $0.deviceID = id
                        $0.deviceName = "SiteA"
                    }
                ], "device_name"
            ),
        ] {
            expectRefusal(400, "HTTPBadRequest", naming: "devices", words) { try peering.site.gateway(devices) }
        }
        for unknown in [GatewayDeviceID(1).description, "nonsense"] {
            expectRefusal(404, "GatewayDeviceNotFound", naming: unknown) {
                try peering.site.gateway([peering.device { $0.deviceID = unknown }])
            }
        }
        #expect(try peering.site.gateway([whole]).segmentationID == nil)
    }

    @Test("S1-13: networking-l2gw's form names the device, its interface and the segmentation id there")
    func genericForm() throws {
        var peering = try Peering()
        func named(_ interfaces: [L2GatewayInterface]?, _ name: String = "SiteA") -> [L2GatewayDeviceDraft] {
            [
                peering.device {
                    $0.deviceName = name
                    $0.interfaces = interfaces
                }
            ]
        }
        let gateway = try peering.site.gateway(named([L2GatewayInterface(name: "vxlan", segmentationIDs: [100])]))
        #expect(gateway.deviceID == peering.device.id && gateway.namesSegments)
        let connection = try peering.site.connection(gateway, peering.network)
        #expect(peering.site.inventory.vtepSegment(of: connection)?.vni == VNI(100))

        expectRefusal(400, "HTTPBadRequest", naming: "empty interfaces") { try peering.site.gateway(named(nil)) }
        expectRefusal(400, "HTTPBadRequest", naming: "empty interface name") {
            try peering.site.gateway(named([L2GatewayInterface(name: "", segmentationIDs: [])]))
        }
        expectRefusal(404, "GatewayDeviceNotFound", naming: "nobody") {
            try peering.site.gateway(named([L2GatewayInterface(name: "a", segmentationIDs: [])], "nobody"))
        }
        let two = [
            L2GatewayInterface(name: "a", segmentationIDs: [10]),
            L2GatewayInterface(name: "b", segmentationIDs: [10, 20]),
        ]
        expectRefusal(400, "HTTPBadRequest", naming: "router_vtep", "one interface") {
            try peering.site.gateway(named(two))
        }
        _ = try peering.hardware()
        let switched = try peering.site.gateway(named(two, "tor"))
        #expect(switched.segments(nil).count == 3)
        expectRefusal(409, "L2GatewaySegmentationRequired") {
            try peering.site.gateway(named([two[0], L2GatewayInterface(name: "c", segmentationIDs: [])], "tor"))
        }
        expectRefusal(400, "InvalidInput", naming: "segmentation_id", "1...4094") {
            try peering.site.gateway(named([L2GatewayInterface(name: "a", segmentationIDs: [4095])], "tor"))
        }
        let twin = try peering.site.router()
        try peering.site.device(twin, tunnelIP: "200.200.0.7") { $0.standard.name = "SiteA" }
        expectRefusal(400, "HTTPBadRequest", naming: "SiteA", "2 gateway devices") {
            try peering.site.gateway(named([L2GatewayInterface(name: "vxlan", segmentationIDs: [100])]))
        }
    }

    @Test("S1-13: the segmentation id is the gateway's or the connection's, never both or neither")
    func segmentationID() throws {
        var peering = try Peering()
        let with = try peering.site.gateway(peering.device, 100)
        let without = try peering.site.gateway(peering.device, nil)
        expectRefusal(400, "InvalidInput", naming: "segmentation_id", "\(with.id)") {
            try peering.site.connection(with, peering.network, 101)
        }
        expectRefusal(400, "InvalidInput", naming: "segmentation_id", "must be specified") {
            try peering.site.connection(without, peering.network)
        }
        try peering.site.connection(with, peering.network)
    }

    @Test("S1-08: a VTEP router's VNIs go from 1 to 16777215, a trunk's VLANs from 1 to 4094")
    func ranges() throws {
        var peering = try Peering()
        for vni in [0, -1, 16_777_216] {
            expectRefusal(400, "InvalidInput", naming: "segmentation_id", "1...16777215") {
                try peering.site.gateway(peering.device, vni)
            }
        }
        let open = try peering.site.gateway(peering.device, nil)
        expectRefusal(400, "InvalidInput", naming: "segmentation_id") {
            try peering.site.connection(open, peering.network, 0)
        }
        try peering.site.connection(open, peering.network, 16_777_215)
        let trunk = try peering.trunk()
        for vlan in [0, 4095] {
            expectRefusal(400, "InvalidInput", naming: "segmentation_id", "1...4094") {
                try peering.site.gateway(trunk, vlan)
            }
        }
        let vlans = try peering.site.gateway(trunk, nil)
        try peering.site.connection(vlans, peering.network, 4094)
        #expect(peering.site.inventory.invariants().isEmpty)
    }

    @Test("S1-08: a VNI is one network's on a device, and a network has one VNI; several connections share a gateway")
    func uniqueSegments() throws {
        var peering = try Peering()
        let other = try peering.site.network()
        let gateway = try peering.site.gateway(peering.device, nil)
        let first = try peering.site.connection(gateway, peering.network, 100)
        expectRefusal(409, "L2GatewaySegmentInUse", naming: "100", "\(first.id)") {
            try peering.site.connection(gateway, other, 100)
        }
        let same = try peering.site.gateway(peering.device, 100)
        expectRefusal(409, "L2GatewaySegmentInUse", naming: "100") { try peering.site.connection(same, other) }
        expectRefusal(409, "L2GatewayConnectionExists", naming: "\(peering.network.id)") {
            try peering.site.connection(gateway, peering.network, 100)
        }
        expectRefusal(409, "L2GatewayConnectionExists", naming: "one VNI") {
            try peering.site.connection(gateway, peering.network, 101)
        }
        try peering.site.connection(gateway, other, 101)
        // The VNIs of a VTEP router are those of its bindings, too.
        let tenant = try peering.site.router()
        expectRefusal(409, "VNIInUse", naming: "100") {
            try peering.site.binding(peering.router, tenant) {
                $0.vni = 100
                $0.vtepTunnelIP = IPAddress("200.200.0.1")
            }
        }
        try peering.site.binding(peering.router, tenant) {
            $0.vni = 102
            $0.vtepTunnelIP = IPAddress("200.200.0.1")
        }
        let third = try peering.site.network()
        expectRefusal(409, "L2GatewaySegmentInUse", naming: "102") { try peering.site.connection(gateway, third, 102) }
        // Another device has VNIs of its own.
        let second = try peering.site.device(try peering.site.router(), tunnelIP: "200.200.0.9")
        try peering.site.connection(try peering.site.gateway(second, 100), third)
        #expect(peering.site.inventory.invariants().isEmpty)
    }

    @Test("S1-13: a connection needs a network and an L2 gateway that exist, and not the trunk itself")
    func references() throws {
        var peering = try Peering()
        var gateway = try peering.site.gateway(peering.device)
        var nowhere = peering.network
        nowhere.id = NetworkID(1)
        expectRefusal(404, "NetworkNotFound") { try peering.site.connection(gateway, nowhere) }
        gateway.id = L2GatewayID(1)
        expectRefusal(404, "L2GatewayNotFound") { try peering.site.connection(gateway, peering.network) }
        let trunk = try peering.site.device(nil) {
            $0.type = .networkVLAN
            $0.resourceID = peering.network.id.description
            $0.tunnelIPs = []
        }
        let vlans = try peering.site.gateway(trunk, 10)
        expectRefusal(400, "InvalidInput", naming: "network_id", "trunk") {
            try peering.site.connection(vlans, peering.network)
        }
    }

    @Test(
        "S1-17: connection, L2 gateway, gateway device: each goes before the next, and the network after its connection"
    )
    func deleteOrder() throws {
        var peering = try Peering()
        let gateway = try peering.site.gateway(peering.device)
        let connection = try peering.site.connection(gateway, peering.network)
        let context = peering.site.context
        expectRefusal(409, "L2GatewayInUse", naming: "\(gateway.id)") {
            try peering.site.inventory.deleting(l2Gateway: gateway.id, context: context)
        }
        expectRefusal(409, "GatewayDeviceInUse") {
            try peering.site.inventory.deleting(gatewayDevice: peering.device.id, context: context)
        }
        expectRefusal(409, "NetworkInUse", naming: "\(connection.id)") {
            try peering.site.inventory.deleting(network: peering.network.id, context: context)
        }
        peering.site.delete(
            try peering.site.inventory.deleting(l2GatewayConnection: connection.id, context: context))
        expectRefusal(404, "L2GatewayConnectionNotFound") {
            try peering.site.inventory.deleting(l2GatewayConnection: connection.id, context: context)
        }
        peering.site.delete(try peering.site.inventory.deleting(l2Gateway: gateway.id, context: context))
        expectRefusal(404, "L2GatewayNotFound") {
            try peering.site.inventory.deleting(l2Gateway: gateway.id, context: context)
        }
        peering.site.delete(try peering.site.inventory.deleting(gatewayDevice: peering.device.id, context: context))
        peering.site.delete(try peering.site.inventory.deleting(network: peering.network.id, context: context))
        #expect(peering.site.inventory.invariants().isEmpty)
    }

    @Test("an L2 gateway is renamed at any time, and changes its device while nothing is connected")
    func updatingGateway() throws {
        var peering = try Peering()
        let gateway = try peering.site.gateway(peering.device)
        let connection = try peering.site.connection(gateway, peering.network)
        var update = L2GatewayUpdate()
        update.standard.name = .set("SiteAL2Gateway")
        let renamed = peering.site.take(
            try peering.site.inventory.updating(l2Gateway: gateway.id, update, context: peering.site.context))
        #expect(renamed.standard.name == "SiteAL2Gateway" && renamed.deviceID == gateway.deviceID)
        update.devices = .set([
            peering.device {
                $0.deviceID = peering.device.id.description
                $0.segmentationID = 200
            }
        ])
        expectRefusal(409, "L2GatewayInUse") {
            try peering.site.inventory.updating(l2Gateway: gateway.id, update, context: peering.site.context)
        }
        peering.site.delete(
            try peering.site.inventory.deleting(l2GatewayConnection: connection.id, context: peering.site.context))
        let moved = peering.site.take(
            try peering.site.inventory.updating(l2Gateway: gateway.id, update, context: peering.site.context))
        #expect(moved.segmentationID == 200)
    }

    @Test("a connection's segment, network and gateway are updated in place, by the rules of creation")
    func updatingConnection() throws {
        var peering = try Peering()
        let gateway = try peering.site.gateway(peering.device, nil)
        let connection = try peering.site.connection(gateway, peering.network, 100)
        let other = try peering.site.connection(gateway, try peering.site.network(), 101)
        var update = L2GatewayConnectionUpdate()
        update.segmentationID = .set(101)
        expectRefusal(409, "L2GatewaySegmentInUse", naming: "\(other.id)") {
            try peering.site.inventory.updating(
                l2GatewayConnection: connection.id, update, context: peering.site.context)
        }
        update.segmentationID = .set(102)
        let new = peering.site.take(
            try peering.site.inventory.updating(
                l2GatewayConnection: connection.id, update, context: peering.site.context))
        #expect(new.segmentationID == 102)
        #expect(peering.site.inventory.vtepSegment(of: new)?.vni == VNI(102))
        update.segmentationID = .set(nil)
        expectRefusal(400, "InvalidInput", naming: "segmentation_id") {
            try peering.site.inventory.updating(
                l2GatewayConnection: connection.id, update, context: peering.site.context)
        }
        #expect(peering.site.inventory.invariants().isEmpty)
    }

    @Test("S1-01: L2 gateways and connections are the operator's alone")
    func tenants() throws {
        var peering = try Peering()
        let gateway = try peering.site.gateway(peering.device)
        let connection = try peering.site.connection(gateway, peering.network)
        let tenant = Site.tenant("A")
        let inventory = peering.site.inventory
        expectRefusal(403, "AdminRequired") { try peering.site.gateway(peering.device, 7, as: tenant) }
        expectRefusal(403, "AdminRequired") { try peering.site.connection(gateway, peering.network, as: tenant) }
        expectRefusal(403, "AdminRequired") { try inventory.l2Gateway(gateway.id, for: tenant) }
        expectRefusal(403, "AdminRequired") { try inventory.l2GatewayConnection(connection.id, for: tenant) }
        expectRefusal(403, "AdminRequired") { try inventory.deleting(l2Gateway: gateway.id, context: tenant) }
        expectRefusal(403, "AdminRequired") {
            try inventory.deleting(l2GatewayConnection: connection.id, context: tenant)
        }
    }
}
