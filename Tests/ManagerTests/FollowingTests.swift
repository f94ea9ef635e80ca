import Addresses
import AgentProtocol
import Resources
import SeededRandom
import StateStore
import Testing
import VirtualTopology

@testable import Manager

@Suite("Following a site")
struct FollowingTests {
    /// Hosts that follow with any lag hold, whenever they have caught up, exactly what translation ① and the slicing give
    /// from scratch (incremental = from scratch).
    @Test("Whatever the site does, a host that caught up holds its slice", arguments: 0..<6)
    func followers(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let site = try await Site(InMemoryStore())
        var networks: [Network] = []
        for index in 0..<3 {
            let network = try await site.makeNetwork("n\(index)")
            _ = try await site.makeSubnet(network.id, "10.\(index).0.0/24")
            networks.append(network)
        }
        var hosts: [HostID: (position: UInt64?, slice: Topology)] = [:]
        for index in 1...3 {
            let host = EnrolledHost(id: HostID(UInt128(index)), name: "h\(index)", joinedAt: Timestamp(seconds: 0))
            try await site.controller.describe(
                host,
                HostDescription(tunnelAddress: IPAddress("192.0.2.\(index)")!, underlayMTU: 1500, addresses: []))
            _ = try site.controller.openSession(host.id, resume: nil, signal: SessionSignal())
            hosts[host.id] = (nil, Topology())
        }
        let router = try await site.controller.write {
            [context = site.context] (inventory, random) throws(ResourceError) in
            try inventory.creating(router: RouterDraft(), context: context, using: &random)
        }

        for step in 0..<80 {
            try await act(on: site, networks, router.id, &random)
            for (host, state) in hosts where step == 79 || Int.random(in: 0..<6, using: &random) == 0 {
                var state = state
                if case .update(let update) = site.controller.step(of: host, after: state.position) {
                    if update.isSnapshot { state.slice = Topology() }
                    state.slice.apply(update.delta)
                    state.position = update.revision
                }
                let expected = site.controller.read { inventory in
                    let topology = TopologyTranslation.topology(of: inventory)
                    return TopologySlices(topology).snapshot(for: host, of: topology)
                }
                #expect(state.slice == expected, "step \(step)")
                hosts[host] = state
            }
        }
        #expect(try await SiteController(store: site.store).read { $0.count } == site.controller.read { $0.count })
    }

    private func act(
        on site: Site, _ networks: [Network], _ router: RouterID, _ random: inout SplitMix64
    ) async throws {
        let network = networks.randomElement(using: &random)!
        let host = ["", "h1", "h2", "h3", "nowhere"].randomElement(using: &random)!
        let plain = site.controller.read { $0.ports.values.filter { $0.interfaceOfRouter == nil }.map(\.id).sorted() }
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: _ = try await site.makePort(network.id, host: host)
        case 3...4:
            guard let id = plain.randomElement(using: &random) else { return }
            _ = try await site.update(id) { $0.bindingHostID = .set(host) }
        case 5:
            guard let id = plain.randomElement(using: &random) else { return }
            try await site.delete(id)
        default:
            let context = site.context
            do {
                try await site.controller.write { (inventory, random) throws(ResourceError) in
                    guard let subnet = inventory.subnetIDs(of: network.id).first else { return ((), Transaction()) }
                    if inventory.interfaceIDs(on: subnet).isEmpty {
                        return (
                            (),
                            try inventory.addingInterface(to: router, subnet: subnet, context: context, using: &random)
                                .1
                        )
                    }
                    return ((), try inventory.removingInterface(from: router, subnet: subnet, context: context).1)
                }
            } catch let error as ResourceError {
                // The gateway's address may be taken; that is not what is tested here.
                #expect(error.status == 409 || error.status == 400)
            }
        }
    }
}
