import Addresses
import AgentProtocol
import Resources
import Testing
import VirtualTopology

@testable import Agent

@Suite struct ManagerSessionTests {
    private static let host = HostDescription(
        tunnelAddress: IPAddress("192.0.2.1")!, underlayMTU: 1500, addresses: [IPAddress("192.0.2.1")!])

    @Test("Nothing is said between hello and welcome; what changed meanwhile is said after it")
    func order() {
        var session = ManagerSession(host: Self.host, interfaces: ["tapa": "a", "tapb": "b"])
        guard case .hello(let hello) = session.hello(hostName: "h", resume: nil) else {
            Issue.record("no hello")
            return
        }
        #expect(hello.interfaces.map(\.interfaceName) == ["tapa", "tapb"])
        var moved = Self.host
        moved.underlayMTU = 9000
        #expect(session.describe(moved, interfaces: ["tapb": "b", "tapc": "c"]) == [])
        #expect(session.report([PortStatusReport(port: PortID(1), active: true)]) == [])
        session.welcomed(to: StoreID(1))
        #expect(
            session.describe(moved, interfaces: ["tapb": "b", "tapc": "c"]) == [
                .interfaceDisappeared(interfaceName: "tapa"),
                .interfaceAppeared(InterfaceAnnouncement(interfaceName: "tapc", port: "c")), .hostChanged(moved),
            ])
        #expect(session.describe(moved, interfaces: ["tapb": "b", "tapc": "c"]) == [])
    }

    @Test("A port's status is said when it is new or changed, and again after the port was another host's")
    func reports() {
        var session = ManagerSession(host: Self.host, interfaces: [:])
        session.welcomed(to: StoreID(1))
        let active = PortStatusReport(port: PortID(1), active: true)
        let down = PortStatusReport(port: PortID(1), active: false, reason: "no interface")
        #expect(session.report([active]) == [.portStatus(active)])
        #expect(session.report([active]) == [])
        #expect(session.report([down]) == [.portStatus(down)])
        session.forget(PortID(1))
        #expect(session.report([down]) == [.portStatus(down)])
    }

    @Test("A refusal holds until the manager takes it back or the interface goes; one that comes too late is nothing")
    func refusals() {
        var session = ManagerSession(host: Self.host, interfaces: ["tapa": "a", "tapb": "b"])
        session.welcomed(to: StoreID(1))
        session.take(InterfaceAnswer(interfaceName: "tapa", result: .refused(.unknownPort), detail: "no port a"))
        session.take(InterfaceAnswer(interfaceName: "tapb", result: .refused(.ambiguous)))
        #expect(session.refusals == ["tapa": "no port a", "tapb": "ambiguous"])
        session.take(InterfaceAnswer(interfaceName: "tapa", result: .port(PortID(1))))
        _ = session.describe(Self.host, interfaces: [:])
        #expect(session.refusals == [:])
        session.take(InterfaceAnswer(interfaceName: "tapb", result: .refused(.ambiguous)))
        #expect(session.refusals == [:])
    }

    @Test("An update takes effect with its last part; parts of two updates don't mix")
    func parts() throws {
        var session = ManagerSession(host: Self.host, interfaces: [:])
        session.welcomed(to: StoreID(1))
        let first = TopologyUpdate(
            revision: 5, isSnapshot: true, delta: TopologyDelta(changed: [.bridge(1)]), isLast: false)
        var second = first
        second.delta = TopologyDelta(changed: [.bridge(2)])
        second.isLast = true
        #expect(try session.take(first, held: nil) == nil)
        #expect(try session.take(second, held: nil)?.delta.changed == [.bridge(1), .bridge(2)])
        #expect(try session.take(first, held: nil) == nil)
        second.revision = 6
        #expect(throws: WireError.self) { try session.take(second, held: nil) }
    }

    @Test("A step is taken only from what the agent holds: never on top of another store's topology")
    func steps() throws {
        let step = TopologyUpdate(revision: 5, isSnapshot: false, delta: TopologyDelta(changed: [.bridge(1)]))
        var session = ManagerSession(host: Self.host, interfaces: [:])
        #expect(throws: WireError.self) { try session.take(step, held: nil) }
        session.welcomed(to: StoreID(1))
        #expect(throws: WireError.self) { try session.take(step, held: nil) }
        #expect(throws: WireError.self) { try session.take(step, held: StoreID(2)) }
        #expect(try session.take(step, held: StoreID(1)) == step)
    }
}
