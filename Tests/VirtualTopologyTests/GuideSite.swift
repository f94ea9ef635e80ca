import Addresses
import Resources
import ResourcesSupport
import SeededRandom

@testable import VirtualTopology

/// The operations guide's procedure at site A (S1-11), as steps of which each knows what it needs. A step draws its ids
/// and numbers from a generator of its own, so whatever the order, the same things have the same names.
struct GuideSite {
    enum Step: Int, CaseIterable {
        case gatewayHost, vmHost, vtepRouter, device, network, l2Gateway, subnet, connection
        case tenantNetwork, tenantSubnet, tenantRouter, tenantInterface, vm
        case peerPort, peerInterface, extraRoute, remoteSitePort, remoteMAC

        /// What the API wants to be there before.
        var needs: [Step] {
            switch self {
            case .gatewayHost, .vmHost, .vtepRouter, .network, .tenantNetwork, .tenantRouter: []
            case .device: [.vtepRouter]
            case .l2Gateway, .remoteMAC: [.device]
            case .subnet: [.network]
            case .connection: [.l2Gateway, .network]
            case .tenantSubnet: [.tenantNetwork]
            case .tenantInterface: [.tenantRouter, .tenantSubnet]
            case .vm: [.tenantSubnet]
            case .peerPort, .remoteSitePort: [.subnet]
            case .peerInterface: [.peerPort, .tenantRouter]
            case .extraRoute: [.peerInterface]
            }
        }
    }

    static let peerMAC = MACAddress("6e:e4:5a:fa:8e:09")

    var site = Site()
    var state = VirtualTopologyState()
    var slices = TopologySlices()
    var heard: [HostID: Topology] = [:]
    private(set) var keys: [Step: ResourceKey] = [:]

    init() {}

    /// All steps, in an order drawn from those that the API allows.
    static func order(_ random: inout SplitMix64) -> [Step] {
        var order: [Step] = []
        while order.count < Step.allCases.count {
            let ready = Step.allCases.filter { step in
                !order.contains(step) && step.needs.allSatisfy(order.contains)
            }
            if let step = ready.randomElement(using: &random) { order.append(step) }
        }
        return order
    }

    mutating func take(_ transaction: Transaction) {
        let delta = state.apply(transaction.changes, to: &site.inventory)
        for (host, own) in slices.update(delta, topology: state.topology) {
            heard[host, default: Topology()].apply(own)
        }
    }

    mutating func perform(_ step: Step) throws {
        var copy = site
        copy.generator = SplitMix64(seed: UInt64(step.rawValue) + 1)
        let before = Set(copy.inventory.resources.map(\.key))
        try perform(step, on: &copy)
        let changed = copy.inventory.resources.filter { site.inventory[$0.key] != $0 }
        // A project's first port brings its default security group, which is no step's own.
        let own = changed.map(\.key).filter { key in
            switch key {
            case .securityGroup, .securityGroupRule: false
            default: true
            }
        }
        keys[step] = own.first { !before.contains($0) } ?? own.first
        take(Transaction(changes: changed.map { .put($0) }))
    }

    private func perform(_ step: Step, on site: inout Site) throws {
        switch step {
        case .gatewayHost: try site.host(1, name: "gateway", addresses: ["200.200.0.1"])
        case .vmHost: try site.host(2, name: "compute")
        case .vtepRouter, .tenantRouter: _ = try site.router()
        case .network: _ = try site.network { $0.portSecurityEnabled = false }
        case .tenantNetwork: _ = try site.network()
        case .device: try site.device(router(.vtepRouter))
        case .remoteMAC: try site.entry(try device())
        case .l2Gateway: try site.gateway(try device())
        case .connection:
            guard case .l2Gateway(let id)? = keys[.l2Gateway], let gateway = site.inventory.l2Gateways[id] else {
                return
            }
            try site.connection(gateway, try network(.network))
        case .subnet:
            _ = try site.subnet(try network(.network), "192.168.0.0/24") {
                $0.gatewayIP = .set(nil)
                $0.enableDHCP = false
            }
        case .tenantSubnet: _ = try site.subnet(try network(.tenantNetwork), "10.0.0.0/24")
        case .tenantInterface:
            guard case .subnet(let id)? = keys[.tenantSubnet], let router = router(.tenantRouter) else { return }
            site.take(
                try site.inventory.addingInterface(
                    to: router.id, subnet: id, context: site.context, using: &site.generator))
        case .vm:
            _ = try site.port(try network(.tenantNetwork)) {
                $0.fixedIPs = [FixedIPDraft(address: IPAddress("10.0.0.3"))]
                $0.bindingHostID = "compute"
            }
        case .peerPort:
            _ = try site.port(try network(.network)) {
                $0.fixedIPs = [FixedIPDraft(address: IPAddress("192.168.0.1"))]
                $0.macAddress = MACAddress("16:b7:b5:a4:57:75")
            }
        case .peerInterface:
            guard case .port(let id)? = keys[.peerPort], let router = router(.tenantRouter) else { return }
            site.take(
                try site.inventory.addingInterface(
                    to: router.id, port: id, context: site.context, using: &site.generator))
        case .extraRoute:
            guard let router = router(.tenantRouter), let destination = IPPrefix("10.0.1.0/24"),
                let nextHop = IPAddress("192.168.0.2")
            else { return }
            site.take(
                try site.inventory.addingExtraRoutes(
                    [HostRoute(destination: destination, nextHop: nextHop)], to: router.id, context: site.context))
        case .remoteSitePort:
            _ = try site.port(try network(.network)) {
                $0.fixedIPs = [FixedIPDraft(address: IPAddress("192.168.0.2"))]
                $0.macAddress = Self.peerMAC
                $0.deviceOwner = "network:remote-site"
            }
        }
    }

    struct Missing: Error {}

    func router(_ step: Step) -> Router? {
        if case .router(let id)? = keys[step] { site.inventory.routers[id] } else { nil }
    }

    func network(_ step: Step) throws -> Network {
        guard case .network(let id)? = keys[step], let network = site.inventory.networks[id] else { throw Missing() }
        return network
    }

    func device() throws -> GatewayDevice {
        guard case .gatewayDevice(let id)? = keys[.device], let device = site.inventory.gatewayDevices[id] else {
            throw Missing()
        }
        return device
    }

    func segmentID() throws -> SegmentID {
        guard case .l2GatewayConnection(let id)? = keys[.connection] else { throw Missing() }
        return SegmentID(id.value)
    }
}
