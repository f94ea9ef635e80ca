import Addresses
import AgentProtocol
import Foundation
import Resources
import SeededRandom
import SwiftProtobuf
import Testing
import VirtualTopology

@Suite("The agents' protocol")
struct WireTests {
    @Test("Every object and key survives the wire", arguments: 0..<8)
    func objectsRoundTrip(seed: UInt64) throws {
        var random = RandomTopology(seed: seed)
        for _ in 0..<200 {
            let object = random.object()
            let bytes: [UInt8] = try WireTopologyObject(object).serializedBytes()
            #expect(try TopologyObject(WireTopologyObject(serializedBytes: bytes)) == object)
            let keyBytes: [UInt8] = try WireTopologyKey(object.key).serializedBytes()
            #expect(try TopologyKey(WireTopologyKey(serializedBytes: keyBytes)) == object.key)
        }
    }

    @Test("Every message survives the wire", arguments: 0..<8)
    func messagesRoundTrip(seed: UInt64) throws {
        var random = RandomTopology(seed: seed)
        for _ in 0..<200 {
            let fromAgent = random.agentMessage()
            let agentBytes: [UInt8] = try WireAgentMessage(fromAgent).serializedBytes()
            #expect(try AgentMessage(WireAgentMessage(serializedBytes: agentBytes)) == fromAgent)
            let fromManager = random.managerMessage()
            let managerBytes: [UInt8] = try WireManagerMessage(fromManager).serializedBytes()
            #expect(try ManagerMessage(WireManagerMessage(serializedBytes: managerBytes)) == fromManager)
        }
    }

    @Test("Random bytes are refused or understood, never fatal")
    func randomBytes() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            guard let wire = try? WireManagerMessage(serializedBytes: bytes) else { continue }
            _ = try? ManagerMessage(wire)
        }
    }

    static let vm = WireTopologyObject.with {
        $0.port.id = Data(count: 16)
        $0.port.mac = Data(count: 6)
        $0.port.vm.bridge = Data(count: 16)
        $0.port.vm.addresses = [Data(count: 4), Data(count: 16)]
    }

    @Test("A value that its kind does not allow is refused, and the field named")
    func invalidFields() {
        func field(_ change: (inout WireTopologyObject) -> Void) -> String? {
            var wire = Self.vm
            change(&wire)
            do throws(WireError) {
                _ = try TopologyObject(wire)
                return nil
            } catch {
                return error.field
            }
        }
        #expect(field { _ in } == nil)
        #expect(field { $0.object = nil } == "object")
        #expect(field { $0.port.id = Data(count: 15) } == "port.id")
        #expect(field { $0.port.mac = Data() } == "port.mac")
        #expect(field { $0.port.role = nil } == "port.role")
        #expect(field { $0.port.vm.addresses[1] = Data(count: 5) } == "port.vm.addresses[1]")
        #expect(field { $0.port.vm.host = Data([1]) } == "port.vm.host")
        #expect(
            field { $0.port.vm.allowedAddressPairs = [.with { $0.mac = Data(count: 6) }] }
                == "port.vm.allowed_address_pairs[0].prefix")
        #expect(field { $0.bridge = .with { $0.id = Data(count: 16) } } == "bridge.vni")
        #expect(
            field {
                $0.bridge = .with {
                    $0.id = Data(count: 16)
                    $0.vni = 1
                    $0.mtu = 65_536
                }
            } == "bridge.mtu")
        #expect(
            field {
                $0.route.router = Data(count: 16)
                $0.route.destination = .with {
                    $0.address = Data(count: 4)
                    $0.length = 33
                }
            } == "route.destination.length")
    }

    @Test("A snapshot that removes something is refused")
    func snapshotWithRemovals() {
        let wire = WireManagerMessage.with {
            $0.update.snapshot = true
            $0.update.removed = [.with { $0.host = Data(count: 16) }]
        }
        #expect(throws: WireError("update.removed", .invalid("a snapshot removes nothing"))) {
            try ManagerMessage(wire)
        }
    }

    @Test("A large update goes in parts below the limit and comes together again")
    func parts() throws {
        var random = RandomTopology(seed: 1)
        var topology = Topology()
        topology.apply(TopologyDelta(changed: (0..<5_000).map { _ in random.object() }))
        let update = TopologyUpdate(
            revision: 9, isSnapshot: false,
            delta: TopologyDelta(
                changed: Array(topology.objects.values), removed: (0..<500).map { _ in random.key() }))
        let parts = Array(UpdateParts(update, targetBytes: 20_000))
        #expect(parts.count > 10)
        var assembler = UpdateAssembler()
        var results: [TopologyUpdate] = []
        for part in parts {
            let bytes: [UInt8] = try part.serializedBytes()
            #expect(bytes.count < 22_000)
            guard case .update(let read) = try ManagerMessage(WireManagerMessage(serializedBytes: bytes)) else {
                Issue.record("not an update")
                continue
            }
            if let whole = try assembler.add(read) { results.append(whole) }
        }
        #expect(results == [update])
    }

    @Test("An empty update is one message")
    func emptyUpdate() throws {
        let update = TopologyUpdate(revision: 3, isSnapshot: true, delta: TopologyDelta())
        let parts = Array(UpdateParts(update))
        #expect(try parts.map { try ManagerMessage($0) } == [.update(update)])
    }

    @Test("Parts of two updates don't mix")
    func mixedParts() throws {
        var assembler = UpdateAssembler()
        let first = TopologyUpdate(revision: 1, isSnapshot: false, delta: TopologyDelta(), isLast: false)
        #expect(try assembler.add(first) == nil)
        #expect(throws: WireError.self) {
            try assembler.add(TopologyUpdate(revision: 2, isSnapshot: false, delta: TopologyDelta()))
        }
    }

    @Test("The digest depends on the objects alone, not on their order")
    func digest() throws {
        var random = RandomTopology(seed: 4)
        let objects = (0..<100).map { _ in random.object() }
        let digest = try Topology(objects).digest
        #expect(try Topology(objects.reversed()).digest == digest)
        #expect(try Topology(objects.dropLast()).digest != digest)
        #expect(digest.count == 32)
    }

    @Test("A join token survives its text, and its description has no secret")
    func joinToken() throws {
        let token = JoinToken(
            joinEndpoints: ["10.0.0.1:9698", "[2001:db8::1]:9698"], secret: Array(repeating: 0xfb, count: 32),
            caCertificate: [1, 2, 3])
        let text = try token.text
        #expect(text.hasPrefix("tombolo-join-"))
        #expect(text.dropFirst(13).allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        #expect(try JoinToken(text: text) == token)
        #expect("\(token)" == "join token for 10.0.0.1:9698, [2001:db8::1]:9698")
        for damaged in ["", "tombolo-join-", String(text.dropLast(20)), "tombolo-join-!!!", "x" + text] {
            #expect(throws: WireError.self) { try JoinToken(text: damaged) }
        }
    }
}
