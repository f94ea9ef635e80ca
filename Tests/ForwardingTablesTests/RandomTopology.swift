import Addresses
import ForwardingTables
import Resources
import SeededRandom
import VirtualTopology

/// Several tenants' networks, routers and peerings, all with the same MACs and addresses; every number is its tenant's.
struct RandomTenants {
    var objects: [TopologyObject] = []
    /// Which tenant a number belongs to; hosts and VTEP routers belong to nobody.
    var linkOwner: [UInt32: Int] = [:]
    var portOwner: [UInt32: Int] = [:]
    var routerOwner: [UInt32: Int] = [:]
    var interfaceOwner: [UInt32: Int] = [:]
    /// VNIs of peerings, unique for a tunnel IP only.
    var peeringOwner: [Peering: Int] = [:]
    var interfaces: [HostID: [PortID: LocalInterface]] = [:]

    struct Peering: Hashable {
        var tunnelIP: IPAddress
        var vni: UInt32
    }

    static let hosts = (1...4).map { HostID(UInt128($0)) }
    static func address(of host: HostID) -> String { "172.16.0.\(host.value)" }

    private var next: UInt32 = 100
    private var nextInterface: UInt32 = 10

    init(tenants: Int, _ random: inout SplitMix64) {
        objects = Self.hosts.map {
            host($0, Self.address(of: $0), underlayMTU: .random(in: 1400...9000, using: &random))
        }
        for tenant in 0..<tenants { addTenant(tenant, &random) }
    }

    private mutating func number() -> UInt32 {
        next += 1
        return next
    }

    private mutating func addTenant(_ tenant: Int, _ random: inout SplitMix64) {
        let routers = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            let number = number()
            let id = RouterID(UInt128(number))
            routerOwner[number] = tenant
            objects.append(router(id, number, up: .random(in: 0...9, using: &random) > 0))
            return id
        }
        for index in 0..<Int.random(in: 1...3, using: &random) { addNetwork(tenant, index, routers, &random) }
        for (index, router) in routers.enumerated() where Bool.random(using: &random) {
            addPeering(tenant, index, router, &random)
        }
    }

    private mutating func addNetwork(_ tenant: Int, _ index: Int, _ routers: [RouterID], _ random: inout SplitMix64) {
        let link = number()
        linkOwner[link] = tenant
        let network = NetworkID(UInt128(link))
        objects.append(bridge(network, Int(link), up: .random(in: 0...9, using: &random) > 0))
        for (position, router) in routers.enumerated() where Bool.random(using: &random) {
            let number = number()
            portOwner[number] = tenant
            objects.append(
                routerPort(
                    PortID(UInt128(number)), number, "02:00:00:00:ff:0\(position)", of: router, on: .bridge(network),
                    ["10.0.\(index).\(1 + position)/24"], up: .random(in: 0...9, using: &random) > 0))
        }
        for position in 0..<Int.random(in: 0...4, using: &random) {
            let number = number()
            portOwner[number] = tenant
            let id = PortID(UInt128(number))
            let owner = Bool.random(using: &random) ? Self.hosts.randomElement(using: &random) : Self.hosts[0]
            if let owner, Int.random(in: 0...4, using: &random) > 0 {
                nextInterface += 1
                interfaceOwner[nextInterface] = tenant
                interfaces[owner, default: [:]][id] = LocalInterface(
                    index: nextInterface, isPeerDevice: .random(using: &random))
            }
            objects.append(
                vmPort(
                    id, number, "02:00:00:00:0\(index):0\(position)", on: network, ["10.0.\(index).\(10 + position)"],
                    host: owner, up: .random(in: 0...9, using: &random) > 0, portSecurity: .random(using: &random),
                    pairs: Bool.random(using: &random) ? [("02:00:5e:00:01:01", "10.0.\(index).200/32")] : []))
        }
        if Bool.random(using: &random) { stretch(tenant, index, network, link, &random) }
    }

    /// Makes a network a multi-site network, with a remote-site port and one that the remote MAC table alone names.
    private mutating func stretch(
        _ tenant: Int, _ index: Int, _ network: NetworkID, _ link: UInt32, _ random: inout SplitMix64
    ) {
        let (tunnelIP, wire) = freePeering(tenant, &random)
        let id = SegmentID(UInt128(link))
        let portNumber = number()
        portOwner[portNumber] = tenant
        objects += [
            segment(
                id, Int(wire), site: Int(link), tunnelIP: tunnelIP,
                gateway: Bool.random(using: &random) ? Self.hosts.randomElement(using: &random) : nil, bridge: network),
            vmPort(
                PortID(UInt128(portNumber)), portNumber, "02:bb:aa:aa:dd:03", on: network, ["10.0.\(index).99"],
                host: nil),
            remoteMAC(id, "02:bb:aa:aa:dd:03", at: "200.1.0.1"), remoteMAC(id, "02:bb:aa:aa:dd:04", at: "200.1.0.1"),
        ]
    }

    /// A VNI on the wire that its tunnel IP has not yet; the other tunnel IP may carry it for another tenant.
    private mutating func freePeering(_ tenant: Int, _ random: inout SplitMix64) -> (tunnelIP: String, vni: UInt32) {
        let tunnelIP = Bool.random(using: &random) ? "200.0.0.1" : "200.0.0.2"
        var wire = UInt32(9000)
        while peeringOwner[Peering(tunnelIP: ip(tunnelIP), vni: wire)] != nil { wire += 1 }
        peeringOwner[Peering(tunnelIP: ip(tunnelIP), vni: wire)] = tenant
        return (tunnelIP, wire)
    }

    private mutating func addPeering(_ tenant: Int, _ index: Int, _ router: RouterID, _ random: inout SplitMix64) {
        let site = number()
        let portNumber = number()
        linkOwner[site] = tenant
        portOwner[portNumber] = tenant
        let (tunnelIP, wire) = freePeering(tenant, &random)
        let id = SegmentID(UInt128(site))
        let port = PortID(UInt128(portNumber))
        objects += [
            segment(
                id, Int(wire), site: Int(site), tunnelIP: tunnelIP,
                gateway: Bool.random(using: &random) ? Self.hosts.randomElement(using: &random) : nil),
            routerPort(port, portNumber, "02:bb:aa:aa:dd:01", of: router, on: .segment(id), ["192.168.123.1/29"]),
            remoteMAC(id, "02:bb:aa:aa:dd:02", at: "200.1.0.1"),
            neighbour(port, "192.168.123.2", "02:bb:aa:aa:dd:02"),
            VirtualTopology.TopologyObject.route(
                Route(
                    router: router, destination: prefix("10.\(100 + index).0.0/16"), nextHop: ip("192.168.123.2"),
                    port: port)),
        ]
    }

    func hostView(_ id: HostID) -> HostView {
        view(
            id, Self.address(of: id), interfaces: interfaces[id] ?? [:], uplinks: [2, 3],
            addresses: [Self.address(of: id)])
    }
}

