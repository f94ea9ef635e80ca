import Logging
import Manager
import NeutronClient
import Resources
import SeededRandom
import Testing

@testable import NeutronAPI

/// Requests that no sane client sends, straight at the routes: whatever comes, the answer is never a 5xx, and an error
/// names its type.
@Suite("Fuzz")
struct FuzzTests {
    struct Generator {
        var random: SplitMix64
        var known: [String]

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        /// Something of the kind that attributes hold, right or wrong.
        mutating func value(depth: Int = 3) -> JSONValue {
            let texts = [
                "", "a", "True", "1400", "-1", "10.0.0.0/24", "10.0.0.9/24", "10.0.0.5", "fd00::/64", "fd00::1",
                "0.0.0.0",
                "255.255.255.255", "10.0.0.0/33", "02:00:00:00:00:01", "01:00:00:00:00:01", "vxlan", "normal",
                "network:router_interface", "99999999999999999999", "\u{0}", "é😀", String(repeating: "x", count: 300),
            ]
            switch Int.random(in: 0..<(depth > 0 ? 12 : 9), using: &random) {
            case 0: return .null
            case 1: return .bool(.random(using: &random))
            case 2: return .integer(pick([0, 1, -1, 4, 6, 1400, 4096, 65536, 16_777_216, .max, .min]))
            case 3: return .number(pick([1.5, -0.5, 1e300, 1400.0]))
            case 4, 5, 6: return .string(pick(texts))
            case 7, 8: return .string(pick(known))
            case 9:
                return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1) })
            default:
                let names = [
                    "subnet_id", "ip_address", "mac_address", "start", "end", "destination", "nexthop", "opt_name", "x",
                ]
                var members: [String: JSONValue] = [:]
                for _ in 0..<Int.random(in: 0..<4, using: &random) { members[pick(names)] = value(depth: depth - 1) }
                return .object(members)
            }
        }

        mutating func resource(_ names: [String]) -> JSONValue {
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0..<5, using: &random) { members[pick(names)] = value() }
            return .object(members)
        }

        mutating func bytes(_ value: JSONValue) -> [UInt8] {
            var bytes = Array(JSONWriter.text(value).utf8)
            guard chance(15), !bytes.isEmpty else { return bytes }
            for _ in 0..<Int.random(in: 1..<5, using: &random) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: position)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
                }
            }
            return bytes
        }
    }

    private static let attributes: [String: [String]] = [
        "network": Networks.map.names, "subnet": Subnets.map.names, "port": Ports.map.names,
        "router": Routers.map.names, "router_vtep_binding": RouterVTEPBindings.map.names,
        "router_vtep_route": RouterVTEPRoutes.map.names, "agent": Agents.map.names,
        "gateway_device": GatewayDevices.map.names, "remote_mac_entry": RemoteMACEntries.map.names,
        "l2_gateway": L2Gateways.map.names, "l2_gateway_connection": L2GatewayConnections.map.names,
        "security_group": SecurityGroups.map.names, "security_group_rule": SecurityGroupRules.map.names,
        "address_group": AddressGroups.map.names, "rbac_policy": RBACPolicies.map.names,
        "quota": QuotaResource.allCases.map(\.rawValue) + ["force", "check_limit"],
    ]

    /// A request for one route: its parameters known ids or nonsense, its body near to what the route expects.
    private func request(_ route: Route, _ generator: inout Generator) -> APIRequest {
        var parameters: [String: String] = [:]
        for part in route.path.split(separator: "/") where part.hasPrefix("{") {
            let junk = ["x", "", "%", "é", "11111111-2222-4333-8444-555555555555"]
            parameters[String(part.dropFirst().dropLast())] =
                generator.chance(80) ? generator.pick(generator.known) : generator.pick(junk)
        }
        let words = route.path.split(separator: "/").dropFirst().drop { $0 == "gw" }
        let isEntry = words.contains("remote_mac_entries")
        let collection =
            isEntry ? "remote_mac_entries" : words.first.map { String($0).replacing("-", with: "_") } ?? ""
        let member =
            isEntry
            ? "remote_mac_entry"
            : collection.hasSuffix("ies")
                ? collection.dropLast(3) + "y" : collection.hasSuffix("s") ? String(collection.dropLast()) : collection
        let names =
            (Self.attributes[member] ?? []) + [
                "bogus", "subnet_id", "port_id", "routes", "tags", "addresses", "vtepId",
            ]
        var body: JSONValue
        switch Int.random(in: 0..<10, using: &generator.random) {
        case 0: body = generator.value()
        case 1:
            body = .object([
                collection: .array(
                    (0..<Int.random(in: 0..<4, using: &generator.random)).map { _ in generator.resource(names) }
                )
            ])
        case 2, 3: body = generator.resource(names)
        case 4, 5, 6: body = .object([member: .object([:])])
        default: body = .object([member: generator.resource(names)])
        }
        // Often enough of what is required, so that the rules behind the attribute maps are reached.
        if case .object(var members) = body, case .object(var resource)? = members[member], generator.chance(60) {
            let ids = [
                "network_id", "vtep_id", "router_id", "binding_id", "l2_gateway_id", "resource_id", "security_group_id",
                "object_id",
            ]
            for name in ids where names.contains(name) {
                resource[name] = .string(generator.pick(generator.known))
            }
            if member == "security_group_rule" { resource["direction"] = .string("ingress") }
            if member == "rbac_policy" {
                resource["object_type"] = .string(generator.pick(["network", "security_group", "address_group"]))
                resource["action"] = .string("access_as_shared")
                resource["target_tenant"] = .string(generator.pick(["*", "p", "q"]))
            }
            if member == "subnet", generator.chance(70) {
                resource["cidr"] = .string("10.\(generator.pick([1, 2, 3])).0.0/24")
            }
            members[member] = .object(resource)
            body = .object(members)
        }
        var query: [Query.Item] = []
        if generator.chance(50) {
            let words =
                names + [
                    "fields", "sort_key", "sort_dir", "limit", "marker", "page_reverse", "tags-any", "not-tags",
                    "changed_since",
                ]
            for _ in 0..<Int.random(in: 0..<4, using: &generator.random) {
                let value = generator.value(depth: 1)
                query.append(
                    .init(
                        name: generator.pick(words),
                        value: generator.chance(20) ? "asc" : value.string ?? JSONWriter.text(value)
                    )
                )
            }
        }
        let ifMatch = generator.chance(10) ? generator.pick(["revision_number=0", "revision_number=x", "*", ""]) : nil
        return APIRequest(
            identity: RequestIdentity(
                projectID: "p", userID: "u", roles: generator.chance(70) ? ["admin"] : ["member"]),
            parameters: parameters, query: Query(query), root: "http://h", path: route.path, ifMatch: ifMatch,
            body: generator.bytes(body)
        )
    }

    @Test("20000 random requests: never a 5xx, and the inventory keeps its invariants", arguments: [1, 2, 3, 4])
    func routes(seed: UInt64) async throws {
        try await APIHarness.run { api in
            let routes = NeutronRoutes(site: Site(controller: api.controller, logger: .silent)).all
            var generator = Generator(random: SplitMix64(seed: seed), known: [ErrorTests.nobody])
            var statuses: [Int: Int] = [:]
            for step in 0..<5000 {
                if step % 25 == 0 {
                    let ids = api.controller.read { $0.resources.map(\.key.path) }
                    generator.known = ids.map { String($0.split(separator: "/").last ?? "") } + [ErrorTests.nobody]
                }
                let route = generator.pick(routes)
                let request = request(route, &generator)
                let status: Int
                do throws(NeutronError) {
                    let response = try await route.handler(request)
                    status = response.status
                    if !response.body.isEmpty { #expect(throws: Never.self) { try JSONParser.parse(response.body) } }
                } catch {
                    status = error.status
                    #expect(!error.type.isEmpty && !error.message.isEmpty)
                    #expect(throws: Never.self) { try JSONParser.parse(error.body) }
                }
                statuses[status, default: 0] += 1
                #expect(
                    (200..<500).contains(status),
                    "\(route) \(request.query.encoded) \(String(decoding: request.body, as: UTF8.self))"
                )
            }
            // The fuzzer must get past the attribute maps, or it proves little.
            for status in [200, 201, 400, 404] { #expect(statuses[status, default: 0] > 20, "\(statuses)") }
            #expect(api.controller.read { $0.invariants() }.isEmpty)
        }
    }

    @Test("random bytes as bodies and paths over a real connection: an answer each, none of them a 5xx")
    func bytes() async throws {
        try await APIHarness.run { api in
            var random = SplitMix64(seed: 99)
            for _ in 0..<300 {
                let body = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let path = (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                    "%" + String(UInt8.random(in: 16...255, using: &random), radix: 16)
                }
                let target = Bool.random(using: &random) ? "/v2.0/networks" : "/v2.0/ports/" + path.joined()
                let answer = try await api.client.send("POST", target + "?" + path.joined(), body: body)
                #expect((400..<500).contains(answer.status))
            }
        }
    }
}
