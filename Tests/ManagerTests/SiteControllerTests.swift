import Addresses
import AgentProtocol
import Resources
import StateStore
import Testing
import VirtualTopology

@testable import Manager

@Suite("The site's controller")
struct SiteControllerTests {
    @Test("A restart keeps everything: resources, claims, the store's identity")
    func restart() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/state.sqlite"
            let store = try SQLiteStore(path: path)
            let site = try await Site(store)
            let network = try await site.makeNetwork("größe")
            _ = try await site.makeSubnet(network.id, "10.0.0.0/24")
            let port = try await site.makePort(network.id)
            let before = site.controller.read { Set($0.resources) }
            await store.close()

            let reopened = try SQLiteStore(path: path)
            let again = try await Site(reopened)
            #expect(again.controller.read { Set($0.resources) } == before)
            #expect(again.controller.storeID == site.controller.storeID)
            let revisions = (site.controller.readWithRevision { _ in }.1, again.controller.readWithRevision { _ in }.1)
            #expect(revisions.0 == revisions.1)
            // The claims are there, too.
            await #expect(throws: ResourceError.self) { try await again.makeNetwork(vni: Int(network.vni.value)) }
            #expect(again.port(port.id)?.fixedIPs == port.fixedIPs)
            await reopened.close()
        }
    }

    @Test("Deleting everything leaves no resource and no claim in the store")
    func deletingAll() async throws {
        let store = InMemoryStore()
        let site = try await Site(store)
        let network = try await site.makeNetwork()
        _ = try await site.makeSubnet(network.id, "10.0.0.0/24")
        let port = try await site.makePort(network.id)
        try await site.delete(port.id)
        try await site.controller.write { [context = site.context] (inventory, _) throws(ResourceError) in
            ((), try inventory.deleting(network: network.id, context: context))
        }
        // The port brought its project a default security group, which is the project's from then on.
        try await site.controller.write { [context = site.context] (inventory, _) throws(ResourceError) in
            let group = inventory.defaultSecurityGroup(of: port.standard.projectID)?.id ?? SecurityGroupID(0)
            return ((), try inventory.deleting(securityGroup: group, context: context))
        }
        let left = try await store.entries(under: "").entries.map(\.key.path)
        #expect(left.sorted() == ["site/head", "site/store-id"])
    }

    @Test("A refused plan changes nothing")
    func refusal() async throws {
        let store = InMemoryStore()
        let site = try await Site(store)
        let before = try await store.revision
        await #expect(throws: ResourceError.self) { try await site.makePort(NetworkID(1)) }
        #expect(try await store.revision == before)
        #expect(site.controller.read { $0.isEmpty })
    }

    @Test("A commit that fails leaves nothing behind, and the next write works")
    func failedCommit() async throws {
        let store = FailingStore()
        let site = try await Site(store)
        store.failNext(.before(.diskFull))
        await #expect(throws: StoreError.diskFull) { try await site.makeNetwork(vni: 5) }
        #expect(site.controller.read { $0.isEmpty })
        #expect(try await store.entries(under: "claim").entries.isEmpty)
        let network = try await site.makeNetwork(vni: 5)
        #expect(network.vni.value == 5)
    }

    @Test("A commit whose outcome is unknown is looked up before the next write")
    func unknownOutcome() async throws {
        let store = FailingStore()
        let site = try await Site(store)
        store.failNext(.after(.unavailable("lost")))
        await #expect(throws: StoreError.unavailable("lost")) { try await site.makeNetwork("first", vni: 5) }
        await #expect(throws: ResourceError.self, "it took effect") { try await site.makeNetwork("second", vni: 5) }
        #expect(site.controller.read { $0.networks.values.map(\.standard.name) } == ["first"])
    }

    @Test("A write that another manager overtook is planned again on what that one wrote")
    func overtaken() async throws {
        let store = FailingStore()
        let one = try await Site(store.base)
        let other = try await Site(store)
        let first = try await one.makeNetwork("first", vni: 5)
        // `other` has not seen it: its plan expects the head as it was.
        let second = try await other.makeNetwork("second")
        #expect(second.vni != first.vni)
        #expect(other.controller.read { $0.networks.count } == 2)
        await #expect(throws: ResourceError.self) { try await other.makeNetwork(vni: 5) }
    }

    @Test("Many writers at once: each is answered, all claims are distinct")
    func concurrentWrites() async throws {
        let site = try await Site(InMemoryStore())
        let network = try await site.makeNetwork()
        _ = try await site.makeSubnet(network.id, "10.0.0.0/23")
        let ports = try await withThrowingTaskGroup(of: Port.self) { group in
            for _ in 0..<200 { group.addTask { try await site.makePort(network.id) } }
            return try await group.reduce(into: [Port]()) { $0.append($1) }
        }
        #expect(Set(ports.flatMap(\.fixedIPs)).count == 200)
        #expect(Set(ports.map(\.number)).count == 200)
        #expect(site.controller.read { $0.ports.count } == 200)
    }

    @Test("Claims that don't fit the resources are repaired at the start")
    func repair() async throws {
        let store = InMemoryStore()
        let site = try await Site(store)
        let network = try await site.makeNetwork(vni: 5)
        _ = try await store.commit([
            .delete(try StoreKey("claim/vni/5")), .put(try StoreKey("claim/vni/6"), []),
        ])
        let again = try await Site(store)
        #expect(try await store.entries(under: "claim").entries.map(\.key.path) == ["claim/vni/5"])
        #expect(again.controller.read { $0.networks[network.id] } == network)
    }

    @Test("What this program did not write is refused, and named")
    func foreignEntry() async throws {
        let store = InMemoryStore()
        _ = try await store.commit([.put(try StoreKey("network/\(NetworkID(1))"), Array("{}".utf8))])
        do {
            _ = try await Site(store)
            Issue.record("it was loaded")
        } catch {
            #expect("\(error)".contains("network/\(NetworkID(1))"))
        }
    }

    @Test("The underlay's MTU is the least of the hosts', 1500 without any")
    func underlayMTU() async throws {
        let site = try await Site(InMemoryStore())
        #expect(site.controller.underlayMTU == 1500)
        for (index, mtu) in [UInt16(9000), 1450].enumerated() {
            try await site.controller.describe(
                EnrolledHost(id: HostID(UInt128(index + 1)), name: "h\(index)", joinedAt: Timestamp(seconds: 0)),
                HostDescription(tunnelAddress: IPAddress("192.0.2.\(index + 1)")!, underlayMTU: mtu, addresses: []))
        }
        #expect(site.controller.underlayMTU == 1450)
        #expect(site.controller.hosts.map(\.record.name) == ["h0", "h1"])
        #expect(site.controller.hosts.allSatisfy { !$0.alive && $0.lastSeen == nil })
    }
}
