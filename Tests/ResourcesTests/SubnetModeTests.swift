import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct SubnetModeTests {
    @Test("ports on a SLAAC subnet have the address that their VM makes out of its MAC")
    func automatic() throws {
        var site = Site()
        let network = try site.network()
        let before = try site.port(network) { $0.macAddress = MACAddress("fa:16:3e:00:00:01") }
        let four = try site.subnet(network, "10.0.0.0/24")
        let early = try site.port(network)
        #expect(early.fixedIPs.map(\.subnetID) == [four.id])
        let six = try site.subnet(network, "2001:db8::/64") { ($0.ipv6RAMode, $0.ipv6AddressMode) = (.slaac, .slaac) }
        let port = try site.port(network) { $0.macAddress = MACAddress("fa:16:3e:12:34:56") }
        #expect(port.fixedIPs.map(\.address.description) == ["10.0.0.3", "2001:db8::f816:3eff:fe12:3456"])
        // Those that were there have one now too, but for one that is to have none.
        #expect(site.inventory.ports[early.id]?.fixedIPs.count == 2)
        #expect(site.inventory.ports[before.id]?.fixedIPs.isEmpty == true)
        expectRefusal(400, "InvalidInput", naming: "automatic addresses") {
            _ = try site.port(network) { $0.fixedIPs = [FixedIPDraft(address: IPAddress("2001:db8::7"))] }
        }
        var update = PortUpdate()
        update.macAddress = .set(MACAddress("fa:16:3e:00:00:02"))
        let changed = site.take(
            try site.inventory.updating(port: port.id, update, context: site.context, using: &site.generator))
        #expect(changed.fixedIPs.last?.address.description == "2001:db8::f816:3eff:fe00:2")
        site.delete(try site.inventory.deleting(subnet: six.id, context: site.context))
        #expect(site.inventory.ports[port.id]?.fixedIPs.map(\.subnetID) == [four.id])
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("IPv6 modes that don't go together are refused")
    func modes() throws {
        var site = Site()
        let network = try site.network()
        func refuse(_ word: String, _ cidr: String, _ fill: (inout SubnetDraft) -> Void) {
            expectRefusal(400, "InvalidInput", naming: word) { _ = try site.subnet(network, cidr, fill) }
        }
        refuse("ipv6_ra_mode", "10.0.0.0/24") { $0.ipv6RAMode = .slaac }
        refuse("the same value", "2001:db8::/64") { ($0.ipv6RAMode, $0.ipv6AddressMode) = (.slaac, .stateful) }
        refuse("/64", "2001:db8::/63") { $0.ipv6AddressMode = .stateless }
        refuse("enable_dhcp", "2001:db8::/64") { ($0.ipv6AddressMode, $0.enableDHCP) = (.stateful, false) }
        _ = try site.subnet(network, "2001:db8::/63") { $0.ipv6AddressMode = .stateful }
    }

    @Test("a subnet with service types serves only ports of these owners")
    func serviceTypes() throws {
        var site = Site()
        let network = try site.network()
        let vms = try site.subnet(network, "10.1.0.0/24") { $0.serviceTypes = ["compute:"] }
        let vm = try site.port(network) { $0.deviceOwner = "compute:nova" }
        #expect(vm.fixedIPs.map(\.subnetID) == [vms.id])
        expectRefusal(409, "IpAddressGenerationFailureNoMatchingSubnet") { _ = try site.port(network) }
        let all = try site.subnet(network, "10.2.0.0/24")
        #expect(try site.port(network).fixedIPs.map(\.subnetID) == [all.id])
        expectRefusal(400, "InvalidSubnetServiceType", naming: "nonsense") {
            _ = try site.subnet(network, "10.3.0.0/24") { $0.serviceTypes = ["nonsense"] }
        }
    }
}
