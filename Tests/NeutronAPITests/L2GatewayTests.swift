import Testing

@testable import NeutronAPI

/// The rows of the original's error table for L2 gateways and their connections, with status and type.
@Suite("L2 gateways")
struct L2GatewayTests {
    private func run(_ test: @escaping @Sendable (GatewayScene, _ device: String) async throws -> Void) async throws {
        try await APIHarness.run { api in
            let scene = try await GatewayScene(api)
            try await test(scene, try await scene.make(GatewayScene.devices, scene.routerDevice()))
        }
    }

    private static let gateways = GatewayScene.gateways
    private static let connections = GatewayScene.connections
    private static let nobody = GatewayScene.nobody

    @Test("S1-13: MidoNet's form shows device_id, and segmentation_id as a string when it is set")
    func form() async throws {
        try await run { scene, device in
            let body = scene.gatewayBody(#"{"device_id":"\#(device)","segmentation_id":100}"#)
            let answer = try await scene.api.send("POST", Self.gateways, body)
            #expect(answer.status == 201)
            let shape: JSONValue = .array([
                .object(["device_id": .string(device), "segmentation_id": .string("100")])
            ])
            #expect(answer.json["l2_gateway"]?["devices"] == shape)
            let bare = try await scene.api.send(
                "POST", Self.gateways, scene.gatewayBody(#"{"device_id":"\#(device)","interfaces":[]}"#))
            #expect(bare.json["l2_gateway"]?["devices"] == .array([.object(["device_id": .string(device)])]))
            // A name look-up of the command line: by path first, then by filter.
            try await scene.refused(404, "L2GatewayNotFound", "GET", Self.gateways + "/SiteAL2Gateway")
            let named = try await scene.api.send("GET", Self.gateways + "?name=SiteAL2Gateway")
            #expect(named.json["l2_gateways"]?.array?.count == 2)
        }
    }

    @Test("S1-13: networking-l2gw's form names device and interface, and works with a VTEP router, too")
    func genericForm() async throws {
        try await run { scene, device in
            let answer = try await scene.api.send(
                "POST", Self.gateways,
                scene.gatewayBody(
                    #"{"device_name":"SiteA","interfaces":[{"name":"vxlan","segmentation_id":["100"]}]}"#))
            #expect(answer.status == 201)
            let shown = answer.json["l2_gateway"]?["devices"]?.array?.first
            #expect(shown?["device_name"] == .string("SiteA") && shown?["device_id"] == .string(device))
            #expect(
                shown?["interfaces"]
                    == .array([
                        .object(["name": .string("vxlan"), "segmentation_id": .array([.string("100")])])
                    ]))
            let id = try #require(answer.json["l2_gateway"]?["id"]?.string)
            let connection = try await scene.api.send("POST", Self.connections, scene.connectionBody(id))
            #expect(
                connection.status == 201 && connection.json["l2_gateway_connection"]?["segmentation_id"] == .string(""))
            for (words, devices) in [
                (["interfaces"], #"{"device_name":"SiteA"}"#),
                (["interface name"], #"{"device_name":"SiteA","interfaces":[{"name":""}]}"#),
                (["name"], #"{"device_name":"SiteA","interfaces":[{"segmentation_id":["1"]}]}"#),
                (["device_id"], #"{"interfaces":[{"name":"a"}]}"#),
            ] {
                try await scene.refused(
                    400, "HTTPBadRequest", naming: words, "POST", Self.gateways, scene.gatewayBody(devices))
            }
            try await scene.refused(
                404, "GatewayDeviceNotFound", naming: ["nobody"], "POST", Self.gateways,
                scene.gatewayBody(#"{"device_name":"nobody","interfaces":[{"name":"a"}]}"#))
        }
    }

    @Test("S1-13: what is wrong with an L2 gateway is refused with the original's status and type")
    func refusals() async throws {
        try await run { scene, device in
            let one = #"{"device_id":"\#(device)"}"#
            for (words, devices) in [
                (["empty device list"], ""), (["Duplicate"], one + "," + one),
                (["Exactly one device"], one + #",{"device_id":"\#(device)","segmentation_id":1}"#),
                (["device_id"], #"{"segmentation_id":1}"#),
                (["Interfaces"], #"{"device_id":"\#(device)","interfaces":[{"name":"eth0"}]}"#),
                (["not an integer"], #"{"device_id":"\#(device)","segmentation_id":"x"}"#),
            ] {
                try await scene.refused(
                    400, "HTTPBadRequest", naming: ["devices"] + words, "POST", Self.gateways,
                    scene.gatewayBody(devices))
            }
            try await scene.refused(400, "HTTPBadRequest", "POST", Self.gateways, #"{"l2_gateway":{"name":"x"}}"#)
            for number in ["0", "-1", "16777216", #""0""#] {
                try await scene.refused(
                    400, "InvalidInput", naming: ["segmentation_id"], "POST", Self.gateways,
                    scene.gatewayBody(#"{"device_id":"\#(device)","segmentation_id":\#(number)}"#))
            }
            for unknown in [Self.nobody, "x"] {
                try await scene.refused(
                    404, "GatewayDeviceNotFound", naming: [unknown], "POST", Self.gateways,
                    scene.gatewayBody(#"{"device_id":"\#(unknown)"}"#))
                for method in ["GET", "DELETE"] {
                    try await scene.refused(404, "L2GatewayNotFound", method, Self.gateways + "/" + unknown)
                    try await scene.refused(
                        404, "L2GatewayConnectionNotFound", method, Self.connections + "/" + unknown)
                }
            }
        }
    }

    @Test("S1-08, S1-13, S1-17: what is wrong with a connection, and with deleting in the wrong order")
    func connections() async throws {
        try await run { scene, device in
            let with = try await scene.make(
                Self.gateways, scene.gatewayBody(#"{"device_id":"\#(device)","segmentation_id":"100"}"#))
            let without = try await scene.make(Self.gateways, scene.gatewayBody(#"{"device_id":"\#(device)"}"#))
            let other = try await scene.make("/v2.0/networks", #"{"network":{}}"#)
            for (status, type, words, body) in [
                (400, "InvalidInput", ["segmentation_id"], scene.connectionBody(with, vni: "101")),
                (400, "InvalidInput", ["segmentation_id"], scene.connectionBody(without)),
                (400, "InvalidInput", ["segmentation_id"], scene.connectionBody(without, vni: #""0""#)),
                (400, "InvalidInput", ["segmentation_id"], scene.connectionBody(without, vni: "16777216")),
                (404, "NetworkNotFound", [Self.nobody], scene.connectionBody(with, network: Self.nobody)),
                (404, "L2GatewayNotFound", [Self.nobody], scene.connectionBody(Self.nobody)),
                (400, "HTTPBadRequest", ["network_id"], #"{"l2_gateway_connection":{"l2_gateway_id":"\#(with)"}}"#),
            ] {
                try await scene.refused(status, type, naming: words, "POST", Self.connections, body)
            }
            let id = try await scene.make(Self.connections, scene.connectionBody(with))
            for (type, body) in [
                ("L2GatewayConnectionExists", scene.connectionBody(with)),
                ("L2GatewaySegmentInUse", scene.connectionBody(with, network: other)),
                ("L2GatewaySegmentInUse", scene.connectionBody(without, network: other, vni: "100")),
                ("L2GatewayConnectionExists", scene.connectionBody(without, vni: "101")),
            ] {
                try await scene.refused(409, type, "POST", Self.connections, body)
            }
            // Several connections of one gateway, and the greatest VNI.
            let second = try await scene.make(
                Self.connections, scene.connectionBody(without, network: other, vni: "16777215"))
            let updated = try await scene.api.send(
                "PUT", Self.connections + "/" + second, #"{"l2_gateway_connection":{"segmentation_id":"7"}}"#)
            #expect(updated.json["l2_gateway_connection"]?["segmentation_id"] == .string("7"))
            try await scene.refused(
                409, "L2GatewaySegmentInUse", naming: [id], "PUT", Self.connections + "/" + second,
                #"{"l2_gateway_connection":{"segmentation_id":100}}"#)
            let renamed = try await scene.api.send("PUT", Self.gateways + "/" + with, #"{"l2_gateway":{"name":"new"}}"#)
            #expect(renamed.json["l2_gateway"]?["name"] == .string("new"))

            try await scene.refused(409, "L2GatewayInUse", naming: [with], "DELETE", Self.gateways + "/" + with)
            try await scene.refused(
                409, "GatewayDeviceInUse", naming: [device], "DELETE", GatewayScene.devices + "/" + device)
            try await scene.refused(409, "NetworkInUse", naming: [id], "DELETE", "/v2.0/networks/" + scene.network)
            for path in [
                Self.connections + "/" + id, Self.connections + "/" + second, Self.gateways + "/" + with,
                Self.gateways + "/" + without, GatewayScene.devices + "/" + device, "/v2.0/networks/" + scene.network,
                "/v2.0/routers/" + scene.router,
            ] {
                #expect(try await scene.api.send("DELETE", path).status == 204, "\(path)")
            }
        }
    }

    @Test("S1-10: a remote-site port may be spelled either way, and has no host")
    func remoteSitePort() async throws {
        try await run { scene, _ in
            for owner in ["network:remote_site", "network:remote-site"] {
                let answer = try await scene.api.send(
                    "POST", "/v2.0/ports",
                    #"{"port":{"network_id":"\#(scene.network)","device_owner":"\#(owner)"}}"#)
                #expect(answer.status == 201 && answer.json["port"]?["device_owner"] == .string(owner))
                try await scene.refused(
                    400, "InvalidInput", naming: ["binding:host_id"], "POST", "/v2.0/ports",
                    #"{"port":{"network_id":"\#(scene.network)","device_owner":"\#(owner)","binding:host_id":"h"}}"#)
            }
        }
    }
}
