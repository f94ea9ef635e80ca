import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct TrunkRuleTests {
    func vlan(_ port: Port, _ id: Int) -> SubPortDraft {
        SubPortDraft(portID: port.id, segmentationType: "vlan", segmentationID: id)
    }

    @Test("sub-ports are added and removed, ordered by VLAN; their ports can't be deleted meanwhile")
    func subPorts() throws {
        var site = Site()
        let network = try site.network()
        let ports = try (0..<4).map { _ in try site.port(network) }
        let trunk = try site.trunk(ports[0], [vlan(ports[1], 200)])
        let more = site.take(
            try site.inventory.addingSubPorts([vlan(ports[2], 100)], to: trunk.id, context: site.context))
        #expect(more.subPorts.map(\.vlan) == [100, 200])
        #expect(more.standard.revisionNumber == 1)
        #expect(site.inventory.trunk(withPort: ports[2].id)?.id == trunk.id)
        expectRefusal(409, "PortInUseAsSubPort") {
            try site.inventory.deleting(port: ports[2].id, context: site.context)
        }
        expectRefusal(409, "PortInUseAsTrunkParent") {
            try site.inventory.deleting(port: ports[0].id, context: site.context)
        }
        let fewer = site.take(
            try site.inventory.removingSubPorts([ports[1].id, ports[2].id], from: trunk.id, context: site.context))
        #expect(fewer.subPorts.isEmpty)
        site.delete(try site.inventory.deleting(trunk: trunk.id, context: site.context))
        for port in ports { site.delete(try site.inventory.deleting(port: port.id, context: site.context)) }
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("refusals of trunks, each with status and type")
    func refusals() throws {
        var site = Site()
        let network = try site.network()
        let ports = try (0..<5).map { _ in try site.port(network) }
        let trunk = try site.trunk(ports[0], [vlan(ports[1], 200)])
        func add(_ draft: SubPortDraft) throws {
            _ = try site.inventory.addingSubPorts([draft], to: trunk.id, context: site.context)
        }
        expectRefusal(409, "PortInUseAsTrunkParent") { _ = try site.trunk(ports[0]) }
        expectRefusal(409, "PortInUseAsSubPort") { _ = try site.trunk(ports[1]) }
        expectRefusal(409, "PortInUseAsTrunkParent") { try add(vlan(ports[0], 7)) }
        expectRefusal(409, "DuplicateSubPort", naming: "200") { try add(vlan(ports[2], 200)) }
        expectRefusal(400, "InvalidInput", naming: "segmentation_id") { try add(vlan(ports[2], 4095)) }
        expectRefusal(400, "InvalidInput", naming: "segmentation_type") {
            try add(SubPortDraft(portID: ports[2].id, segmentationType: "vxlan", segmentationID: 5))
        }
        expectRefusal(400, "InvalidInput", naming: "segmentation_type") { try add(SubPortDraft(portID: ports[2].id)) }
        expectRefusal(404, "PortNotFound") {
            try add(SubPortDraft(portID: PortID(1), segmentationType: "vlan", segmentationID: 5))
        }
        expectRefusal(404, "SubPortNotFound") {
            _ = try site.inventory.removingSubPorts([ports[2].id], from: trunk.id, context: site.context)
        }
        let bound = try site.port(network) { $0.bindingHostID = "host1" }
        expectRefusal(409, "ParentPortInUse") { _ = try site.trunk(bound) }
        let used = try site.port(network) { $0.deviceID = "vm" }
        expectRefusal(409, "PortInUse") { try add(vlan(used, 9)) }
        let small = try site.network { $0.mtu = 1300 }
        let parent = try site.port(small)
        expectRefusal(409, "SubPortMtuGreaterThanTrunkPortMtu", naming: "1300") {
            _ = try site.trunk(parent, [vlan(ports[3], 5)])
        }
        var update = TrunkUpdate()
        update.adminStateUp = .set(false)
        _ = site.take(try site.inventory.updating(trunk: trunk.id, update, context: site.context))
        expectRefusal(409, "TrunkDisabled") { try add(vlan(ports[2], 7)) }
        expectRefusal(404, "TrunkNotFound") { _ = try site.inventory.trunk(trunk.id, for: Site.tenant("other")) }
    }
}