/// Objects out of small pools, without regard for sense: dangling references, equal numbers, moves, everything.
struct RandomObjects {
    var random: SplitMix64

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }
    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
    mutating func small(_ count: Int) -> Int { Int.random(in: 1...count, using: &random) }

    static let addresses = (1...6).map { "10.0.0.\($0)" }
    static let macs = (1...5).map { "02:00:00:00:00:0\($0)" }
    static let destinations = ["0.0.0.0/0", "10.0.0.0/24", "10.0.0.1/32", "10.9.0.0/16", "::/0", "2001:db8::/32"]

    mutating func hostID() -> HostID { HostID(UInt128(small(4))) }
    mutating func bridgeID() -> NetworkID { NetworkID(UInt128(small(3))) }
    mutating func routerID() -> RouterID { RouterID(UInt128(small(3))) }
    mutating func portID() -> PortID { PortID(UInt128(small(12))) }
    mutating func segmentID() -> SegmentID { SegmentID(UInt128(small(2))) }
    /// Mostly its own, sometimes anybody's.
    mutating func number(_ own: UInt128, _ base: UInt128) -> UInt32 {
        UInt32(chance(12) ? base + UInt128(small(3)) : base + own)
    }

    mutating func attachment() -> RouterPort.Attachment { chance(3) ? .segment(segmentID()) : .bridge(bridgeID()) }

    mutating func object() -> TopologyObject {
        switch small(16) {
        case 1:
            let id = hostID()
            return host(id, "172.16.0.\(id.value + (chance(4) ? 10 : 0))", underlayMTU: pick([40, 1500, 9000]))
        case 2, 3:
            let id = bridgeID()
            return bridge(
                id, Int(number(id.value, 500)), up: !chance(5), mtu: pick([1400, 1450, 8950]), dhcp: chance(2))
        case 4, 5:
            let id = routerID()
            return router(id, number(id.value, 20), up: !chance(5))
        case 6, 7:
            let id = segmentID()
            return segment(
                id, 9000 + small(2), site: Int(number(id.value, 600)), tunnelIP: "200.0.0.\(small(2))",
                gateway: chance(4) ? nil : hostID(), up: !chance(6), bridge: chance(2) ? bridgeID() : nil)
        case 8: return route(routerID(), pick(Self.destinations), via: pick(Self.addresses), port: portID())
        case 9: return neighbour(portID(), pick(Self.addresses), pick(Self.macs))
        case 10: return remoteMAC(segmentID(), pick(Self.macs), at: "200.1.0.\(small(3))")
        case 11, 12:
            let id = portID()
            return routerPort(
                id, number(id.value, 100), pick(Self.macs), of: routerID(), on: attachment(),
                (0..<small(2)).map { _ in pick(Self.addresses) + pick(["/24", "/32", "/30"]) }, up: !chance(6))
        default:
            let id = portID()
            return vmPort(
                id, number(id.value, 100), pick(Self.macs), on: bridgeID(),
                (1..<small(3)).map { _ in pick(Self.addresses) },
                host: chance(5) ? nil : hostID(), up: !chance(6), portSecurity: !chance(3),
                pairs: chance(3)
                    ? [(pick(Self.macs), pick(Self.addresses) + pick(["/32", "/24"])), (pick(Self.macs), "::/0")] : [],
                hostname: pick(["", "a", "b"]))
        }
    }

    mutating func hostView() -> HostView {
        var interfaces: [PortID: LocalInterface] = [:]
        for id in 1...12 where !chance(3) {
            interfaces[PortID(UInt128(id))] = LocalInterface(
                index: UInt32(chance(10) ? 11 : 10 + id), isPeerDevice: chance(2))
        }
        return view(
            HostID(1), chance(4) ? "172.16.0.99" : "172.16.0.1", interfaces: interfaces,
            uplinks: chance(3) ? [2, 11] : [2],
            addresses: chance(2) ? ["172.16.0.1"] : ["172.16.0.1", "200.0.0.1"], lookupInterface: chance(5) ? 8 : 9)
    }

    mutating func delta() -> TopologyDelta {
        let removed = (0..<small(3)).map { _ in object().key }
        var changed: [TopologyObject] = []
        for _ in 0..<small(4) {
            let object = object()
            if !removed.contains(object.key) && !changed.contains(where: { $0.key == object.key }) {
                changed.append(object)
            }
        }
        return TopologyDelta(changed: changed, removed: removed)
    }
}
