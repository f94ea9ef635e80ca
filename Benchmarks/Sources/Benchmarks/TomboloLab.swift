import Foundation

/// Two sites with one tenant, built by `tombolo lab`: a VM at each, on the site's gateway host.
///
/// The gateway hosts get a second uplink that joins them directly, as the hosts of the other ways are joined, so that all
/// ways have the same underlay: the tunnel takes what the host's routes say.
struct TomboloLab {
    let program: String
    let name: String
    let description: LabDescription

    static let names = ["bench", "benchlarge"]

    /// What `lab show --json` says, as far as it is needed here.
    struct LabDescription: Decodable {
        struct Site: Decodable {
            struct Manager: Decodable {
                let endpoint: String
                let clouds: String
            }
            struct Machine: Decodable {
                let name: String
                let netns: String
                let portID: String?
                let mac: String?
                let controlSocket: String?

                enum CodingKeys: String, CodingKey {
                    case name, netns, mac
                    case portID = "port_id"
                    case controlSocket = "control_socket"
                }
            }
            let name: String
            let manager: Manager
            let hosts: [Machine]
            let vms: [Machine]
        }
        let sites: [Site]
    }

    static func remove(_ program: String) {
        do {
            for name in try Command.run([program, "lab", "list"]).split(separator: "\n")
            where names.contains(String(name)) {
                do { try Command.run([program, "lab", "down", String(name)]) } catch { say("left behind: \(error)") }
            }
        } catch {
            say("what may be left behind is not known: \(error)")
        }
    }

    init(_ program: String, name: String) throws {
        self.program = program
        self.name = name
        let file = FileManager.default.temporaryDirectory.appending(path: "tombolo-\(name)-\(getpid()).yaml")
        try Data(Self.definition(name).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try Command.run([program, "lab", "up", file.path])
        let json = try Command.run([program, "lab", "show", "--json", name])
        description = try JSONDecoder().decode(LabDescription.self, from: Data(json.utf8))
        try joinGateways()
    }

    var sites: [LabDescription.Site] { description.sites }

    func pin(_ program: String, site: Int) -> String {
        "/run/tombolo/labs/\(name)/bpf/\(sites[site].name)-\(sites[site].hosts[0].name)/programs/\(program)"
    }

    func path(_ pathName: PathName) -> NetworkPath {
        // The agent names a port's interface after the port.
        let interface = "tap" + (sites[0].vms[0].portID ?? "").prefix(11)
        return NetworkPath(
            name: pathName, from: sites[0].vms[0].netns, to: sites[1].vms[0].netns, address: "10.0.0.3",
            entrance: (sites[0].hosts[0].netns, interface),
            programs: [pin("from_port", site: 0), pin("from_uplink", site: 1)])
    }

    /// Ends when the agents have put their program on the new uplinks, and traffic takes them.
    private func joinGateways() throws {
        let (a, b) = (sites[0].hosts[0].netns, sites[1].hosts[0].netns)
        let link = "direct"
        try Command.run([
            "ip", "link", "add", link, "mtu", "1600", "netns", a, "type", "veth", "peer", "name", link, "mtu", "1600",
            "netns", b,
        ])
        for (host, own, other, remote) in [
            (a, "172.31.255.1", "172.31.255.2", Self.tunnelIPs.1),
            (b, "172.31.255.2", "172.31.255.1", Self.tunnelIPs.0),
        ] {
            try Command.run(["ip", "-n", host, "link", "set", link, "up"])
            try Command.run(["ip", "-n", host, "address", "add", "\(own)/30", "dev", link])
            try Command.run(["ip", "-n", host, "route", "add", "\(remote)/32", "via", other])
        }
        let limit = ContinuousClock.now + .seconds(30)
        while try !isAttached(link, site: 0) || !isAttached(link, site: 1) {
            guard ContinuousClock.now < limit else {
                throw CommandFailure(
                    description: "the agents did not take the link between the gateway hosts as an uplink")
            }
            // Polled: the agent is another process, and its links are files without events.
            usleep(20000)
        }
        let before = try packets(link, a)
        try Command.run(["ping", "-c", "3", "-i", "0.2", "-q", "10.0.0.3"], in: sites[0].vms[0].netns)
        guard try packets(link, a) >= before + 3 else {
            throw CommandFailure(description: "the tunnel does not take the link between the gateway hosts")
        }
    }

    private func isAttached(_ link: String, site: Int) throws -> Bool {
        let directory = URL(fileURLWithPath: pin("", site: site)).deletingLastPathComponent().appending(path: "links")
        return try FileManager.default.contentsOfDirectory(atPath: directory.path).contains { $0.hasPrefix("\(link)-") }
    }

    private func packets(_ link: String, _ namespace: String) throws -> Int {
        let text = try Command.run(["cat", "/sys/class/net/\(link)/statistics/tx_packets"], in: namespace)
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    static let tunnelIPs = ("200.200.200.3", "200.100.100.3")

    /// The second host of a site has no VM; it is where the large world's ports are.
    private static func definition(_ name: String) -> String {
        func site(_ number: Int) -> String {
            let other = 3 - number
            let tunnels = [tunnelIPs.0, tunnelIPs.1]
            let networks = ["10.1.0", "10.0.0"]
            let (own, remote) = (tunnels[number - 1], tunnels[other - 1])
            let wan = own.split(separator: ".").dropLast().joined(separator: ".")
            return """
                  - name: site\(number)
                    underlay: 192.168.192.0/24
                    hosts:
                      - name: gateway
                        wan: {address: \(own)/24, gateway: \(wan).1}
                      - name: other
                    networks:
                      - {name: net, project: bench, subnets: [{cidr: \(networks[number - 1]).0/24}]}
                    routers:
                      - {name: vtep}
                      - {name: router, project: bench, interfaces: [net]}
                    peerings:
                      - router: router
                        vtep: vtep
                        vni: 10001
                        tunnel_ip: \(own)
                        subnet: 192.168.123.0/29
                        address: 192.168.123.\(number)
                        mac: "02:bb:aa:aa:dd:0\(number)"
                        routes:
                          - cidr: \(networks[other - 1]).0/24
                            gateway: 192.168.123.\(other)
                            gateway_mac: "02:bb:aa:aa:dd:0\(other)"
                            remote_vtep: \(remote)
                    vms:
                      - {name: vm, host: gateway, network: net, address: \(networks[number - 1]).3}

                """
        }
        return "name: \(name)\nsites:\n" + site(1) + site(2)
    }
}
