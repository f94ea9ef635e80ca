import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct RemoteMACEntryRuleTests {
    @Test("S1-09: a MAC is one row per device and VNI: tenants and devices may use the same MACs")
    func uniqueness() throws {
        var site = Site()
        let device = try site.device(try site.router())
        let other = try site.device(try site.router(), tunnelIP: "200.200.0.9")
        try site.entry(device)
        try site.entry(device) { $0.segmentationID = 101 }
        try site.entry(other)
        // Several MACs of one VTEP are several rows.
        try site.entry(device) { $0.mac = MACAddress("6e:e4:5a:fa:8e:0a") }
        expectRefusal(409, "DuplicateRemoteMacEntry", naming: "6e:e4:5a:fa:8e:09", "100") { try site.entry(device) }
        #expect(site.inventory.remoteMACEntryIDs(of: device.id).count == 3)
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("S1-08: VNIs from 1 to 16777215; 0 is refused")
    func vniRange() throws {
        var site = Site()
        let device = try site.device(try site.router())
        for vni in [0, -1, 16_777_216] {
            expectRefusal(400, "HTTPBadRequest", naming: "segmentation_id", "1...16777215") {
                try site.entry(device) { $0.segmentationID = vni }
            }
        }
        for vni in [1, 16_777_215] { try site.entry(device) { $0.segmentationID = vni } }
    }

    @Test("S1-11: the guide's 6f:e4:5a:fa:8e:09 is refused, for its multicast bit")
    func multicastMAC() throws {
        var site = Site()
        let device = try site.device(try site.router())
        expectRefusal(400, "HTTPBadRequest", naming: "mac_address", "6f:e4:5a:fa:8e:09", "multicast bit") {
            try site.entry(device) { $0.mac = MACAddress("6F:E4:5A:FA:8E:09") }
        }
        let network = try site.network()
        expectRefusal(400, "HTTPBadRequest", naming: "mac_address", "multicast bit") {
            try site.port(network) { $0.macAddress = MACAddress("6F:E4:5A:FA:8E:09") }
        }
    }

    @Test("S1-09: what is missing or no VTEP's address is refused by name")
    func fields() throws {
        var site = Site()
        let device = try site.device(try site.router())
        expectRefusal(400, "HTTPBadRequest", naming: "mac_address") { try site.entry(device) { $0.mac = nil } }
        expectRefusal(400, "HTTPBadRequest", naming: "vtep_address") { try site.entry(device) { $0.vtep = nil } }
        expectRefusal(400, "HTTPBadRequest", naming: "segmentation_id") {
            try site.entry(device) { $0.segmentationID = nil }
        }
        expectRefusal(400, "HTTPBadRequest", naming: "vtep_address", "multicast") {
            try site.entry(device) { $0.vtep = IPAddress("239.0.0.1") }
        }
        expectRefusal(400, "InvalidInput", naming: "vtep_address", "own tunnel IP") {
            try site.entry(device) { $0.vtep = IPAddress("200.200.0.1") }
        }
        expectRefusal(400, "InvalidInput", naming: "vtep_address", "IP version") {
            try site.entry(device) { $0.vtep = IPAddress("2001:db8::1") }
        }
        try site.entry(device)
        var update = GatewayDeviceUpdate()
        update.tunnelIPs = .set([IPAddress("200.200.0.2")].compactMap(\.self))
        expectRefusal(400, "InvalidInput", naming: "tunnel_ips") {
            try site.inventory.updating(gatewayDevice: device.id, update, context: site.context)
        }
    }

    @Test("S1-09: an entry is found by its own device's path alone; a network_vlan has none")
    func devices() throws {
        var site = Site()
        let device = try site.device(try site.router())
        let other = try site.device(try site.router(), tunnelIP: "200.200.0.9")
        let entry = try site.entry(device)
        expectRefusal(400, "RemoteMacEntryWrongGatewayDevice", naming: "\(entry.id)", "\(other.id)") {
            try site.inventory.deleting(remoteMACEntry: entry.id, of: other.id, context: site.context)
        }
        expectRefusal(404, "GatewayDeviceNotFound") {
            try site.inventory.deleting(remoteMACEntry: entry.id, of: GatewayDeviceID(1), context: site.context)
        }
        expectRefusal(404, "RemoteMacEntryNotFound") {
            try site.inventory.deleting(remoteMACEntry: RemoteMACEntryID(1), of: device.id, context: site.context)
        }
        let network = try site.network()
        let trunk = try site.device(nil) {
            $0.type = .networkVLAN
            $0.resourceID = network.id.description
            $0.tunnelIPs = []
        }
        expectRefusal(409, "OperationRemoteMacEntryNotSupported", naming: "network_vlan") { try site.entry(trunk) }
        site.delete(try site.inventory.deleting(remoteMACEntry: entry.id, of: device.id, context: site.context))
        #expect(site.inventory.remoteMACEntries.isEmpty && site.inventory.invariants().isEmpty)
    }

    @Test("S0-24: a MAC moves to another VTEP in place")
    func moving() throws {
        var site = Site()
        let device = try site.device(try site.router())
        let entry = try site.entry(device)
        let vtep = try #require(IPAddress("200.200.0.3"))
        let new = site.take(
            try site.inventory.updating(
                remoteMACEntry: entry.id, of: device.id, vtep: .set(vtep), context: site.context))
        #expect(new.vtep == vtep && new.standard.revisionNumber == 1)
    }
}
