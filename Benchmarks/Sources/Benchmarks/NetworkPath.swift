/// The ways that are compared.
enum PathName: String, CaseIterable {
    /// VM to VM across two sites, through both tenant routers and VXLAN.
    case tombolo
    /// A veth pair between the VMs: the limit.
    case veth
    /// (a) Two hosts that route between their VMs; no overlay.
    case plainRouting = "plain-routing"
    /// (b) Two hosts that route between their VMs over a kernel vxlan device.
    case bareVXLAN = "bare-vxlan"
    /// (c) What Neutron's linuxbridge agent builds: a bridge, a router namespace and a vxlan device on each host.
    case linuxbridge
    /// `tombolo` among 10,000 ports, 20,000 routes and 1,000 networks.
    case tomboloLarge = "tombolo-large"
}

/// Two network namespaces and what is between them.
struct NetworkPath {
    let name: PathName
    let from: String
    let to: String
    /// Of the receiving end.
    let address: String
    /// The other end of the sender's veth: its namespace and name.
    let entrance: (namespace: String, link: String)
    /// Our programs on the way, by their pins.
    var programs: [String] = []
}
