import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct PortRuleTests {
    @Test("a port gets the first free address of the pools, a MAC under fa:16:3e, and is DOWN")
    func defaults() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "10.0.0.0/24")
        _ = try site.subnet(network, "2001:db8::/64")
        let first = try site.port(network)
        let second = try site.port(network)
        #expect(first.fixedIPs.map(\.address.description) == ["10.0.0.2", "2001:db8::2"])
        #expect(second.fixedIPs.map(\.address.description) == ["10.0.0.3", "2001:db8::3"])
        #expect(first.macAddress.value >> 24 == 0xfa163e)
        #expect(first.status == .down && first.portSecurityEnabled && first.bindingVNICType == "normal")
        #expect(site.inventory.port(number: first.number) == first)
        #expect(site.inventory.port(idPrefix: first.id.description.prefix(11)) == first)
        #expect(site.inventory.port(ofNetwork: network.id, mac: first.macAddress) == first)
        site.delete(try site.inventory.deleting(port: first.id, context: site.context))
        #expect(try site.port(network).fixedIPs.first?.address.description == "10.0.0.2")
    }

    @Test("addresses asked for: by subnet, by address, both, none; explicit ones are set aside first")
    func fixedIPs() throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        let port = try site.port(network) {
            $0.fixedIPs = [
                FixedIPDraft(subnetID: subnet.id), FixedIPDraft(address: IPAddress("10.0.0.2")),
                FixedIPDraft(subnetID: subnet.id, address: IPAddress("10.0.0.1")),
            ]
        }
        #expect(port.fixedIPs.map(\.address.description) == ["10.0.0.3", "10.0.0.2", "10.0.0.1"])
        #expect(try site.port(network) { $0.fixedIPs = [] }.fixedIPs.isEmpty)
        var update = PortUpdate()
        update.fixedIPs = .set([FixedIPDraft(subnetID: subnet.id)])
        let updated = site.take(
            try site.inventory.updating(port: port.id, update, context: site.context, using: &site.generator)
        )
        #expect(updated.fixedIPs.map(\.address.description) == ["10.0.0.3"], "it keeps one it has")
    }

    @Test("a pool without a free address sends to the next subnet; without any, the request is refused")
    func exhaustion() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "10.0.0.0/30")
        _ = try site.subnet(network, "10.0.1.0/30")
        #expect(try site.port(network).fixedIPs.first?.address.description == "10.0.0.2")
        #expect(try site.port(network).fixedIPs.first?.address.description == "10.0.1.2")
        expectRefusal(409, "IpAddressGenerationFailure", naming: "No more IP addresses available") {
            _ = try site.port(network)
        }
    }

    @Test("refusals of ports, each with status, type and what is wrong")
    func refusals() throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        let other = try site.network()
        let elsewhere = try site.subnet(other, "10.9.0.0/24")
        let port = try site.port(network) { $0.bindingHostID = "host1" }
        func refuse(
            _ status: Int, _ type: String, naming word: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ fill: (inout PortDraft) -> Void
        ) {
            expectRefusal(status, type, naming: word, sourceLocation: sourceLocation) {
                _ = try site.port(network, fill)
            }
        }
        refuse(400, "HTTPBadRequest", naming: "network_id") { $0.networkID = nil }
        refuse(404, "NetworkNotFound", naming: "Network") { $0.networkID = NetworkID(1) }
        refuse(409, "MacAddressInUse", naming: port.macAddress.description) { $0.macAddress = port.macAddress }
        refuse(400, "HTTPBadRequest", naming: "multicast bit") { $0.macAddress = MACAddress("6f:e4:5a:fa:8e:09") }
        refuse(400, "HTTPBadRequest", naming: "zero") { $0.macAddress = .zero }
        refuse(409, "IpAddressInUse", naming: "10.0.0.2") {
            $0.fixedIPs = [FixedIPDraft(address: IPAddress("10.0.0.2"))]
        }
        refuse(400, "InvalidIpForNetwork", naming: "10.7.0.1") {
            $0.fixedIPs = [FixedIPDraft(address: IPAddress("10.7.0.1"))]
        }
        refuse(400, "InvalidIpForSubnet", naming: "10.0.0.255") {
            $0.fixedIPs = [FixedIPDraft(subnetID: subnet.id, address: IPAddress("10.0.0.255"))]
        }
        refuse(400, "InvalidInput", naming: "duplicate") {
            $0.fixedIPs = [.init(address: IPAddress("10.0.0.9")), .init(address: IPAddress("10.0.0.9"))]
        }
        refuse(404, "SubnetNotFound", naming: "Subnet") { $0.fixedIPs = [FixedIPDraft(subnetID: SubnetID(1))] }
        refuse(400, "InvalidInput", naming: elsewhere.id.description) {
            $0.fixedIPs = [FixedIPDraft(subnetID: elsewhere.id)]
        }
        refuse(400, "HTTPBadRequest", naming: "subnet_id") { $0.fixedIPs = [FixedIPDraft()] }
        refuse(400, "InvalidInput", naming: "add_router_interface") { $0.deviceOwner = "network:router_interface" }
        refuse(400, "HTTPBadRequest", naming: "dns_name") { $0.dnsName = "-a" }
        let pair = AllowedAddressPairDraft(prefix: IPPrefix(host: .v4(IPv4Address(1, 2, 3, 4))))
        refuse(409, "AddressPairAndPortSecurityRequired", naming: "Port Security") {
            $0.portSecurityEnabled = false
            $0.allowedAddressPairs = [pair]
        }
        refuse(400, "DuplicateAddressPairInRequest", naming: "1.2.3.4") { $0.allowedAddressPairs = [pair, pair] }
        refuse(400, "AllowedAddressPairExhausted", naming: "10") {
            $0.allowedAddressPairs = Array(repeating: pair, count: 11)
        }
        var update = PortUpdate()
        update.macAddress = .set(nil)
        expectRefusal(409, "PortBound", naming: port.macAddress.description) {
            site.take(
                try site.inventory.updating(port: port.id, update, context: site.context, using: &site.generator)
            )
        }
    }

    @Test("on a shared network a tenant can't choose addresses, nor anywhere a host")
    func tenancy() throws {
        var site = Site()
        let shared = try site.network { $0.shared = true }
        _ = try site.subnet(shared, "10.0.0.0/24")
        let tenant = Site.tenant("a")
        func refuse(
            _ rule: String, sourceLocation: SourceLocation = #_sourceLocation, _ fill: (inout PortDraft) -> Void
        ) {
            expectRefusal(403, "PolicyNotAuthorized", naming: rule, sourceLocation: sourceLocation) {
                _ = try site.port(shared, as: tenant, fill)
            }
        }
        refuse("create_port:mac_address") { $0.macAddress = MACAddress(0x0200_0000_0001) }
        refuse("create_port:fixed_ips:ip_address") { $0.fixedIPs = [.init(address: IPAddress("10.0.0.9"))] }
        refuse("create_port:port_security_enabled") { $0.portSecurityEnabled = false }
        refuse("create_port:allowed_address_pairs") { $0.allowedAddressPairs = [] }
        refuse("create_port:device_owner") { $0.deviceOwner = "network:dhcp" }
        refuse("create_port:binding:host_id") { $0.bindingHostID = "host1" }
        let port = try site.port(shared, as: tenant)
        #expect(port.standard.projectID == "a")
        expectRefusal(404, "PortNotFound") {
            try site.inventory.deleting(port: port.id, context: Site.tenant("b"))
        }
    }

    @Test("an agent's reports change binding and status; a new host starts DOWN")
    func reports() throws {
        var site = Site()
        let network = try site.network()
        let port = try site.port(network)
        let now = Timestamp(seconds: 3000)
        site.take(try site.inventory.settingBinding(port: port.id, host: "host1", at: now))
        let active = site.take(try site.inventory.settingStatus(port: port.id, .active, at: now))
        #expect(active.status == .active && active.bindingHostID == "host1" && active.standard.revisionNumber == 2)
        #expect(try site.inventory.settingStatus(port: port.id, .active, at: now).1.isEmpty)
        let moved = site.take(try site.inventory.settingBinding(port: port.id, host: "host2", at: now))
        #expect(moved.status == .down)
        #expect(site.inventory.portIDs(onHostNamed: "host1").isEmpty)
    }

    @Test("a freed number is not given again at once")
    func numbersRotate() throws {
        var site = Site()
        let network = try site.network()
        var numbers: Set<UInt32> = []
        for _ in 0..<100 {
            let port = try site.port(network)
            #expect(numbers.insert(port.number).inserted)
            site.delete(try site.inventory.deleting(port: port.id, context: site.context))
        }
    }

    @Test("bulk: all or nothing, each seeing the ones before")
    func bulk() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "10.0.0.0/29")
        var draft = PortDraft()
        draft.networkID = network.id
        let context = site.context
        var generator = site.generator
        let (ports, transaction) = try site.inventory.composing(0..<5) { inventory, _ throws(ResourceError) in
            try inventory.creating(port: draft, context: context, using: &generator)
        }
        #expect(Set(ports.flatMap { $0.fixedIPs.map(\.address) }).count == 5)
        #expect(transaction.changes.count == 5 + 5 && transaction.taken.count == 15 + 5)
        expectRefusal(409, "IpAddressGenerationFailure") {
            _ = try site.inventory.composing(0..<6) { inventory, _ throws(ResourceError) in
                try inventory.creating(port: draft, context: context, using: &generator)
            }
        }
        #expect(site.inventory.ports.isEmpty)
    }
}
