import Addresses
import LinuxNetworking
import Manager
import Resources
import Testing

@testable import Agent
@testable import Datapath

extension ScenarioTests {
    func playUplinks(in world: World) async throws {
        try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let port = try await site.makePort(network)
            try await world.withAgent {
                try await comeAndGo(world, site, port)
                try await move(world, site)
            }
        }
    }

    /// The tunnel address was found, not given: it moves with the host.
    private func move(_ world: World, _ site: Site) async throws {
        let address: @Sendable () -> IPAddress? = {
            site.controller.read { $0.hosts.values.first { $0.name == "h1" }?.tunnelAddress }
        }
        #expect(address() == IPAddress("192.0.2.1"))
        let eth0 = try #require(try world.netlink.link(named: "eth0")).index
        try world.netlink.addAddress(IPPrefix("198.51.100.9/24")!, link: eth0)
        try world.netlink.removeAddress(IPPrefix("192.0.2.1/24")!, link: eth0)
        try await world.eventually("the manager knows the new address") { address() == IPAddress("198.51.100.9") }
        #expect(try HostIdentity.load(from: world.agentData)?.tunnelAddress == IPAddress("198.51.100.9"))
    }

    private func comeAndGo(_ world: World, _ site: Site, _ port: Port) async throws {
        let programs: @Sendable (String) throws -> Int = { name in
            guard let link = try world.netlink.link(named: name) else { return 0 }
            return try LoadedPipeline.ingressLinks(onInterface: link.index).count
        }
        // An uplink is one once it has an address, and as long as it has.
        for _ in 0..<2 {
            try world.netlink.createVeth(name: "eth1", peer: VethPeer(name: "wan1", namespace: world.vms[3]))
            try world.setUp("eth1", "198.51.100.1/24", world.netlink)
            try await world.eventually("attached") { try programs("eth1") == 1 }
            let link = try #require(try world.netlink.link(named: "eth1")).index
            try world.netlink.removeAddress(IPPrefix("198.51.100.1/24")!, link: link)
            try await world.eventually("detached") { try programs("eth1") == 0 }
            try world.setUp("eth1", "198.51.100.1/24", world.netlink)
            try await world.eventually("attached again") { try programs("eth1") == 1 }
            try world.netlink.delete(index: link)
            try await world.eventually("no pin is left") {
                try PinDirectory.names(in: world.pins + "/links").allSatisfy { !$0.hasPrefix("eth1") }
            }
        }

        // As a hypervisor does it: an interface with the port's name appears, without the agent being asked.
        let name = HostInterfaces.interfaceName(for: port.id)
        let make: @Sendable () throws -> Void = {
            try world.netlink.createVeth(name: name, peer: VethPeer(name: "eth0", namespace: world.vms[0]))
            let inside = try RouteNetlink(in: world.vms[0])
            try inside.setLink(try #require(try inside.link(named: "eth0")).index, up: true, mac: port.macAddress)
        }
        let remove: @Sendable () throws -> Void = {
            if let link = try world.netlink.link(named: name) { try world.netlink.delete(index: link.index) }
        }
        try make()
        try await world.eventually("bound and ACTIVE") { site.port(port.id)?.status == .active }
        #expect(try world.netlink.link(named: name)?.isUp == true)
        try remove()
        try await world.eventually("unbound") { site.port(port.id)?.bindingHostID == "" }

        // Faster than anybody can follow: what vanishes between two looks is no error.
        for round in 0..<60 {
            try make()
            if round.isMultiple(of: 3) { await Task.yield() }
            try remove()
        }
        try make()
        try await world.eventually("ACTIVE after all that") { site.port(port.id)?.status == .active }
        #expect(try await world.status().lastError == "")
        // The VM's end is down: nothing gets through, and nobody says otherwise.
        let inside = try RouteNetlink(in: world.vms[0])
        let far = try #require(try inside.link(named: "eth0")).index
        try inside.setLink(far, up: false)
        try await world.eventually("DOWN") { site.port(port.id)?.status == .down }
        #expect(try await world.ports().map(\.reason) == ["its interface is down"])
        try inside.setLink(far, up: true)
        try await world.eventually("ACTIVE again") { site.port(port.id)?.status == .active }
        try remove()
        try await world.eventually("no pin is left of the port") {
            try PinDirectory.names(in: world.pins + "/links").allSatisfy { !$0.hasPrefix("tap") }
        }
    }
}
