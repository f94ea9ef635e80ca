import Addresses
import CForwardingPipeline
import Datapath
import ForwardingTables
import Resources
import VirtualTopology

/// A bridge as this host has it: a tenant's network, or the segment of a peering inside the site.
package struct BridgeReport: Codable, Sendable, Hashable {
    /// The network's id, or the binding's.
    package var id: String
    /// `network` or `segment`.
    package var kind: String
    /// Its number in the tables, and its VNI in the site's tunnels.
    package var vni: UInt32
    package var adminStateUp: Bool
    /// Of a network.
    package var mtu: UInt16?
    package var ports: [BridgePort]
    /// The other hosts on it, as the site has them.
    package var remoteHosts: [String]
    /// Where the kernel copies broadcasts to, in its order.
    package var floodList: [String]
    /// The kernel's rows about it.
    package var rows: [String]

    package struct BridgePort: Codable, Sendable, Hashable {
        package var id: String
        package var number: UInt32
        package var mac: String
        package var addresses: [String]
        /// Its interface here, or `host NAME`, `router ID`, `unbound`.
        package var place: String
    }
}

extension AgentView {
    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter wanted: an id or a number; nil: all.
    func bridges(_ wanted: String?) throws -> [BridgeReport] {
        var reports: [UInt32: BridgeReport] = [:]
        for object in topology.objects.values {
            switch object {
            case .bridge(let bridge):
                reports[bridge.vni.value] = BridgeReport(
                    id: bridge.id.description, kind: "network", vni: bridge.vni.value,
                    adminStateUp: bridge.adminStateUp, mtu: bridge.mtu, ports: [], remoteHosts: [], floodList: [],
                    rows: [])
            case .segment(let segment):
                reports[segment.siteVNI.value] = BridgeReport(
                    id: segment.id.description, kind: "segment", vni: segment.siteVNI.value,
                    adminStateUp: segment.adminStateUp, mtu: nil, ports: [], remoteHosts: [], floodList: [], rows: [])
            default: break
            }
        }
        if let wanted {
            reports = reports.filter { $0.value.id == wanted || String($0.key) == wanted }
            guard !reports.isEmpty else { throw Unknown(description: "this host has no bridge \(wanted)") }
        }
        addPorts(to: &reports)
        try addRows(to: &reports)
        return reports.values.map { report in
            var report = report
            report.ports.sort { $0.number < $1.number }
            report.remoteHosts = Array(Set(report.remoteHosts)).sorted()
            return report
        }
        .sorted { $0.vni < $1.vni }
    }

    private func addPorts(to reports: inout [UInt32: BridgeReport]) {
        for case .port(let port) in topology.objects.values {
            guard let number = bridge(of: port), reports[number] != nil else { continue }
            reports[number]?.ports.append(
                BridgeReport.BridgePort(
                    id: port.id.description, number: port.number, mac: port.mac.description,
                    addresses: port.addresses, place: place(of: port)))
            if case .vm(let vm) = port.role, let there = vm.host, there != host.hostID {
                reports[number]?.remoteHosts.append(name(of: there))
            }
        }
    }

    private func bridge(of port: DevicePort) -> UInt32? {
        switch port.role {
        case .vm(let vm): return number(ofNetwork: vm.bridge)
        case .router(let router):
            switch router.attachment {
            case .bridge(let network): return number(ofNetwork: network)
            case .segment(let binding):
                guard case .segment(let segment)? = topology[.segment(binding)] else { return nil }
                return segment.siteVNI.value
            }
        }
    }

    private func number(ofNetwork id: NetworkID) -> UInt32? {
        guard case .bridge(let bridge)? = topology[.bridge(id)] else { return nil }
        return bridge.vni.value
    }

    private func place(of port: DevicePort) -> String {
        switch port.role {
        case .router(let router): return "router \(router.router)"
        case .vm(let vm):
            if let interface = host.interfaces[port.id] {
                return links[interface.index] ?? "interface \(interface.index)"
            }
            guard let there = vm.host else { return "unbound" }
            return there == host.hostID ? "no interface" : "host \(name(of: there))"
        }
    }

    func name(of id: HostID) -> String {
        if case .host(let host)? = topology[.host(id)] { return host.name }
        return id.description
    }

    private func addRows(to reports: inout [UInt32: BridgeReport]) throws {
        for table in [TableID.bridges, .floodLists, .fdb, .bridgeNeighbours] {
            for row in ForwardingTables(try pins.rows(of: table)).sortedRows {
                switch TableEntry(row) {
                case .bridge(let number, _)?: reports[number]?.rows.append("\(row)")
                case .flood(let key, let value)?:
                    reports[key.bridge]?.rows.append("\(row)")
                    reports[key.bridge]?.floodList.append(value.text)
                case .fdb(let key, _)?: reports[key.bridge]?.rows.append("\(row)")
                case .bridgeNeighbour(let key, _)?: reports[key.device]?.rows.append("\(row)")
                default: break
                }
            }
        }
    }
}

extension DevicePort {
    /// A VM's addresses; a router's with their prefix lengths.
    var addresses: [String] {
        switch role {
        case .vm(let vm): vm.addresses.map(\.description)
        case .router(let router): router.addresses.map { "\($0)" }
        }
    }
}
