import Addresses
import Foundation
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playFailures(in world: World) async throws {
        let port = try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let port = try await site.makePort(network)
            let elsewhere = try await site.makePort(network, host: "h9")
            try await world.withAgent {
                try await world.eventually("connected") { try await world.status().connected }
                let vm = world.vms[0].name ?? ""
                try await expectRefusal(world, port.id.description, "no-such-ns", "netns 'no-such-ns'")
                try await expectRefusal(world, port.id.description, "/no/such/file", "netns '/no/such/file'")
                try await expectRefusal(world, port.id.description, "/etc/hostname", "netns '/etc/hostname'")
                try await expectRefusal(world, port.id.description, "../../etc/hostname", "netns")
                try await expectRefusal(world, port.id.description, "\(getpid())", "the host's own namespace")
                try await expectRefusal(world, port.id.description, "2147483000", "netns '2147483000'")
                try await expectRefusal(world, "nonsense", vm, "no port id")
                try await expectRefusal(world, PortID(UInt128.max / 3).description, vm, "no port")
                try await expectRefusal(world, elsewhere.id.description, vm, "bound to host h9")
                try await expectRefusal(world, port.id.description, vm, "has an interface 'lo'", interface: "lo")
                try await expectRefusal(world, port.id.description, vm, "1 to 15 bytes", interface: "a-name-of-16-byte")
                try await expectRefusal(world, port.id.description, vm, "Invalid argument", interface: "a/b")
                #expect(site.port(port.id)?.bindingHostID == "")

                // Invariant 11: an interface that somebody else made keeps its name and its life.
                let name = HostInterfaces.interfaceName(for: port.id)
                let foreign = try world.netlink.createVeth(
                    name: name, peer: VethPeer(name: "theirs", namespace: world.vms[1]))
                try await expectRefusal(world, port.id.description, vm, "not touched", leaves: [name])
                await #expect(throws: ControlClient.Failure.self) { try await world.unplug(port.id) }
                #expect(try world.netlink.link(index: foreign.index)?.name == name)
                try world.netlink.delete(index: foreign.index)
                try await world.eventually("unbound") { site.port(port.id)?.bindingHostID == "" }

                // Once plugged, elsewhere is an error that does not hurt where it is.
                try await world.plug(port.id, into: vm)
                try await expectRefusal(
                    world, port.id.description, world.vms[1].name ?? "", "unplug it first", leaves: [name])
                try await expectRefusal(
                    world, port.id.description, vm, "unplug it first", interface: "eth9", leaves: [name])
                #expect(try await world.ports().allSatisfy(\.active))
                try await world.unplug(port.id)
            }
            return port
        }
        // Without a manager.
        try await world.withAgent {
            try await expectRefusal(
                world, port.id.description, world.vms[0].name ?? "", "after 1 s: the manager does not answer")
            #expect(try await world.status().lastError == "")
        }
        // The pins' place.
        for (pins, says) in [("/tmp", "BPF filesystem"), (world.directory + "/bpf/a.b", "a.b")] {
            let error = await #expect(throws: (any Error).self) {
                try await world.runAgent { $0.pinDirectory = pins + "/x" }
            }
            #expect(error.map { "\($0)" }?.contains(says) == true, "\(String(describing: error))")
        }
        // Never joined, and nothing to join with.
        let error = await #expect(throws: AgentError.self) {
            try await world.runAgent {
                $0.dataDirectory = world.directory + "/another"
                $0.joinToken = nil
            }
        }
        #expect(error?.description.contains("--join-token") == true)
    }

    private func expectRefusal(
        _ world: World, _ port: String, _ namespace: String, _ says: String, interface: String = "eth0",
        leaves: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let request = PlugRequest(port: port, namespace: namespace, interfaceName: interface, timeoutSeconds: 1)
        do {
            _ = try await world.ask(.plug(request))
            Issue.record("plugged", sourceLocation: sourceLocation)
        } catch let error as ControlClient.Failure {
            #expect("\(error)".contains(says), "\(error)", sourceLocation: sourceLocation)
        }
        #expect(
            try Set(world.foreignLinks()) == Set(leaves + [HostInterfaces.ownDevice]), sourceLocation: sourceLocation)
        #expect(try leaves.isEmpty == (RouteNetlink(in: world.vms[0]).link(named: "eth0") == nil) || !leaves.isEmpty)
    }
}
