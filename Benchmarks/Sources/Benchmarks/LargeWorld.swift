/// Fills a lab's first site through its API: 1,000 networks with 10 ports each, all within reach of the VM, and 20,000
/// routes. So all of it is in the tables that the VM's packets are looked up in.
enum LargeWorld {
    private static let routers = 20
    private static let networksPerRouter = 50
    private static let portsPerNetwork = 10
    private static let routesPerRouter = 1000

    static func fill(_ lab: TomboloLab) throws {
        let api = try API(lab.sites[0].manager)
        let hosts = try api.list("agents").compactMap { $0["host"] as? String }
        guard let other = hosts.first(where: { $0.contains("other") }) else {
            throw CommandFailure(description: "the lab's second host is none of \(hosts)")
        }
        guard let shared = try api.list("networks").first(where: { $0["name"] as? String == "net" })?["id"] as? String
        else { throw CommandFailure(description: "the lab has no network") }

        let unlimited = ["network": -1, "subnet": -1, "port": -1, "router": -1]
        _ = try api.put("quotas/bench", ["quota": unlimited])
        let count = routers * networksPerRouter
        let networks = try api.create(all: "networks", (0..<count).map { ["name": "net\($0)", "project_id": "bench"] })
        let subnets = try api.create(
            all: "subnets",
            networks.enumerated().map { index, network in
                [
                    "network_id": network, "ip_version": 4, "cidr": "11.\(index / 250).\(index % 250).0/24",
                    "project_id": "bench",
                ]
            })
        for number in 0..<routers {
            let router = try api.create("router", in: "routers", ["name": "router\(number)", "project_id": "bench"])
            let port = try api.create(
                "port", in: "ports",
                [
                    "network_id": shared, "project_id": "bench",
                    "fixed_ips": [["ip_address": "10.1.0.\(100 + number)"]],
                ])
            _ = try api.put("routers/\(router)/add_router_interface", ["port_id": port])
            for index in number * networksPerRouter..<(number + 1) * networksPerRouter {
                _ = try api.put("routers/\(router)/add_router_interface", ["subnet_id": subnets[index]])
            }
            let routes = (0..<routesPerRouter).map {
                ["destination": "12.\(number).\($0 / 250).\($0 % 250)/32", "nexthop": "10.1.0.200"]
            }
            _ = try api.put("routers/\(router)", ["router": ["routes": routes]])
        }
        let ports = networks.flatMap { network in
            (0..<portsPerNetwork).map { _ -> [String: Any] in
                ["network_id": network, "binding:host_id": other, "project_id": "bench"]
            }
        }
        _ = try api.create(all: "ports", ports)
        say("the large world has \(count) networks, \(ports.count) ports, \(routers * routesPerRouter) routes")
    }
}
