import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Errors")
struct ErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        var body: String?
        var headers: [String: String] = [:]
        let status: Int
        let type: String
        let message: String

        var testDescription: String { "\(method) \(path) \(body ?? "")" }
    }

    static let nobody = "99999999-9999-4999-8999-999999999999"

    static let cases: [Case] = [
        Case(
            method: "GET", path: "/nope", status: 404, type: "HTTPNotFound",
            message: "The resource could not be found."),
        Case(
            method: "GET", path: "/v2.0/nope/x", status: 404, type: "HTTPNotFound",
            message: "The resource could not be found."),
        Case(
            method: "GET", path: "/v2.0/networks/some%20name", status: 404, type: "NetworkNotFound",
            message: "Network some name could not be found."),
        Case(
            method: "GET", path: "/v2.0/networks/\(nobody)", status: 404, type: "NetworkNotFound",
            message: "Network \(nobody) could not be found."),
        Case(
            method: "DELETE", path: "/v2.0/subnets/\(nobody)", status: 404, type: "SubnetNotFound",
            message: "Subnet \(nobody) could not be found."),
        Case(
            method: "PUT", path: "/v2.0/ports/\(nobody)", body: #"{"port":{}}"#, status: 404, type: "PortNotFound",
            message: "Port \(nobody) could not be found."),
        Case(
            method: "GET", path: "/v2.0/agents/nobody", status: 404, type: "AgentNotFound",
            message: "Agent nobody could not be found."),
        Case(
            method: "PATCH", path: "/v2.0/networks", status: 405, type: "HTTPMethodNotAllowed",
            message: "The method PATCH is not allowed for this resource."),
        Case(
            method: "POST", path: "/v2.0/networks", body: "{", status: 400, type: "HTTPBadRequest",
            message: "Body contains invalid data"),
        Case(
            method: "POST", path: "/v2.0/networks", body: "[]", status: 400, type: "HTTPBadRequest",
            message: "Body contains invalid data"),
        Case(
            method: "POST", path: "/v2.0/networks", status: 400, type: "HTTPBadRequest",
            message: "Resource body required"),
        Case(
            method: "POST", path: "/v2.0/networks", body: #"{"port":{}}"#, status: 400, type: "HTTPBadRequest",
            message: "Unable to find 'network' in request body"),
        Case(
            method: "POST", path: "/v2.0/networks", body: #"{"network":[]}"#, status: 400, type: "HTTPBadRequest",
            message: "Invalid request body: 'network' is not a dictionary"),
        Case(
            method: "POST", path: "/v2.0/networks", body: #"{"networks":[]}"#, status: 400, type: "HTTPBadRequest",
            message: "Resources required"),
        Case(
            method: "POST", path: "/v2.0/networks", body: #"{"network":{"bogus":1}}"#, status: 400,
            type: "HTTPBadRequest", message: "Unrecognized attribute(s) 'bogus'"),
        Case(
            method: "GET", path: "/v2.0/networks?bogus=1&worse=2", status: 400, type: "HTTPBadRequest",
            message: "['bogus', 'worse'] is invalid attribute for filtering"),
        Case(
            method: "GET", path: "/v2.0/networks?shared=perhaps", status: 400, type: "HTTPBadRequest",
            message: "Invalid input for shared. Reason: 'perhaps' cannot be converted to boolean."),
        Case(
            method: "GET", path: "/v2.0/networks?limit=-1", status: 400, type: "BadRequest",
            message: "Bad limits request: Limit must be an integer 0 or greater and not '-1'."),
        Case(
            method: "GET", path: "/v2.0/networks?limit=2&marker=\(nobody)", status: 404, type: "NetworkNotFound",
            message: "Network \(nobody) could not be found."),
        Case(
            method: "GET", path: "/v2.0/networks?sort_key=bogus&sort_dir=asc", status: 400, type: "HTTPBadRequest",
            message: "['bogus'] is invalid attribute for sort keys"),
        Case(
            method: "GET", path: "/v2.0/networks?sort_key=name&sort_dir=up", status: 400, type: "HTTPBadRequest",
            message: "['up'] is invalid value for sort dirs, valid value is 'asc' and 'desc'"),
        Case(
            method: "GET", path: "/v2.0/networks?sort_key=name&sort_dir=asc&sort_dir=asc", status: 400,
            type: "HTTPBadRequest", message: "The number of sort_keys and sort_dirs must be same"),
        Case(
            method: "PUT", path: "/v2.0/networks/\(nobody)", body: #"{"network":{}}"#,
            headers: ["If-Match": "\"etag\""], status: 400, type: "HTTPBadRequest",
            message: "Revision number in If-Match header must be like 'revision_number=3'"),
        Case(
            method: "PUT", path: "/v2.0/routers/\(nobody)/add_router_interface", body: #"{"bogus":1}"#, status: 400,
            type: "HTTPBadRequest", message: "Unrecognized attribute(s) 'bogus'"),
        Case(
            method: "PUT", path: "/v2.0/routers/\(nobody)/add_router_interface", body: #"{"subnet_id":"s"}"#,
            status: 400, type: "HTTPBadRequest",
            message: "Invalid input for subnet_id. Reason: 's' is not a valid UUID."),
        Case(
            method: "PUT", path: "/v2.0/routers/\(nobody)/add_extraroutes", body: #"{"router":{}}"#, status: 400,
            type: "HTTPBadRequest",
            message: "Failed to parse request. Required attribute 'routes' not specified"),
        Case(
            method: "GET", path: "/v2.0/networks", headers: ["X-Project-Id": String(repeating: "p", count: 300)],
            status: 400, type: "HTTPBadRequest",
            message: "Invalid input for X-Project-Id. Reason: it exceeds maximum length of 255."),
        Case(
            method: "POST", path: "/v2.0/router_vtep_bindings", body: #"{"router_vtep_binding":{"vni":0}}"#,
            status: 400,
            type: "HTTPBadRequest",
            message: "Failed to parse request. Required attribute 'vtep_id' not specified"),
    ]

    @Test("each refusal has Neutron's status, type and message", arguments: cases)
    func refusals(test: Case) async throws {
        try await APIHarness.run { api in
            let answer = try await api.send(test.method, test.path, test.body, headers: test.headers)
            #expect(answer.status == test.status)
            #expect(answer.errorType == test.type)
            #expect(answer.errorMessage == test.message)
            #expect(answer.json["NeutronError"]?["detail"] == .string(""))
            #expect(answer.raw.header("content-type") == "application/json")
        }
    }

    @Test("405 names the methods that are allowed")
    func allow() async throws {
        try await APIHarness.run { api in
            let networks = try await api.send("PUT", "/v2.0/networks")
            #expect(networks.raw.header("allow") == "GET, HEAD, POST")
            let agents = try await api.send("POST", "/v2.0/agents", "{}")
            #expect(agents.raw.header("allow") == "GET, HEAD")
        }
    }

    @Test("a body over the limit is refused with 413, and the connection's next request is answered")
    func bodyLimit() async throws {
        try await APIHarness.run { api in
            let filler = String(repeating: " ", count: NeutronAPIService.bodyLimit)
            let answer = try await api.send("POST", "/v2.0/networks", filler + "{}")
            #expect(answer.status == 413)
            #expect(answer.errorType == "HTTPRequestEntityTooLarge")
            #expect(try await api.send("GET", "/v2.0/networks").status == 200)
        }
    }

    @Test("a full subnet answers 409 IpAddressGenerationFailure")
    func fullSubnet() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network(cidr: "10.0.0.0/29")
            for _ in 0..<5 { _ = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id)) }
            let error = await #expect(throws: NeutronClientError.self) {
                _ = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            }
            #expect(error?.status == 409)
            #expect(error?.type == "IpAddressGenerationFailure")
        }
    }
}
