import Agent
import ArgumentParser

struct AgentBridges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridges",
        abstract: "Shows the host's bridges: ports, flood list, other hosts.",
        discussion: """
            A bridge is a network, or inside the site the segment of a peering; its VNI is its number in the tables. \
            Ports and hosts are as the manager says, for as much of the site as concerns this host; the flood list and, \
            with --bridge, the rows are as the kernel has them.

            With --json: an array of {"id", "kind", "vni", "adminStateUp", "mtu", "ports", "remoteHosts", "floodList", \
            "rows"}. An agent must be running.
            """)

    @OptionGroup var control: ControlOptions
    @Option(help: ArgumentHelp("One bridge in full: a network's or binding's id, or a number.", valueName: "id"))
    var bridge: String?
    @Flag(help: "Write JSON.") var json = false

    func run() throws {
        guard case .bridges(let bridges) = try control.ask(.bridges(bridge)) else { throw CommandError.unexpectedReply }
        if json { return try Output.json(bridges) }
        let rows = bridges.map { bridge in
            [
                String(bridge.vni), bridge.kind, bridge.id, bridge.adminStateUp ? "up" : "down",
                bridge.mtu.map(String.init) ?? "-", String(bridge.ports.count), String(bridge.floodList.count),
                bridge.remoteHosts.isEmpty ? "-" : bridge.remoteHosts.joined(separator: ","),
            ]
        }
        print(TextTable(["VNI", "KIND", "ID", "ADMIN", "MTU", "PORTS", "FLOOD", "HOSTS"], rows).text, terminator: "")
        guard bridge != nil else { return }
        for bridge in bridges {
            let ports = bridge.ports.map { port in
                [String(port.number), port.id, port.mac, port.addresses.joined(separator: ","), port.place]
            }
            print("\n" + TextTable(["PORT", "ID", "MAC", "ADDRESSES", "WHERE"], ports).text, terminator: "")
            print("\nin the kernel:\n" + bridge.rows.map { "  \($0)\n" }.joined(), terminator: "")
        }
    }
}

struct AgentRouters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routers",
        abstract: "Shows the host's routers: ports, routes, neighbours, segments.",
        discussion: """
            Every host that reaches a router routes for it. Ports, routes and neighbours are as the manager says; with \
            --router the kernel's rows are shown too.

            With --json: an array of {"id", "number", "adminStateUp", "ports", "routes", "neighbours", "rows"}. An agent \
            must be running.
            """)

    @OptionGroup var control: ControlOptions
    @Option(help: ArgumentHelp("One router in full: its id or number.", valueName: "id"))
    var router: String?
    @Flag(help: "Write JSON.") var json = false

    func run() throws {
        guard case .routers(let routers) = try control.ask(.routers(router)) else { throw CommandError.unexpectedReply }
        if json { return try Output.json(routers) }
        let rows = routers.map { router in
            [
                String(router.number), router.id, router.adminStateUp ? "up" : "down", String(router.ports.count),
                String(router.routes.count), String(router.neighbours.count),
            ]
        }
        print(TextTable(["NUMBER", "ID", "ADMIN", "PORTS", "ROUTES", "NEIGHBOURS"], rows).text, terminator: "")
        guard router != nil else { return }
        for router in routers { show(router) }
    }

    private func show(_ router: RouterReport) {
        let ports = router.ports.map { port in
            [String(port.number), port.id, port.mac, port.addresses.joined(separator: ","), attachment(port)]
        }
        print("\n" + TextTable(["PORT", "ID", "MAC", "ADDRESSES", "LINKED WITH"], ports).text, terminator: "")
        let remote = router.ports.flatMap { $0.segment?.remoteMACs ?? [] }
        if !remote.isEmpty {
            let rows = remote.map { [$0.mac, $0.tunnelIP] }
            print("\n" + TextTable(["REMOTE MAC", "BEHIND"], rows).text, terminator: "")
        }
        if !router.routes.isEmpty {
            let rows = router.routes.map { [$0.destination, $0.nextHop, $0.port] }
            print("\n" + TextTable(["ROUTE", "VIA", "PORT"], rows).text, terminator: "")
        }
        if !router.neighbours.isEmpty {
            let rows = router.neighbours.map { [$0.address, $0.mac, $0.port] }
            print("\n" + TextTable(["NEIGHBOUR", "MAC", "PORT"], rows).text, terminator: "")
        }
        print("\nin the kernel:\n" + router.rows.map { "  \($0)\n" }.joined(), terminator: "")
    }

    private func attachment(_ port: RouterReport.RouterPortReport) -> String {
        guard let segment = port.segment else { return port.attachment }
        let gateway = segment.gatewayHost.map { "gateway \($0)" } ?? "no gateway"
        return "\(port.attachment) vni \(segment.vni) (\(segment.siteVNI) in the site) \(segment.tunnelIP), \(gateway)"
    }
}
