import Addresses
import CForwardingPipeline
import Datapath
import ForwardingTables
import Resources
import VirtualTopology

/// A tenant's router as this host has it.
package struct RouterReport: Codable, Sendable, Hashable {
    package var id: String
    package var number: UInt32
    package var adminStateUp: Bool
    package var ports: [RouterPortReport]
    /// Those that were asked for; connected ones follow from the ports.
    package var routes: [RouteReport]
    package var neighbours: [NeighbourReport]
    /// The kernel's rows about it.
    package var rows: [String]

    package struct RouterPortReport: Codable, Sendable, Hashable {
        package var id: String
        package var number: UInt32
        package var mac: String
        package var addresses: [String]
        /// `network ID` or `segment ID`.
        package var attachment: String
        /// Of a segment: the VNI between sites, the tunnel IP, and the host that speaks for it.
        package var segment: SegmentReport?
    }

    package struct SegmentReport: Codable, Sendable, Hashable {
        package var vni: UInt32
        package var siteVNI: UInt32
        package var tunnelIP: String
        /// Nil: no host has the tunnel IP, and nothing leaves the site.
        package var gatewayHost: String?
        package var adminStateUp: Bool
        package var remoteMACs: [RemoteMACReport]
    }

    package struct RemoteMACReport: Codable, Sendable, Hashable {
        package var mac: String
        package var tunnelIP: String
    }

    package struct RouteReport: Codable, Sendable, Hashable {
        package var destination: String
        package var nextHop: String
        package var port: String
    }

    package struct NeighbourReport: Codable, Sendable, Hashable {
        package var port: String
        package var address: String
        package var mac: String
    }
}

extension AgentView {
    /// - Parameter wanted: an id or a number; nil: all.
    func routers(_ wanted: String?) throws -> [RouterReport] {
        var reports: [RouterID: RouterReport] = [:]
        for case .router(let router) in topology.objects.values {
            guard wanted == nil || router.id.description == wanted || String(router.number) == wanted else { continue }
            reports[router.id] = RouterReport(
                id: router.id.description, number: router.number, adminStateUp: router.adminStateUp, ports: [],
                routes: [], neighbours: [], rows: [])
        }
        if let wanted, reports.isEmpty { throw Unknown(description: "this host has no router \(wanted)") }
        var ownerOfPort: [UInt32: RouterID] = [:]
        addObjects(to: &reports, &ownerOfPort)
        try addRows(to: &reports, ownerOfPort)
        return reports.values.map { report in
            var report = report
            report.ports.sort { $0.number < $1.number }
            report.routes.sort { $0.destination < $1.destination }
            report.neighbours.sort { ($0.port, $0.address) < ($1.port, $1.address) }
            return report
        }
        .sorted { $0.number < $1.number }
    }

    private func addObjects(to reports: inout [RouterID: RouterReport], _ owners: inout [UInt32: RouterID]) {
        var remoteMACs: [SegmentID: [RouterReport.RemoteMACReport]] = [:]
        for case .remoteMAC(let entry) in topology.objects.values {
            remoteMACs[entry.segment, default: []].append(
                .init(mac: entry.mac.description, tunnelIP: entry.tunnelIP.description))
        }
        for object in topology.objects.values {
            switch object {
            case .port(let port):
                guard case .router(let role) = port.role, reports[role.router] != nil else { continue }
                owners[port.number] = role.router
                reports[role.router]?.ports.append(report(on: port, role, remoteMACs))
            case .route(let route):
                reports[route.router]?.routes.append(
                    .init(
                        destination: "\(route.destination)", nextHop: route.nextHop.description,
                        port: route.port.description))
            case .neighbour(let neighbour):
                guard case .port(let port)? = topology[.port(neighbour.port)], case .router(let role) = port.role
                else { continue }
                reports[role.router]?.neighbours.append(
                    .init(
                        port: neighbour.port.description, address: neighbour.address.description,
                        mac: neighbour.mac.description))
            default: break
            }
        }
    }

    private func report(
        on port: DevicePort, _ role: RouterPort,
        _ remoteMACs: [SegmentID: [RouterReport.RemoteMACReport]]
    ) -> RouterReport.RouterPortReport {
        var result = RouterReport.RouterPortReport(
            id: port.id.description, number: port.number, mac: port.mac.description, addresses: port.addresses,
            attachment: "", segment: nil)
        switch role.attachment {
        case .bridge(let network): result.attachment = "network \(network)"
        case .segment(let binding):
            result.attachment = "segment \(binding)"
            guard case .segment(let segment)? = topology[.segment(binding)] else { break }
            result.segment = RouterReport.SegmentReport(
                vni: segment.vni.value, siteVNI: segment.siteVNI.value, tunnelIP: segment.tunnelIP.description,
                gatewayHost: segment.gatewayHost.map(name(of:)), adminStateUp: segment.adminStateUp,
                remoteMACs: (remoteMACs[binding] ?? []).sorted { ($0.mac, $0.tunnelIP) < ($1.mac, $1.tunnelIP) })
        }
        return result
    }

    private func addRows(to reports: inout [RouterID: RouterReport], _ owners: [UInt32: RouterID]) throws {
        let numbers = Dictionary(
            reports.values.map { report in (report.number, report.id) }, uniquingKeysWith: { first, _ in first })
        let ids = Dictionary(reports.keys.map { ($0.description, $0) }, uniquingKeysWith: { first, _ in first })
        func owner(_ number: UInt32) -> RouterID? { numbers[number].flatMap { ids[$0] } }
        for table in [TableID.routes, .neighbours, .routerPorts] {
            for row in ForwardingTables(try pins.rows(of: table)).sortedRows {
                let router: RouterID? =
                    switch TableEntry(row) {
                    case .route(let key, _)?: owner(key.router)
                    case .neighbour(let key, _)?: owners[key.device]
                    case .routerPort(_, let value)?: owner(value.router)
                    default: nil
                    }
                if let router { reports[router]?.rows.append("\(row)") }
            }
        }
    }
}
