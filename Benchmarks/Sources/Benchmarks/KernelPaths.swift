/// The ways the kernel has by itself, built with `ip` in namespaces of their own.
///
/// Hosts and VMs are namespaces as in the lab, joined by the same devices: a veth from VM to host, and one of MTU 1600
/// between the hosts. Nothing filters: no conntrack, no bridge-nf, no queueing discipline.
struct KernelPaths {
    private static let prefix = "tbbench-"
    private static let underlay = ("172.31.255.1", "172.31.255.2")

    /// Takes away what this or an earlier run has made.
    static func remove() {
        do {
            for line in try Command.run(["ip", "netns", "list"]).split(separator: "\n") {
                guard let name = line.split(separator: " ").first, name.hasPrefix(prefix) else { continue }
                do { try Command.run(["ip", "netns", "delete", String(name)]) } catch { say("left behind: \(error)") }
            }
        } catch {
            say("what may be left behind is not known: \(error)")
        }
    }

    static func make(_ name: PathName) throws -> NetworkPath? {
        switch name {
        case .veth: try makeVeth()
        case .plainRouting: try makeRouting()
        case .bareVXLAN: try makeVXLAN()
        case .linuxbridge: try makeLinuxbridge()
        case .tombolo, .tomboloLarge: nil
        }
    }

    private static func makeVeth() throws -> NetworkPath {
        let (a, b) = try (namespace("veth-1"), namespace("veth-2"))
        try veth(("eth0", a, "10.1.0.3/24"), ("eth0", b, "10.1.0.4/24"))
        return NetworkPath(name: .veth, from: a, to: b, address: "10.1.0.4", entrance: (b, "eth0"))
    }

    private static func makeRouting() throws -> NetworkPath {
        let hosts = try makeRoutingHosts("route")
        try route(hosts.0, "10.0.0.0/24", underlay.1)
        try route(hosts.1, "10.1.0.0/24", underlay.0)
        return NetworkPath(
            name: .plainRouting, from: hosts.vms.0, to: hosts.vms.1, address: "10.0.0.3", entrance: (hosts.0, "vm"))
    }

    private static func makeVXLAN() throws -> NetworkPath {
        let hosts = try makeRoutingHosts("vxlan")
        try vxlan(hosts.0, vni: 10001, from: underlay.0, to: underlay.1)
        try vxlan(hosts.1, vni: 10001, from: underlay.1, to: underlay.0)
        try address("192.168.123.1/29", "vxlan", hosts.0)
        try address("192.168.123.2/29", "vxlan", hosts.1)
        try route(hosts.0, "10.0.0.0/24", "192.168.123.2")
        try route(hosts.1, "10.1.0.0/24", "192.168.123.1")
        return NetworkPath(
            name: .bareVXLAN, from: hosts.vms.0, to: hosts.vms.1, address: "10.0.0.3", entrance: (hosts.0, "vm"))
    }

    /// Two hosts that forward, joined to each other, with a VM each.
    private static func makeRoutingHosts(_ name: String) throws -> (String, String, vms: (String, String)) {
        let (vm1, host1) = try (namespace("\(name)-vm1"), namespace("\(name)-host1", forwards: true))
        let (vm2, host2) = try (namespace("\(name)-vm2"), namespace("\(name)-host2", forwards: true))
        try veth(("eth0", vm1, "10.1.0.3/24"), ("vm", host1, "10.1.0.1/24"))
        try veth(("eth0", vm2, "10.0.0.3/24"), ("vm", host2, "10.0.0.1/24"))
        try joinHosts(host1, host2)
        try route(vm1, "default", "10.1.0.1")
        try route(vm2, "default", "10.0.0.1")
        return (host1, host2, (vm1, vm2))
    }

