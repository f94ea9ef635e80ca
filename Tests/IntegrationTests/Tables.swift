import ForwardingTables
import Lab
import LinuxNetworking
import NeutronClient

@testable import Datapath

extension TestLab {
    /// What the kernel of a host holds for us, line by line: the tables that the control plane decides, not counters.
    func tables(_ host: String) throws -> [String] {
        let (site, name) = try Self.parts(host)
        let pins = PinDirectory(lab.directory.pins(site, name))
        var rows: [TableRow] = []
        for table in TableID.allCases where table.policy == .managed {
            let handle = try pins.openTable(table.name)
            try handle.collect { key, value in
                rows.append(
                    TableRow(
                        table: table, key: [UInt8](UnsafeRawBufferPointer(start: key, count: handle.info.keySize)),
                        value: [UInt8](UnsafeRawBufferPointer(start: value, count: handle.info.valueSize))))
            }
        }
        return ForwardingTables(rows).sortedRows.map(\.description)
    }

    /// Every host's tables, links, addresses and routes.
    func kernels() async throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for site in lab.plan.sites {
            for host in site.hosts {
                let name = "\(site.name)/\(host.name)"
                let links = try await shell(
                    name, "ip -o link show | sed 's/ qdisc.*alias/ alias/'; ip -o -4 address; ip route show table all")
                result[name] = try tables(name) + links.split(separator: "\n").map(String.init).sorted()
            }
        }
        return result
    }

    /// Everything that the sites' APIs list, as they write it.
    func stores() async throws -> [String: String] {
        var result: [String: String] = [:]
        for site in lab.plan.sites {
            for kind in ["networks", "subnets", "ports", "routers", "router_vtep_bindings", "router_vtep_routes"] {
                let answer = try await api(site.name).send("GET", "/v2.0/\(kind)")
                result["\(site.name) \(kind)"] = String(decoding: answer.body, as: UTF8.self)
            }
        }
        return result
    }
}
