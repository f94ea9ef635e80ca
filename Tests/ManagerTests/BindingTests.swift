import Addresses
import AgentProtocol
import Resources
import Synchronization
import Testing
import VirtualTopology

@testable import Manager

@Suite("Interfaces and their ports", .timeLimit(.minutes(1)))
struct BindingTests {
    func tap(_ port: PortID) -> InterfaceAnnouncement {
        InterfaceAnnouncement(
            interfaceName: "tap\(port.description.prefix(11))", port: String(port.description.prefix(11)))
    }

    @Test("An announced interface gets its port, the host gets the slice, and the status follows the agent's word")
    func binding() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id)
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                let empty = try await agent.nextUpdate()
                #expect(empty.isSnapshot && empty.delta.isEmpty)
                agent.send(.acknowledge(revision: empty.revision))

                agent.send(.interfaceAppeared(tap(port.id)))
                var slice = Topology()
                var answered = false
                while !answered || slice[.port(port.id)] == nil {
                    switch try await agent.next() {
                    case .interfaceAnswer(let answer):
                        #expect(answer.result == .port(port.id))
                        answered = true
                    case .update(let update):
                        #expect(!update.isSnapshot)
                        slice.apply(update.delta)
                        agent.send(.acknowledge(revision: update.revision))
                    case .welcome, .heartbeat: Issue.record("unexpected")
                    }
                }
                #expect(manager.site.port(port.id)?.bindingHostID == "h1")
                #expect(manager.site.port(port.id)?.status == .down)
                #expect(slice[.bridge(network.id)] != nil)
                #expect(slice[.host(host.id)] != nil)
                #expect(
                    try await eventually { manager.state(host)?.acknowledgedRevision ?? 0 > empty.revision })

                #expect(manager.state(host)?.upToDate == true)

                agent.send(.portStatus(PortStatusReport(port: port.id, active: true)))
                #expect(try await eventually { manager.site.port(port.id)?.status == .active })

                agent.send(.interfaceDisappeared(interfaceName: tap(port.id).interfaceName))
                let gone = try await agent.nextUpdate()
                #expect(manager.state(host)?.upToDate == false)
                agent.send(.acknowledge(revision: gone.revision))
                #expect(try await eventually { manager.state(host)?.upToDate == true })
                #expect(gone.delta.removed.contains(.bridge(network.id)))
                #expect(manager.site.port(port.id)?.bindingHostID == "")
                #expect(manager.site.port(port.id)?.status == .down)
                await agent.close()
            }
        }
    }

    @Test("A binding that someone asked for outlives the interface")
    func requestedBinding() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id, host: "h1")
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                let full = InterfaceAnnouncement(interfaceName: "veth7", port: port.id.description)
                _ = try await agent.open(host.hello([full]))
                #expect(try await agent.nextAnswer().result == .port(port.id))
                agent.send(.portStatus(PortStatusReport(port: port.id, active: true)))
                #expect(try await eventually { manager.site.port(port.id)?.status == .active })
                agent.send(.interfaceDisappeared(interfaceName: "veth7"))
                #expect(try await eventually { manager.site.port(port.id)?.status == .down })
                #expect(manager.site.port(port.id)?.bindingHostID == "h1")
                await agent.close()
            }
        }
    }

    @Test("Unknown, ambiguous, foreign and unpluggable ports are refused with the reason; a port made later is given")
    func refusals() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let foreign = try await manager.site.makePort(network.id, host: "elsewhere")
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                func answer(_ port: String, _ name: String = "tap0") async throws -> InterfaceAnswer.Result {
                    agent.send(.interfaceAppeared(InterfaceAnnouncement(interfaceName: name, port: port)))
                    return try await agent.nextAnswer().result
                }
                #expect(try await answer("00000000-00") == .refused(.unknownPort))
                #expect(try await answer("nonsense") == .refused(.unknownPort))
                #expect(try await answer(foreign.id.description) == .refused(.boundElsewhere))

                // Two ports that look the same in an interface's name.
                let twins = [PortID(0xabcdef12_3400 << 80 | 1), PortID(0xabcdef12_3400 << 80 | 2)]
                for (index, id) in twins.enumerated() {
                    var twin = foreign
                    twin.id = id
                    twin.macAddress = MACAddress(UInt64(0x02_00_00_00_00_10 + index))
                    twin.number = UInt32(9000 + index)
                    twin.bindingHostID = ""
                    let port = twin
                    try await manager.site.controller.write { (inventory, _) throws(ResourceError) in
                        ((), inventory.transaction([.put(.port(port))]))
                    }
                }
                #expect(try await answer("abcdef12-34", "tap1") == .refused(.ambiguous))
                #expect(try await answer(twins[0].description, "tap2") == .port(twins[0]))
                // The one that is left is the prefix's, and so it is given without being asked again.
                try await manager.site.delete(twins[0])
                #expect(try await agent.nextAnswer().result == .port(twins[1]))

                // Freed by its owner: the interface that waited gets it.
                #expect(try await answer(foreign.id.description, "tap3") == .refused(.boundElsewhere))
                _ = try await manager.site.update(foreign.id) { $0.bindingHostID = .set("") }
                while true {
                    let answer = try await agent.nextAnswer()
                    if answer.result == .port(foreign.id) { break }
                }
                #expect(manager.site.port(foreign.id)?.bindingHostID == "h1")
                await agent.close()
            }
        }
    }

    @Test("A host that stays away has its ports down, its bindings kept, and gets them back when it returns")
    func hostLost() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory, configure: { $0.hostGrace = .milliseconds(200) }) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id)
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello([tap(port.id)]))
                #expect(try await agent.nextAnswer().result == .port(port.id))
                agent.send(.portStatus(PortStatusReport(port: port.id, active: true)))
                #expect(try await eventually { manager.site.port(port.id)?.status == .active })
                await agent.kill()
                #expect(try await eventually { manager.site.port(port.id)?.status == .down })
                #expect(manager.site.port(port.id)?.bindingHostID == "h1")
                #expect(manager.state(host)?.alive == false)

                let again = try manager.connect(host)
                _ = try await again.open(host.hello([tap(port.id)]))
                again.send(.portStatus(PortStatusReport(port: port.id, active: true)))
                #expect(try await eventually { manager.site.port(port.id)?.status == .active })
                await again.close()
            }
        }
    }

    @Test("An interface that is gone when the agent returns loses its port")
    func interfaceGoneMeanwhile() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id)
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello([tap(port.id)]))
                #expect(try await agent.nextAnswer().result == .port(port.id))
                await agent.kill()
                let again = try manager.connect(host)
                _ = try await again.open(host.hello())
                #expect(manager.site.port(port.id)?.bindingHostID == "")
                await again.close()
            }
        }
    }

    @Test("A port that is deleted under its interface leaves nothing; the interface gets none until one is made")
    func portDeleted() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let network = try await manager.site.makeNetwork()
                let port = try await manager.site.makePort(network.id)
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello([tap(port.id)]))
                #expect(try await agent.nextAnswer().result == .port(port.id))
                try await manager.site.delete(port.id)
                #expect(manager.site.controller.state.withLock { $0.announcements.isEmpty })
                await agent.close()
            }
        }
    }
}