    /// Per site: VM - bridge of its network - router namespace - bridge of the peering - vxlan device. The devices learn
    /// nothing, as with the agent's l2population.
    private static func makeLinuxbridge() throws -> NetworkPath {
        var vms: [String] = []
        var hosts: [String] = []
        for site in 1...2 {
            let (vm, host) = try (namespace("bridge-vm\(site)"), namespace("bridge-host\(site)"))
            let router = try namespace("bridge-router\(site)", forwards: true)
            let network = site == 1 ? "10.1.0" : "10.0.0"
            try bridge("network", host)
            try bridge("peering", host)
            try veth(("eth0", vm, "\(network).3/24"), ("vm", host, nil))
            try veth(("network", router, "\(network).1/24"), ("r-network", host, nil))
            try veth(("peering", router, "192.168.123.\(site)/29"), ("r-peering", host, nil))
            for (port, bridge) in [("vm", "network"), ("r-network", "network"), ("r-peering", "peering")] {
                try Command.run(["ip", "-n", host, "link", "set", port, "master", bridge])
            }
            try route(vm, "default", "\(network).1")
            try route(router, site == 1 ? "10.0.0.0/24" : "10.1.0.0/24", "192.168.123.\(3 - site)")
            vms.append(vm)
            hosts.append(host)
        }
        try joinHosts(hosts[0], hosts[1])
        for (host, ends) in [(hosts[0], underlay), (hosts[1], (underlay.1, underlay.0))] {
            try vxlan(host, vni: 10001, from: ends.0, to: ends.1)
            try Command.run(["ip", "-n", host, "link", "set", "vxlan", "master", "peering"])
        }
        return NetworkPath(
            name: .linuxbridge, from: vms[0], to: vms[1], address: "10.0.0.3", entrance: (hosts[0], "vm"))
    }

    // MARK: Parts

    private static func namespace(_ name: String, forwards: Bool = false) throws -> String {
        let name = prefix + name
        try Command.run(["ip", "netns", "add", name])
        try Command.run(["ip", "-n", name, "link", "set", "lo", "up"])
        try setting("net/ipv4/ip_forward", forwards ? "1" : "0", name)
        for scope in ["all", "default"] { try setting("net/ipv6/conf/\(scope)/disable_ipv6", "1", name) }
        return name
    }

    static func setting(_ path: String, _ value: String, _ namespace: String) throws {
        try Command.run(["sh", "-c", "echo \(value) > /proc/sys/\(path)"], in: namespace)
    }

    private static func veth(_ a: (String, String, String?), _ b: (String, String, String?), mtu: Int = 1500) throws {
        try Command.run([
            "ip", "link", "add", a.0, "mtu", "\(mtu)", "netns", a.1, "type", "veth", "peer", "name", b.0, "mtu",
            "\(mtu)",
            "netns", b.1,
        ])
        for (name, namespace, own) in [a, b] {
            try Command.run(["ip", "-n", namespace, "link", "set", name, "up"])
            if let own { try address(own, name, namespace) }
        }
    }

    private static func joinHosts(_ a: String, _ b: String) throws {
        try veth(("underlay", a, "\(underlay.0)/30"), ("underlay", b, "\(underlay.1)/30"), mtu: 1600)
    }

    private static func bridge(_ name: String, _ namespace: String) throws {
        try Command.run(["ip", "-n", namespace, "link", "add", name, "type", "bridge"])
        try Command.run(["ip", "-n", namespace, "link", "set", name, "up"])
        // On in new namespaces of some kernels; nobody filters here.
        let filter = "/proc/sys/net/bridge/bridge-nf-call-iptables"
        try Command.run(["sh", "-c", "[ ! -e \(filter) ] || echo 0 > \(filter)"], in: namespace)
    }

    private static func vxlan(_ namespace: String, vni: Int, from local: String, to remote: String) throws {
        try Command.run([
            "ip", "-n", namespace, "link", "add", "vxlan", "mtu", "1500", "type", "vxlan", "id", "\(vni)", "local",
            local,
            "remote", remote, "dstport", "4789", "nolearning",
        ])
        try Command.run(["ip", "-n", namespace, "link", "set", "vxlan", "up"])
    }

    private static func address(_ address: String, _ link: String, _ namespace: String) throws {
        try Command.run(["ip", "-n", namespace, "address", "add", address, "dev", link])
    }

    private static func route(_ namespace: String, _ destination: String, _ gateway: String) throws {
        try Command.run(["ip", "-n", namespace, "route", "add", destination, "via", gateway])
    }
}
