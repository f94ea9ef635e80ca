import Testing

@testable import NeutronAPI

/// A site with a VTEP router and a network, and short ways to ask for gateway devices and what hangs on them.
struct GatewayScene {
    let api: APIHarness
    let router: String
    let network: String

    init(_ api: APIHarness) async throws {
        self.api = api
        router = try await Self.made(api, "/v2.0/routers", #"{"router":{"name":"SiteAVtepRouter"}}"#)
        network = try await Self.made(api, "/v2.0/networks", #"{"network":{"name":"SiteAMultiSiteNetwork"}}"#)
    }

    private static func made(_ api: APIHarness, _ path: String, _ body: String) async throws -> String {
        let answer = try await api.send("POST", path, body)
        #expect(answer.status == 201, "\(answer.json)")
        guard case .object(let members) = answer.json else { return "" }
        return members.values.first?["id"]?.string ?? ""
    }

    func make(_ path: String, _ body: String) async throws -> String { try await Self.made(api, path, body) }

    func refused(
        _ status: Int, _ type: String, naming words: [String] = [], _ method: String, _ path: String,
        _ body: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await api.send(method, path, body)
        #expect(answer.status == status && answer.errorType == type, "\(answer.json)", sourceLocation: sourceLocation)
        for word in words {
            #expect(answer.errorMessage?.contains(word) == true, "\(answer.json)", sourceLocation: sourceLocation)
        }
    }

    static let devices = "/v2.0/gw/gateway_devices"
    static let gateways = "/v2.0/l2-gateways"
    static let connections = "/v2.0/l2-gateway-connections"
    static let nobody = "99999999-9999-4999-8999-999999999999"

    func deviceBody(_ members: String) -> String { #"{"gateway_device":{\#(members)}}"# }

    func routerDevice(router: String? = nil, tunnelIP: String = "200.200.0.1") -> String {
        deviceBody(
            #""name":"SiteA","type":"router_vtep","resource_id":"\#(router ?? self.router)","tunnel_ips":["\#(tunnelIP)"]"#
        )
    }

    func entryBody(mac: String = "6e:e4:5a:fa:8e:09", vtep: String = "200.200.0.2", vni: String = "100") -> String {
        #"{"remote_mac_entry":{"mac_address":"\#(mac)","vtep_address":"\#(vtep)","segmentation_id":\#(vni)}}"#
    }

    func gatewayBody(_ devices: String) -> String {
        #"{"l2_gateway":{"name":"SiteAL2Gateway","devices":[\#(devices)]}}"#
    }

    func connectionBody(_ gateway: String, network: String? = nil, vni: String? = nil) -> String {
        let segment = vni.map { #","segmentation_id":\#($0)"# } ?? ""
        return
            #"{"l2_gateway_connection":{"l2_gateway_id":"\#(gateway)","network_id":"\#(network ?? self.network)"\#(segment)}}"#
    }
}
