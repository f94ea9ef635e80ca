import Addresses
import Resources
import ResourcesSupport

@testable import VirtualTopology

/// The demo's first site (S0-30): tenants A and B, equal in every address, one VTEP router; `host1` has A's VM, `host2`
/// has B's, `gateway` the tunnel IP, `idle` nothing. Every change goes through translation and slices.
struct DemoSite {
    var site = Site()
    var state = VirtualTopologyState()
    var slices = TopologySlices()
    var heard: [HostID: Topology] = [:]
    /// Who heard what of the last change.
    var last: [HostID: TopologyDelta] = [:]

    let host1 = HostID(1)
    let host2 = HostID(2)
    let gateway = HostID(3)
    let idle = HostID(4)
    var vtep: Router
    var networks: [Network] = []
    var subnets: [Subnet] = []
    var vms: [Port] = []
    var interfaces: [PortID] = []
    var routers: [Router] = []
    var bindings: [RouterVTEPBinding] = []
    var routes: [RouterVTEPRoute] = []

    init() throws {
        var site = Site()
        for number in 1...2 { try site.host(UInt8(number)) }
        try site.host(3, name: "gateway", addresses: ["200.200.200.3"])
        try site.host(4, name: "idle")
        vtep = try site.router()
        for (host, vni) in [("host1", 10001), ("host2", 20002)] {
            let network = try site.network()
            let subnet = try site.subnet(network, "10.1.0.0/24")
            networks.append(network)
            subnets.append(subnet)
            vms.append(
                try site.port(network) {
                    $0.fixedIPs = [FixedIPDraft(address: IPAddress("10.1.0.3"))]
                    $0.bindingHostID = host
                    $0.dnsName = "vm"
                }
            )
            let router = try site.router()
            routers.append(router)
            interfaces.append(try site.attach(router, subnet).portID)
            let binding = try site.binding(vtep, router) { $0.vni = vni }
            bindings.append(binding)
            routes.append(try site.route(binding))
        }
        let all = Transaction(changes: site.inventory.resources.map { .put($0) })
        self.site = Site()
        self.site.generator = site.generator
        take(((), all))
    }

    @discardableResult
    mutating func take<Value>(_ result: (Value, Transaction)) -> Value {
        let delta = state.apply(result.1.changes, to: &site.inventory)
        last = slices.update(delta, topology: state.topology)
        for (host, own) in last { heard[host, default: Topology()].apply(own) }
        return result.0
    }

    func object(_ key: TopologyKey) -> TopologyObject? { state.topology[key] }

    func hears(_ host: HostID, _ key: TopologyKey) -> Bool { heard[host]?[key] != nil }
}
