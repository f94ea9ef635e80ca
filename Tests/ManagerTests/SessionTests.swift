import Addresses
import AgentProtocol
import GRPCCore
import Resources
import StateStore
import Synchronization
import Testing
import VirtualTopology

@testable import Manager

@Suite("Agents' streams", .timeLimit(.minutes(1)))
struct SessionTests {
    @Test("A host hears only of its slice")
    func isolation() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let mine = try await manager.site.makeNetwork("mine")
                let other = try await manager.site.makeNetwork("other")
                let myPort = try await manager.site.makePort(mine.id, host: "h1")
                let h1 = try await manager.join("h1")
                let h2 = try await manager.join("h2", tunnelAddress: "192.0.2.2")
                let a1 = try manager.connect(h1)
                let a2 = try manager.connect(h2)
                _ = try await a1.open(h1.hello())
                _ = try await a2.open(h2.hello())
                let s1 = try await a1.nextUpdate()
                let s2 = try await a2.nextUpdate()
                #expect(Set(s1.delta.changed.map(\.key)) == [.host(h1.id), .bridge(mine.id), .port(myPort.id)])
                #expect(s2.delta.isEmpty)
                a1.send(.acknowledge(revision: s1.revision))
                a2.send(.acknowledge(revision: s2.revision))

                // A hundred changes of the other network, then one of mine: mine is the next that h1 hears.
                for _ in 0..<100 { _ = try await manager.site.makePort(other.id) }
                let otherPort = try await manager.site.makePort(other.id, host: "h2")
                let u2 = try await a2.nextUpdate()
                #expect(u2.delta.changed.contains { $0.key == .port(otherPort.id) })
                #expect(!u2.delta.changed.contains { $0.key == .bridge(mine.id) || $0.key == .host(h1.id) })
                _ = try await manager.site.update(myPort.id) { $0.adminStateUp = .set(false) }
                let u1 = try await a1.nextUpdate()
                #expect(u1.delta.changed.map(\.key) == [.port(myPort.id)])
                #expect(u1.delta.removed == [])
                await a1.close()
                await a2.close()
            }
        }
    }

    @Test("An agent that comes back resumes from its revision: it gets the deltas in between only")
    func resumes() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id, host: "h1")
                let host = try await manager.join("h1")
                let first = try manager.connect(host)
                let welcome = try await first.open(host.hello())
                let snapshot = try await first.nextUpdate()
                let slice = Topology(snapshot.delta.changed)
                first.send(.acknowledge(revision: snapshot.revision))
                await first.kill()

                let more = try await manager.site.makePort(network.id)
                let resume = Resume(
                    storeID: welcome.storeID, revision: snapshot.revision, digest: try slice.digest)
                let second = try manager.connect(host)
                #expect(try await second.open(host.hello(resume: resume)).resumed)
                let delta = try await second.nextUpdate()
                #expect(!delta.isSnapshot)
                #expect(delta.delta.changed.map(\.key) == [.port(more.id)])
                var now = slice
                now.apply(delta.delta)
                #expect(now[.port(port.id)] != nil)
                await second.close()

                // Of another store, or from the future: all of it.
                for wrong in [
                    Resume(storeID: StoreID(1), revision: snapshot.revision, digest: []),
                    Resume(storeID: welcome.storeID, revision: 1 << 40, digest: []),
                ] {
                    let third = try manager.connect(host)
                    #expect(try await !third.open(host.hello(resume: wrong)).resumed)
                    #expect(try await third.nextUpdate().isSnapshot)
                    await third.close()
                }
            }
        }
    }

    @Test("After the manager's restart, an agent that holds what it should gets nothing, any other a snapshot")
    func managerRestarts() async throws {
        try await withTemporaryDirectory { directory in
            let (host, network, resume) = try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                _ = try await manager.site.makePort(network.id, host: "h1")
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                let welcome = try await agent.open(host.hello())
                let snapshot = try await agent.nextUpdate()
                agent.send(.acknowledge(revision: snapshot.revision))
                return (
                    host, network.id,
                    Resume(
                        storeID: welcome.storeID, revision: snapshot.revision,
                        digest: try Topology(snapshot.delta.changed).digest)
                )
            }
            try await TestManager.run(in: directory) { manager in
                // Something that does not concern the host.
                _ = try await manager.site.makeNetwork("other")
                let agent = try manager.connect(host)
                #expect(try await agent.open(host.hello(resume: resume)).resumed)
                let port = try await manager.site.makePort(network)
                let update = try await agent.nextUpdate()
                #expect(!update.isSnapshot)
                #expect(update.delta.changed.map(\.key) == [.port(port.id)])
                await agent.close()

                let stale = try manager.connect(host)
                var old = resume
                old.digest[0] ^= 1
                old.revision -= 1
                #expect(try await !stale.open(host.hello(resume: old)).resumed)
                #expect(try await stale.nextUpdate().isSnapshot)
                await stale.close()
            }
        }
    }

    @Test("A newer stream of the host ends the older one, and the host stays alive")
    func superseded() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let host = try await manager.join("h1")
                let old = try manager.connect(host)
                _ = try await old.open(host.hello())
                let new = try manager.connect(host)
                _ = try await new.open(host.hello())
                #expect(await old.failure()?.code == .aborted)
                #expect(manager.state(host)?.alive == true)
                #expect(try await new.nextUpdate().isSnapshot)
                await new.close()
                #expect(try await eventually { manager.state(host)?.alive == false })
            }
        }
    }

    @Test("An agent that does not acknowledge gets no more; then what it missed in one, or a snapshot if it was much")
    func slowAgent() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id, host: "h1")
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                let snapshot = try await agent.nextUpdate()
                for index in 0..<20 {
                    _ = try await manager.site.update(port.id) { $0.adminStateUp = .set(index % 2 == 0) }
                }
                agent.send(.acknowledge(revision: snapshot.revision))
                let merged = try await agent.nextUpdate()
                #expect(!merged.isSnapshot)
                #expect(merged.delta.changed.count == 1, "twenty steps of one port are one")

                for index in 0..<(HostFeed.minimumHistory + 10) {
                    _ = try await manager.site.update(port.id) { $0.adminStateUp = .set(index % 2 == 0) }
                }
                agent.send(.acknowledge(revision: merged.revision))
                let fresh = try await agent.nextUpdate()
                #expect(fresh.isSnapshot)
                #expect(fresh.delta.changed.count == 3)
                await agent.close()
            }
        }
    }

    @Test("A rejected delta is followed by a snapshot")
    func rejection() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id, host: "h1")
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                agent.send(.acknowledge(revision: try await agent.nextUpdate().revision))
                _ = try await manager.site.update(port.id) { $0.adminStateUp = .set(false) }
                agent.send(.reject(revision: try await agent.nextUpdate().revision, reason: "test"))
                #expect(try await agent.nextUpdate().isSnapshot)
                await agent.close()
            }
        }
    }

    @Test("A large slice comes in parts")
    func largeSnapshot() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                _ = try await manager.site.makeSubnet(network.id, "10.0.0.0/16")
                let context = manager.site.context
                let label = String(repeating: "x", count: 60)
                try await manager.site.controller.write { (inventory, random) throws(ResourceError) in
                    var transaction = try inventory.settingQuota(
                        of: context.projectID, [.port: Quota.unlimited], force: false, context: context, using: &random
                    ).1
                    var later = inventory
                    later.apply(transaction.changes)
                    for index in 0..<1500 {
                        var draft = PortDraft()
                        draft.networkID = network.id
                        draft.bindingHostID = "h1"
                        draft.dnsName = "\(label).\(label).\(label).vm\(index)"
                        let (_, step) = try later.creating(port: draft, context: context, using: &random)
                        later.apply(step.changes)
                        transaction.append(step)
                    }
                    return ((), transaction)
                }
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                var parts = 0
                var assembler = UpdateAssembler()
                var whole: TopologyUpdate?
                while whole == nil {
                    guard case .update(let part) = try await agent.next() else { continue }
                    parts += 1
                    whole = try assembler.add(part)
                }
                #expect(parts > 1)
                #expect(whole?.delta.changed.count == 1502)
                await agent.close()
            }
        }
    }

    @Test("A silent agent is given up after three heartbeats; one that beats is answered and stays")
    func silence() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory, configure: { $0.heartbeat = .seconds(1) }) { manager in
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                for _ in 0..<10 {
                    try await Task.sleep(for: .milliseconds(400))
                    agent.send(.heartbeat)
                }
                #expect(manager.state(host)?.alive == true)
                #expect(await agent.failure()?.code == .deadlineExceeded)
                #expect(try await eventually { manager.state(host)?.alive == false })
            }
        }
    }

    @Test("A host whose tunnel address another one has is refused, with the reason")
    func conflictingHost() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let h1 = try await manager.join("h1")
                let h2 = try await manager.join("h2")
                let a1 = try manager.connect(h1)
                _ = try await a1.open(h1.hello())
                let a2 = try manager.connect(h2)
                a2.send(h2.hello())
                let error = await a2.failure()
                #expect(error?.code == .failedPrecondition)
                #expect(error?.message.contains("192.0.2.1") == true)
                await a1.close()
            }
        }
    }

    @Test("Agents are told when the manager stops; a second manager on the same directory is refused meanwhile")
    func stopping() async throws {
        try await withTemporaryDirectory { directory in
            let left = try await TestManager.run(in: directory) { manager in
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                await #expect(throws: StoreError.inUse(path: "\(directory)/state.sqlite")) {
                    try await TestManager.run(in: directory) { _ in }
                }
                return agent
            }
            #expect(await left.failure()?.code == .unavailable)
            // And the directory is free again.
            try await TestManager.run(in: directory) { manager in
                #expect(manager.service.controller.hosts.map(\.record.name) == ["h1"])
            }
        }
    }
}
