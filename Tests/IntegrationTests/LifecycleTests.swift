import Lab
import NeutronClient
import Testing

extension Integration {
    /// A third tenant comes, peers and goes, beside A and B who stay.
    @Suite("A peering's life", .serialized, .lab("life", Scenes.peering))
    struct LifecycleTests {
        /// The greatest there is.
        private static let vni = 16_777_215

        let lab: TestLab

        init() throws { lab = try TestLab.current }

        private func binding(_ tenant: Tenant, vtep: String, vni: Int = Self.vni)
            -> NeutronClient.RouterVTEPBinding.Creation
        {
            let isNear = tenant.site == "site1"
            return .init(
                vtepID: vtep, vtepTunnelIP: isNear ? "200.200.200.3" : "200.100.100.3", routerID: tenant.router.id,
                routerSubnet: "192.168.123.0/29", routerIP: isNear ? "192.168.123.1" : "192.168.123.2",
                routerMAC: isNear ? "02:bb:aa:aa:dd:01" : "02:bb:aa:aa:dd:02", vni: vni)
        }

        private func route(_ binding: NeutronClient.RouterVTEPBinding, at site: String)
            -> NeutronClient.RouterVTEPRoute.Creation
        {
            let isNear = site == "site1"
            return .init(
                bindingID: binding.id, cidr: isNear ? "10.0.0.0/16" : "10.1.0.0/16",
                gatewayIP: isNear ? "192.168.123.2" : "192.168.123.1",
                gatewayMAC: isNear ? "02:bb:aa:aa:dd:02" : "02:bb:aa:aa:dd:01",
                remoteVTEPIP: isNear ? "200.100.100.3" : "200.200.200.3")
        }

        private func expect(
            status: Int, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
        ) async throws {
            do {
                try await body()
                Issue.record("it was not refused", sourceLocation: sourceLocation)
            } catch let error as NeutronClientError {
                #expect(error.status == status, "\(error)", sourceLocation: sourceLocation)
            }
        }

        @Test(
            "S0-28, S0-29, S0-33, S4-13, S0-23: a peering makes exactly its parts, works at the first ping, and leaves nothing when deleted in order"
        )
        func life() async throws {
            let (stores, kernels) = (try await lab.stores(), try await lab.kernels())
            var tenants: [Tenant] = []
            tenants.append(try await Tenant(lab, at: "site1", cidr: "10.1.0.0/24", vm: "c1", address: "10.1.0.3"))
            tenants.append(try await Tenant(lab, at: "site2", cidr: "10.0.0.0/24", vm: "c2", address: "10.0.0.3"))
            let host = "site1/compute"
            let plain = try lab.tables(host)

            var bindings: [NeutronClient.RouterVTEPBinding] = []
            var routes: [NeutronClient.RouterVTEPRoute] = []
            for tenant in tenants {
                let api = try lab.api(tenant.site)
                let vtep = try await lab.named(NeutronClient.Router.self, "vtep", at: tenant.site)
                bindings.append(
                    try await api.create(NeutronClient.RouterVTEPBinding.self, binding(tenant, vtep: vtep.id)))
            }
            // S0-28: one port of the tenant's router with the connected route and its own address, nothing else.
            try await lab.eventually("the binding is in the host's tables") { try lab.tables(host).count > plain.count }
            let bound = try lab.tables(host)
            #expect(
                added(plain, bound, "router_ports").map { words($0, 5...6) } == ["02:bb:aa:aa:dd:01 192.168.123.1"])
            #expect(
                added(plain, bound, "routes").map { words($0, 3...5) }
                    == ["192.168.123.0/29 -> connected", "192.168.123.1/32 -> local"])
            #expect(added(plain, bound, "neighbours").isEmpty)
            #expect(Set(plain).isSubset(of: bound))

