import Foundation

/// How long a change takes to be true: from sending the API call that creates a router-VTEP route until the first packet
/// through it reaches the other site. The sender tries every 50 µs all the while.
struct FirstPacket {
    let lab: TomboloLab
    let traffic: String
    private let repetitions = 50

    func measure() throws -> [ResultRow] {
        let api = try API(lab.sites[0].manager)
        guard let route = try api.list("router_vtep_routes").first, let id = route["id"] as? String else {
            throw CommandFailure(description: "the lab has no router-VTEP route")
        }
        let fields = route.filter { ["binding_id", "cidr", "gw_ip", "gw_mac", "remote_vtep_ip"].contains($0.key) }
        var current = id
        var times: [Double] = []
        for _ in 0..<repetitions {
            try api.delete("router_vtep_routes/\(current)")
            try waitUntilGone()
            let sender = try Command.start(
                [traffic, "first", lab.sites[0].vms[0].netns, lab.sites[1].vms[0].netns, "10.0.0.3", "10"],
                until: "started")
            let start = monotonicNow()
            current = try api.create("router_vtep_route", in: "router_vtep_routes", fields)
            guard let line = sender.finish().split(separator: "\n").first(where: { $0.hasPrefix("{") }),
                let result = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let end = (result["at"] as? NSNumber)?.uint64Value, end > start
            else { throw CommandFailure(description: "no packet came through after a route was created") }
            times.append(Double(end - start) / 1e6)
        }
        let path = PathName.tombolo.rawValue
        return [
            ResultRow("api_to_first_packet", path, "ms", times),
            ResultRow("api_to_first_packet_p99", path, "ms", [times.percentile(0.99)]),
        ]
    }

    /// The last route's packets must not be taken for the next one's.
    private func waitUntilGone() throws {
        let limit = ContinuousClock.now + .seconds(10)
        while (try? Command.run(["ping", "-c", "1", "-W", "0.2", "-q", "10.0.0.3"], in: lab.sites[0].vms[0].netns))
            != nil
        {
            guard ContinuousClock.now < limit else {
                throw CommandFailure(description: "a deleted route still carries packets")
            }
        }
    }
}
