import Addresses
import ForwardingTables
import PipelineSupport
import Resources
import VirtualTopology

/// Numbers that mean something in a scene, in network byte order: what a blind mutation would hardly ever hit.
struct Vocabulary {
    private(set) var macs: [[UInt8]] = [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [1, 0, 0x5e, 0, 0, 1]]
    private(set) var addresses: [[UInt8]] = [[0, 0, 0, 0], [127, 0, 0, 1], [224, 0, 0, 1], [255, 255, 255, 255]]
    private(set) var vnis: [[UInt8]] = [[0, 0, 0], [0xff, 0xff, 0xff]]

    init(_ scene: HostScene) {
        var (macs, addresses, vnis) = (Set<UInt64>(), Set<UInt32>(), Set<UInt32>())
        for object in scene.topology.objects.values {
            switch object {
            case .host(let host): addresses.formUnion([host.tunnelAddress].compactMap(\.v4?.value))
            case .bridge(let bridge): vnis.insert(bridge.vni.value)
            case .segment(let segment):
                vnis.formUnion([segment.vni.value, segment.siteVNI.value])
                addresses.formUnion([segment.tunnelIP].compactMap(\.v4?.value))
            case .port(let port):
                macs.insert(port.mac.value)
                switch port.role {
                case .vm(let vm): addresses.formUnion(vm.addresses.compactMap(\.v4?.value))
                case .router(let role): addresses.formUnion(role.addresses.compactMap(\.address.v4?.value))
                }
            case .remoteMAC(let entry):
                macs.insert(entry.mac.value)
                addresses.formUnion([entry.tunnelIP].compactMap(\.v4?.value))
            case .route(let route): addresses.formUnion([route.destination.last].compactMap(\.v4?.value))
            case .neighbour(let neighbour): addresses.formUnion([neighbour.address].compactMap(\.v4?.value))
            case .router: break
            }
        }
        self.macs += macs.sorted().map { mac in (0..<6).map { UInt8(truncatingIfNeeded: mac >> (40 - 8 * UInt64($0))) }
        }
        self.addresses += addresses.sorted().map { Self.bytes($0) }
        self.vnis += vnis.sorted().map { Array(Self.bytes($0).dropFirst()) }
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }
}
