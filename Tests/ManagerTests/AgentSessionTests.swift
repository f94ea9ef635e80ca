import Addresses
import AgentProtocol
import Resources
import Testing
import VirtualTopology

@testable import Manager

@Suite("A session's state machine")
struct AgentSessionTests {
    static let description = HostDescription(
        tunnelAddress: IPAddress("192.0.2.1")!, underlayMTU: 1500, addresses: [IPAddress("192.0.2.1")!])
    static let tap = InterfaceAnnouncement(interfaceName: "tap0", port: "00000000-00")
    static let welcome = Welcome(
        hostID: HostID(1), hostName: "h", storeID: StoreID(2), heartbeatSeconds: 3, resumed: false)

    static func hello(_ interfaces: [InterfaceAnnouncement] = []) -> Hello {
        Hello(hostName: "h", host: description, resume: nil, interfaces: interfaces)
    }

    static func update(_ revision: UInt64, snapshot: Bool = false) -> TopologyUpdate {
        TopologyUpdate(revision: revision, isSnapshot: snapshot, delta: TopologyDelta())
    }

    /// Open, with the snapshot of revision 5 in flight.
    static func opened(_ interfaces: [InterfaceAnnouncement] = []) -> AgentSession {
        var session = AgentSession()
        _ = session.on(.message(.hello(hello(interfaces))))
        _ = session.on(.opened(welcome, position: nil))
        _ = session.on(.stepped(.update(update(5, snapshot: true))))
        return session
    }

    static func isFailure(_ effects: [AgentSession.Effect]) -> Bool {
        guard effects.count == 1, case .fail(_)? = effects.first else { return false }
        return true
    }

    @Test("Hello comes first, once")
    func helloFirst() {
        var early = AgentSession()
        #expect(Self.isFailure(early.on(.message(.heartbeat))))
        #expect(early.on(.message(.hello(Self.hello()))) == [])

        var session = AgentSession()
        #expect(session.on(.message(.hello(Self.hello([Self.tap])))) == [.open(Self.hello([Self.tap]))])
        #expect(
            session.on(.opened(Self.welcome, position: 4))
                == [.send(.welcome(Self.welcome)), .step(after: 4), .bind(Self.tap)])
        #expect(Self.isFailure(session.on(.message(.hello(Self.hello())))))
    }

    @Test("One update is in flight; the next one follows its acknowledgement")
    func oneInFlight() {
        var session = Self.opened()
        #expect(session.on(.topologyChanged) == [])
        #expect(session.on(.message(.acknowledge(revision: 4))) == [])
        #expect(session.on(.message(.acknowledge(revision: 5))) == [.acknowledged(5), .step(after: 5)])
        #expect(session.on(.stepped(.update(Self.update(9)))) == [.send(.update(Self.update(9)))])
        #expect(session.on(.stepped(.update(Self.update(9)))) == [], "a second answer is stale")
        #expect(session.on(.message(.acknowledge(revision: 9))) == [.acknowledged(9), .step(after: 9)])
        #expect(session.on(.stepped(.caughtUp)) == [])
        #expect(session.on(.topologyChanged) == [.step(after: 9)])
    }

    @Test("A rejected delta is followed by a snapshot; a rejected snapshot waits for a change")
    func rejection() {
        var session = Self.opened()
        _ = session.on(.message(.acknowledge(revision: 5)))
        _ = session.on(.stepped(.update(Self.update(6))))
        #expect(
            session.on(.message(.reject(revision: 6, reason: "no"))) == [.rejected(6, reason: "no"), .step(after: nil)])
        _ = session.on(.stepped(.update(Self.update(6, snapshot: true))))
        #expect(session.on(.message(.reject(revision: 6, reason: "no"))) == [.rejected(6, reason: "no")])
        #expect(session.on(.topologyChanged) == [.step(after: nil)])
    }

    @Test("A refused interface is tried again when ports change, and answered anew only if the answer is another")
    func refusedInterface() {
        var session = Self.opened([Self.tap])
        let refusal = InterfaceAnswer(interfaceName: "tap0", result: .refused(.unknownPort))
        #expect(
            session.on(.answered(Self.tap, refusal)) == [.send(.interfaceAnswer(refusal)), .awaitPorts(true)])
        #expect(session.on(.portsChanged) == [.bind(Self.tap)])
        #expect(session.on(.answered(Self.tap, refusal)) == [])
        let success = InterfaceAnswer(interfaceName: "tap0", result: .port(PortID(3)))
        #expect(session.on(.answered(Self.tap, success)) == [.awaitPorts(false), .send(.interfaceAnswer(success))])
        #expect(session.on(.portsChanged) == [])
    }

    @Test("An interface that went away while it was bound is unbound")
    func vanishedInterface() {
        var session = Self.opened([Self.tap])
        #expect(
            session.on(.message(.interfaceDisappeared(interfaceName: "tap0"))) == [.unbind(interfaceName: "tap0")])
        let success = InterfaceAnswer(interfaceName: "tap0", result: .port(PortID(3)))
        #expect(session.on(.answered(Self.tap, success)) == [.unbind(interfaceName: "tap0")])
    }

    @Test("A heartbeat is answered")
    func heartbeat() {
        var session = Self.opened()
        #expect(session.on(.message(.heartbeat)) == [.send(.heartbeat)])
    }
}