            for (tenant, binding) in zip(tenants, bindings) {
                routes.append(
                    try await lab.api(tenant.site).create(
                        NeutronClient.RouterVTEPRoute.self, route(binding, at: tenant.site)))
            }
            // S0-29: route, neighbour and remote MAC.
            try await lab.eventually("the route is in the host's tables") {
                try lab.tables(host).count >= bound.count + 3
            }
            let routed = try lab.tables(host)
            #expect(added(bound, routed, "routes").map { words($0, 3...6) } == ["10.0.0.0/16 -> via 192.168.123.2"])
            #expect(
                added(bound, routed, "neighbours").count == 1
                    && added(bound, routed, "neighbours").allSatisfy {
                        $0.contains("02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02")
                    })
            #expect(added(bound, routed, "fdb").map { words($0, 2...5) } == ["02:bb:aa:aa:dd:02 -> tunnel site"])
            #expect(added(bound, routed, "").count == 3 && Set(bound).isSubset(of: routed))
            let arp = try await lab.captureWAN("site1/gateway", filter: "not icmp")
            let first = try await lab.ping("c1", "10.0.0.3", count: 1)
            #expect(first.isWhole, "\(first.output)")
            let packets = try await arp.stop()
            #expect(packets.filter(\.isVXLAN).map(\.vni) == [Self.vni, Self.vni])
            #expect(packets.allSatisfy { $0["arp.dst.proto_ipv4"].allSatisfy { $0.hasPrefix("200.") } })
            try await lab.expectPing("c2", "10.1.0.3")

            // S0-33: the wrong order is refused, and changes nothing.
            let whole = try await lab.stores()
            for (tenant, binding) in zip(tenants, bindings) {
                let api = try lab.api(tenant.site)
                try await expect(status: 409) { try await api.delete(NeutronClient.RouterVTEPBinding.self, binding.id) }
                try await expect(status: 409) { try await api.delete(NeutronClient.Router.self, tenant.router.id) }
                try await expect(status: 409) { try await api.delete(NeutronClient.Router.self, binding.vtepID) }
                try await expect(status: 409) { try await api.delete(NeutronClient.Network.self, tenant.network.id) }
            }
            #expect(try await lab.stores() == whole)
            for (tenant, route) in zip(tenants, routes) {
                try await lab.api(tenant.site).delete(NeutronClient.RouterVTEPRoute.self, route.id)
            }
            try await lab.eventually("the hosts have heard") { try lab.tables(host) == bound }
            try await lab.expectNoPing("c1", "10.0.0.3", count: 1)
            for (tenant, binding) in zip(tenants, bindings) {
                let api = try lab.api(tenant.site)
                try await expect(status: 409) { try await api.delete(NeutronClient.Router.self, tenant.router.id) }
                try await api.delete(NeutronClient.RouterVTEPBinding.self, binding.id)
            }
            try await lab.eventually("the host's tables are as before the peering") { try lab.tables(host) == plain }
            for tenant in tenants { try await tenant.delete() }
            #expect(try await lab.stores() == stores)
            try await lab.eventually("the kernels are as before") { try await lab.kernels() == kernels }
            let after = try await lab.kernels()
            for (name, lines) in kernels {
                #expect(Set(after[name] ?? []).symmetricDifference(lines).isEmpty, "\(name)")
            }
            // The others never noticed.
            try await lab.expectPing("a1", "10.0.0.3")
        }

        @Test("S0-23, S0-28: a VNI is unique per VTEP router and in 1...16777215, and what is refused leaves nothing")
        func refusals() async throws {
            let api = try lab.api("site1")
            let vtep = try await lab.named(NeutronClient.Router.self, "vtep", at: "site1")
            let a = try await lab.named(NeutronClient.Router.self, "A", at: "site1")
            let router = try await api.create(NeutronClient.Router.self, .init(name: "D", projectID: "D"))
            let (stores, kernels) = (try await lab.stores(), try await lab.kernels())
            let good = NeutronClient.RouterVTEPBinding.Creation(
                vtepID: vtep.id, vtepTunnelIP: "200.200.200.3", routerID: router.id, routerSubnet: "192.168.124.0/29",
                routerIP: "192.168.124.1", routerMAC: "02:bb:aa:aa:dd:09", vni: 30003)
            let bad: [(Int, WritableKeyPath<NeutronClient.RouterVTEPBinding.Creation, Int>, Int)] = [
                (409, \.vni, 10001), (409, \.vni, 20002), (400, \.vni, 0), (400, \.vni, 16_777_216), (400, \.vni, -1),
            ]
            for (status, field, value) in bad {
                var creation = good
                creation[keyPath: field] = value
                try await expect(status: status) {
                    _ = try await api.create(NeutronClient.RouterVTEPBinding.self, creation)
                }
            }
            let worse: [(Int, WritableKeyPath<NeutronClient.RouterVTEPBinding.Creation, String>, String)] = [
                (400, \.routerMAC, "03:bb:aa:aa:dd:09"), (400, \.routerIP, "192.168.125.1"),
                (400, \.routerIP, "192.168.124.0"),
                (404, \.vtepID, "00000000-0000-4000-8000-000000000000"),
                (404, \.routerID, "00000000-0000-4000-8000-000000000000"),
                (400, \.vtepTunnelIP, "224.0.0.1"), (400, \.routerID, vtep.id),
            ]
            for (status, field, value) in worse {
                var creation = good
                creation[keyPath: field] = value
                try await expect(status: status) {
                    _ = try await api.create(NeutronClient.RouterVTEPBinding.self, creation)
                }
            }
            // The peering's subnet must not be one that the router has already.
            var overlapping = good
            overlapping.routerID = a.id
            overlapping.routerSubnet = "10.1.0.0/29"
            overlapping.routerIP = "10.1.0.2"
            await #expect(throws: NeutronClientError.self) {
                _ = try await api.create(NeutronClient.RouterVTEPBinding.self, overlapping)
            }
            #expect(try await lab.stores() == stores)
            #expect(try await lab.kernels() == kernels)

            // On another VTEP router the same VNI is another segment.
            let other = try await api.create(NeutronClient.Router.self, .init(name: "vtep2"))
            var same = good
            same.vtepID = other.id
            same.vtepTunnelIP = "200.200.200.99"
            same.vni = 10001
            let binding = try await api.create(NeutronClient.RouterVTEPBinding.self, same)
            try await api.delete(NeutronClient.RouterVTEPBinding.self, binding.id)
            try await api.delete(NeutronClient.Router.self, other.id)
            #expect(try await lab.stores() == stores)
            try await api.delete(NeutronClient.Router.self, router.id)
        }

        /// Rows of a table that `new` has and `old` has not.
        private func added(_ old: [String], _ new: [String], _ table: String) -> [String] {
            let known = Set(old)
            return new.filter { !known.contains($0) && ($0.hasPrefix(table + " ") || table.isEmpty) }
        }

        private func words(_ row: String, _ range: ClosedRange<Int>) -> String {
            row.split(separator: " ").dropFirst(range.lowerBound).prefix(range.count).joined(separator: " ")
        }
    }
}
