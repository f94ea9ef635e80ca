import Addresses
import Foundation
import Testing

@testable import Lab

@Suite("A lab's file")
struct LabDefinitionTests {
    static let smallest = """
        name: small
        sites:
          - name: site1
            underlay: 10.9.0.0/24
            hosts:
              - name: host1
        """

    @Test("the smallest file is a site with a host; the rest has defaults")
    func defaults() throws {
        let lab = try LabDefinition(yaml: Self.smallest)
        #expect(lab.underlayMTU == 1600 && lab.wanMTU == 1600)
        let site = try #require(lab.sites.first)
        #expect(site.managerAddress.description == "10.9.0.254")
        #expect(site.hosts.map(\.address.description) == ["10.9.0.1"])
        #expect(site.vms.isEmpty && site.networks.isEmpty)
    }

    @Test("hosts without an address get the first free ones, in order")
    func hostAddresses() throws {
        let lab = try LabDefinition(
            yaml: """
                name: small
                sites:
                  - name: site1
                    underlay: 10.9.0.0/29
                    manager: 10.9.0.2
                    hosts: [{name: a}, {name: b, address: 10.9.0.1}, {name: c}, {name: d}]
                """)
        #expect(
            lab.sites[0].hosts.map(\.address.description) == ["10.9.0.3", "10.9.0.1", "10.9.0.4", "10.9.0.5"])
    }

    @Test("every example can be read", arguments: ["one-site", "peering"])
    func examples(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "examples/\(name).yaml"), encoding: .utf8)
        let lab = try LabDefinition(yaml: text)
        #expect(lab.sites.flatMap(\.vms).count >= 3)
    }

    @Test("S0-30: the demo's scene is a lab with equal underlays and the sources' tunnel IPs")
    func demo() throws {
        let lab = try DemoScene.definition(lab: "demo")
        #expect(Set(lab.sites.map(\.underlay.description)) == ["192.168.192.0/24"])
        let tunnels = lab.sites.flatMap(\.hosts).compactMap { $0.wan?.address.address.description }
        #expect(tunnels == ["200.200.200.3", "200.100.100.3"])
        #expect(lab.sites.map(\.name) == DemoScene.sites.map(\.name))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        /// Replaced in `LabDefinitionTests.full`.
        var old: String
        var new: String
        var field: String
        var rule: String

        var testDescription: String { "\(field): \(rule)" }
    }

    static let full = """
        name: full
        underlay_mtu: 1600
        wan: {mtu: 1500}
        sites:
          - name: site1
            underlay: 10.9.0.0/24
            manager: 10.9.0.9
            hosts:
              - {name: gw, address: 10.9.0.7, wan: {address: 203.0.113.3/24, gateway: 203.0.113.1}}
              - {name: host2}
            networks:
              - {name: a, subnets: [{cidr: 10.1.0.0/24, gateway: 10.1.0.9}]}
            routers:
              - {name: vtep}
              - {name: A, interfaces: [a], routes: [{destination: 10.5.0.0/16, nexthop: 10.1.0.5}]}
            peerings:
              - router: A
                vtep: vtep
                vni: 10001
                tunnel_ip: 203.0.113.3
                subnet: 192.168.123.0/29
                address: 192.168.123.1
                mac: 02:bb:aa:aa:dd:01
                routes:
                  - {cidr: 10.0.0.0/16, gateway: 192.168.123.2, gateway_mac: "02:bb:aa:aa:dd:02", remote_vtep: 198.51.100.3}
            vms:
              - {name: a1, host: gw, network: a, address: 10.1.0.3, mac: "fa:16:3e:00:00:03"}
        """

    @Test("a file with every field can be read")
    func everything() throws {
        let lab = try LabDefinition(yaml: Self.full)
        let site = try #require(lab.sites.first)
        #expect(lab.wanMTU == 1500)
        #expect(site.peerings.first?.routes.first?.remoteVTEP.description == "198.51.100.3")
        #expect(site.routers.last?.routes.first?.nextHop.description == "10.1.0.5")
        #expect(site.vms.first?.mac?.description == "fa:16:3e:00:00:03")
    }

    static let faults: [Fault] = [
        Fault(old: "name: full", new: "", field: "name", rule: "is missing"),
        Fault(old: "name: full", new: "name: two-labs", field: "name", rule: "is not a name"),
        Fault(old: "name: full", new: "name: 2labs", field: "name", rule: "a letter first"),
        Fault(old: "name: full", new: "name: [full]", field: "name", rule: "must be one value"),
        Fault(old: "name: full", new: "name: full\nnmae: full", field: "nmae", rule: "there is no such field"),
        Fault(old: "underlay_mtu: 1600", new: "underlay_mtu: 600", field: "underlay_mtu", rule: "626"),
        Fault(old: "underlay_mtu: 1600", new: "underlay_mtu: big", field: "underlay_mtu", rule: "\"big\" is not"),
        Fault(old: "mtu: 1500", new: "mut: 1500", field: "wan.mut", rule: "there are mtu"),
        Fault(old: "name: site1", new: "name: wan", field: "sites[0]", rule: "the WAN's name"),
        Fault(old: "10.9.0.0/24", new: "10.9.0.1/24", field: "sites[0].underlay", rule: "10.9.0.0/24"),
        Fault(old: "10.9.0.0/24", new: "10.9.0.0/30", field: "sites[0].underlay", rule: "too small"),
        Fault(old: "10.9.0.0/24", new: "fd00::/64", field: "sites[0].underlay", rule: "is not IPv4"),
        Fault(old: "manager: 10.9.0.9", new: "manager: 10.8.0.9", field: "sites[0].manager", rule: "no host's address"),
        Fault(old: "address: 10.9.0.7", new: "address: 10.9.0.9", field: "sites[0].hosts[0].address", rule: "is taken"),
        Fault(old: "{name: host2}", new: "{name: gw}", field: "sites[0].hosts[1]", rule: "named gw already"),
        Fault(
            old: "gateway: 203.0.113.1}", new: "gateway: 203.0.113.3}", field: "sites[0].hosts[0].wan.gateway",
            rule: "own address"),
        Fault(
            old: "203.0.113.3/24", new: "203.0.113.3", field: "sites[0].hosts[0].wan.address", rule: "prefix length"),
        Fault(
            old: "{name: host2}", new: "{name: host2, wan: {address: 203.0.113.3/24, gateway: 203.0.113.1}}",
            field: "sites[0].hosts[1].wan", rule: "is taken"),
        Fault(
            old: "{name: host2}", new: "{name: host2, wan: {address: 203.0.113.4/24, gateway: 203.0.113.2}}",
            field: "sites[0].hosts[1].wan", rule: "has the gateway 203.0.113.1"),
        Fault(
            old: "{name: host2}", new: "{name: host2, wan: {address: 203.0.113.4/25, gateway: 203.0.113.1}}",
            field: "sites[0].hosts[1].wan", rule: "overlaps"),
        Fault(
            old: "{name: host2}", new: "{name: host2, wan: {address: 10.9.0.4/28, gateway: 10.9.0.1}}",
            field: "sites[0].hosts[1].wan", rule: "overlaps the underlay of site1"),
        Fault(
            old: "gateway: 10.1.0.9", new: "gateway: 10.2.0.9", field: "sites[0].networks[0].subnets[0].gateway",
            rule: "no host's"),
        Fault(
            old: "interfaces: [a]", new: "interfaces: [b]", field: "sites[0].routers[1].interfaces[0]",
            rule: "no network named \"b\""),
        Fault(old: "{name: vtep}", new: "{name: A}", field: "sites[0].routers[1]", rule: "a router named A"),
        Fault(old: "vtep: vtep", new: "vtep: V", field: "sites[0].peerings[0].vtep", rule: "no router named \"V\""),
        Fault(old: "vni: 10001", new: "vni: 16777216", field: "sites[0].peerings[0].vni", rule: "16777215"),
        Fault(old: "vni: 10001", new: "vni: 0", field: "sites[0].peerings[0].vni", rule: "1 to"),
        Fault(
            old: "mac: 02:bb:aa:aa:dd:01", new: "mac: 03:bb:aa:aa:dd:01", field: "sites[0].peerings[0].mac",
            rule: "one station"),
        Fault(
            old: "address: 192.168.123.1", new: "address: 192.168.123.8", field: "sites[0].peerings[0].address",
            rule: "no host's"),
        Fault(
            old: "cidr: 10.0.0.0/16", new: "cidr: 10.0.0.1/16", field: "sites[0].peerings[0].routes[0].cidr",
            rule: "host bits"),
        Fault(old: "host: gw", new: "host: hg", field: "sites[0].vms[0].host", rule: "there is gw, host2"),
        Fault(old: "network: a, ", new: "", field: "sites[0].vms[0].address", rule: "without a network"),
        Fault(
            old: "address: 10.1.0.3", new: "address: 10.2.0.3", field: "sites[0].vms[0].address", rule: "in no subnet"),
        Fault(old: "name: a1", new: "name: gw", field: "sites[0].vms[0]", rule: "named gw already"),
    ]

    @Test("an error names the field, the rule and the line", arguments: faults)
    func fault(_ fault: Fault) throws {
        let text = Self.full.replacing(fault.old, with: fault.new, maxReplacements: 1)
        #expect(text != Self.full)
        let error = #expect(throws: LabDefinitionError.self) { try LabDefinition(yaml: text) }
        #expect(error?.field == fault.field)
        #expect(error?.rule.contains(fault.rule) == true, "\(error?.rule ?? "")")
        #expect(error?.line != nil)
    }

    @Test("a file that is no YAML says so", arguments: ["a: [", "", "- x", "a: 1\na: 2"])
    func noYAML(text: String) {
        #expect(throws: LabDefinitionError.self) { try LabDefinition(yaml: text) }
    }
}
