import Addresses
import LinuxNetworking
import Testing

@testable import Lab

@Suite("A lab's plan")
struct LabPlanTests {
    private func plan(_ name: String, sites: [String] = ["site1", "site2"]) throws -> LabPlan {
        let members = sites.map { site in
            """
              - name: \(site)
                underlay: 10.9.0.0/24
                hosts: [{name: gw, wan: {address: 203.0.113.1\(sites.firstIndex(of: site) ?? 0)/24, gateway: 203.0.113.1}}, {name: h-2}]
                vms: [{name: v-1, host: gw}]
            """
        }
        let definition = try LabDefinition(yaml: "name: \(name)\nsites:\n" + members.joined(separator: "\n"))
        let subnets = try sites.indices.map { try #require(IPPrefix("169.254.1.\($0 * 4)/30")) }
        return LabPlan(definition, accessSubnets: subnets)
    }

    @Test("namespaces are named after lab, site and member, each once")
    func names() throws {
        let plan = try plan("lab", sites: ["site2", "site3"])
        #expect(
            plan.namespaces.prefix(5) == [
                "tb-lab-wan", "tb-lab-site2", "tb-lab-site2-gw", "tb-lab-site2-h-2", "tb-lab-site2-v-1",
            ])
        #expect(Set(plan.namespaces).count == plan.namespaces.count)
    }

    @Test("no lab's prefix is the beginning of another's")
    func prefixes() throws {
        #expect(try plan("la").namespaces.allSatisfy { !$0.hasPrefix(LabPlan.namespacePrefix(lab: "l")) })
        #expect(try plan("la").sites[0].access.name != (try plan("lb").sites[0].access.name))
        #expect(LabPlan.linkPrefix(lab: "la") != LabPlan.linkPrefix(lab: "lb"))
    }

    @Test("interfaces' names and sockets' paths fit the kernel's limits, with the longest names")
    func limits() throws {
        let longest = String(repeating: "n", count: LabDefinition.longestName)
        let plan = try plan(longest)
        let names = plan.sites.map(\.access.name) + plan.sites.flatMap(\.hosts).compactMap { $0.wan?.port }
        #expect(names.allSatisfy { (1...15).contains($0.utf8.count) })
        let path = LabDirectory(lab: longest).controlSocket(longest, longest)
        #expect(path.utf8.count < 108)
    }

    @Test("hosts with WAN addresses of one subnet share a bridge; the manager is reached at the far end of a /30")
    func wan() throws {
        let plan = try plan("lab", sites: ["site2", "site3"])
        #expect(plan.wan.subnets.map(\.address.description) == ["203.0.113.1/24"])
        #expect(Set(plan.sites.flatMap(\.hosts).compactMap { $0.wan?.port }).count == 2)
        #expect(plan.sites.map(\.endpoint) == ["http://169.254.1.2:9696", "http://169.254.1.6:9696"])
    }

    @Test("a lab takes no access subnet that another lab's plan has")
    func accessSubnets() throws {
        let root = try RouteNetlink()
        let first = try AccessSubnets.choose(3, root: root, plans: [])
        #expect(Set(first).count == 3)
        let definition = try LabDefinition(yaml: LabDefinitionTests.smallest)
        let other = LabPlan(definition, accessSubnets: [first[1]])
        let second = try AccessSubnets.choose(3, root: root, plans: [other])
        #expect(!second.contains(first[1]) && second.contains(first[0]))
    }
}
