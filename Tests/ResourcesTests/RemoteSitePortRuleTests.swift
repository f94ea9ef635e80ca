import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct RemoteSitePortRuleTests {
    @Test(
        "S1-10: a remote-site port, in either spelling, takes its address and MAC out of local hands",
        arguments: ["network:remote_site", "network:remote-site", "Network:Remote_Site"])
    func seeds(owner: String) throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "192.168.0.0/24") { $0.gatewayIP = .set(nil) }
        let port = try site.port(network) {
            $0.deviceOwner = owner
            $0.fixedIPs = [FixedIPDraft(address: IPAddress("192.168.0.1"))]
            $0.macAddress = MACAddress("6e:e4:5a:fa:8e:09")
        }
        #expect(port.isOfRemoteSite && port.status == .active && port.deviceOwner == owner)
        expectRefusal(409, "IpAddressInUse") {
            try site.port(network) { $0.fixedIPs = [FixedIPDraft(address: IPAddress("192.168.0.1"))] }
        }
        expectRefusal(409, "MacAddressInUse") {
            try site.port(network) { $0.macAddress = MACAddress("6e:e4:5a:fa:8e:09") }
        }
        #expect(try site.port(network).fixedIPs.first?.address == IPAddress("192.168.0.2"))
    }

    @Test("S1-10: no host has a remote-site port, and no router takes it")
    func unbound() throws {
        var site = Site()
        try site.host(1)
        let network = try site.network()
        _ = try site.subnet(network, "192.168.0.0/24")
        let owner = "network:remote_site"
        expectRefusal(400, "InvalidInput", naming: "binding:host_id", owner) {
            try site.port(network) {
                $0.deviceOwner = owner
                $0.bindingHostID = "host1"
            }
        }
        let port = try site.port(network) { $0.deviceOwner = owner }
        expectRefusal(400, "InvalidInput", naming: "binding:host_id") {
            try site.inventory.settingBinding(port: port.id, host: "host1", at: site.context.now)
        }
        let router = try site.router()
        expectRefusal(400, "BadRequest", naming: "remote site") {
            try site.inventory.addingInterface(
                to: router.id, port: port.id, context: site.context, using: &site.generator)
        }
        let vm = try site.port(network) { $0.bindingHostID = "host1" }
        var update = PortUpdate()
        update.deviceOwner = .set(owner)
        expectRefusal(400, "InvalidInput", naming: "binding:host_id") {
            try site.inventory.updating(port: vm.id, update, context: site.context, using: &site.generator)
        }
    }

    @Test("S1-10: a remote-site port's MAC and addresses are updated in place")
    func updating() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "192.168.0.0/24")
        let port = try site.port(network) { $0.deviceOwner = "network:remote_site" }
        var update = PortUpdate()
        update.macAddress = .set(MACAddress("6e:e4:5a:fa:8e:0a"))
        update.fixedIPs = .set([FixedIPDraft(address: IPAddress("192.168.0.9"))])
        let new = site.take(
            try site.inventory.updating(port: port.id, update, context: site.context, using: &site.generator))
        #expect(new.macAddress == MACAddress("6e:e4:5a:fa:8e:0a") && new.isOfRemoteSite)
        #expect(new.fixedIPs.map(\.address.description) == ["192.168.0.9"])
    }
}
