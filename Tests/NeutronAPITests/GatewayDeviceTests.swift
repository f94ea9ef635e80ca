import Testing

@testable import NeutronAPI

/// The rows of the original's error tables for gateway devices and remote MAC entries, with status and type.
@Suite("Gateway devices")
struct GatewayDeviceTests {
    private func run(_ test: @escaping @Sendable (GatewayScene) async throws -> Void) async throws {
        try await APIHarness.run { try await test(GatewayScene($0)) }
    }

    private static let devices = GatewayScene.devices
    private static let nobody = GatewayScene.nobody

    @Test("S1-03: a router_vtep's shape: what it was given, no management, no remote MACs yet")
    func shape() async throws {
        try await run { scene in
            let answer = try await scene.api.send("POST", Self.devices, scene.routerDevice())
            #expect(answer.status == 201)
            let device = try #require(answer.json["gateway_device"])
            for (name, value): (String, JSONValue) in [
                ("name", .string("SiteA")), ("type", .string("router_vtep")), ("resource_id", .string(scene.router)),
                ("tunnel_ips", .array([.string("200.200.0.1")])), ("management_ip", .null), ("management_port", .null),
                ("management_protocol", .null), ("remote_mac_entries", .array([])), ("tenant_id", .string("default")),
            ] { #expect(device[name] == value, "\(name)") }
            let id = try #require(device["id"]?.string)
            #expect(try await scene.api.send("GET", Self.devices + "/" + id).json["gateway_device"] == device)
            let list = try await scene.api.send("GET", Self.devices + "?name=SiteA&fields=id")
            #expect(list.json["gateway_devices"] == .array([.object(["id": .string(id)])]))
        }
    }

    @Test("S1-03: hw_vtep is the default type, its port a number or a numeric string, its protocol ovsdb")
    func hardware() async throws {
        try await run { scene in
            let body = scene.deviceBody(
                #""management_ip":"172.31.0.1","management_port":"6640","tunnel_ips":["200.200.0.5"]"#)
            let device = try await scene.api.send("POST", Self.devices, body).json["gateway_device"]
            #expect(device?["type"] == .string("hw_vtep") && device?["management_port"] == .integer(6640))
            #expect(device?["management_protocol"] == .string("ovsdb") && device?["resource_id"] == .string(""))
            try await scene.refused(
                409, "GatewayDeviceParamDuplicate", naming: ["172.31.0.1"], "POST", Self.devices,
                body.replacing("200.200.0.5", with: "200.200.0.6"))
        }
    }

    @Test("S1-03: a network_vlan shows neither tunnel IPs nor management, and takes an update of its name")
    func vlan() async throws {
        try await run { scene in
            let id = try await scene.make(
                Self.devices, scene.deviceBody(#""type":"network_vlan","resource_id":"\#(scene.network)""#))
            let answer = try await scene.api.send("PUT", Self.devices + "/" + id, scene.deviceBody(#""name":"trunk""#))
            #expect(answer.status == 200)
            let device = answer.json["gateway_device"]
            #expect(device?["tunnel_ips"] == .array([]) && device?["name"] == .string("trunk"))
            try await scene.refused(
                409, "OperationRemoteMacEntryNotSupported", naming: ["network_vlan"], "POST",
                Self.devices + "/\(id)/remote_mac_entries", scene.entryBody())
            try await scene.refused(
                409, "DeviceInUseByGatewayDevice", naming: ["network"], "DELETE", "/v2.0/networks/" + scene.network)
        }
    }

    @Test("S1-03: what is wrong with a gateway device is refused with the original's status and type")
    func refusals() async throws {
        try await run { scene in
            let bodies: [(Int, String, [String], String)] = [
                (400, "HwVtepTypeInvalid", ["management_port", "management_ip"], #""tunnel_ips":["200.200.0.1"]"#),
                (400, "HwVtepTypeInvalid", [], #""type":"hw_vtep","management_ip":"172.31.0.1""#),
                (400, "RouterVtepTypeInvalid", ["resource_id"], #""type":"router_vtep","tunnel_ips":["200.200.0.1"]"#),
                (400, "NetworkVlanTypeInvalid", ["resource_id"], #""type":"network_vlan""#),
                (404, "ResourceNotFound", [Self.nobody], #""type":"router_vtep","resource_id":"\#(Self.nobody)""#),
                (404, "ResourceNotFound", ["x"], #""type":"network_vlan","resource_id":"x""#),
                (400, "TunnelIPsRequired", ["router_vtep"], #""type":"router_vtep","resource_id":"\#(scene.router)""#),
                (
                    400, "TunnelIPsExhausted", [],
                    #""type":"router_vtep","resource_id":"\#(scene.router)","tunnel_ips":["200.200.0.1","200.200.0.2"]"#
                ),
                (400, "HTTPBadRequest", ["type"], #""type":"linux_bridge""#),
                (400, "HTTPBadRequest", ["management_port"], #""management_ip":"172.31.0.1","management_port":65536"#),
                (400, "HTTPBadRequest", ["management_ip"], #""management_ip":"somewhere","management_port":1"#),
                (400, "HTTPBadRequest", ["tunnel_ips"], #""tunnel_ips":["nowhere"]"#),
                (400, "HTTPBadRequest", ["bogus"], #""bogus":1"#),
                (400, "HTTPBadRequest", ["remote_mac_entries"], #""remote_mac_entries":[]"#),
            ]
            for (status, type, words, body) in bodies {
                try await scene.refused(status, type, naming: words, "POST", Self.devices, scene.deviceBody(body))
            }
            let id = try await scene.make(Self.devices, scene.routerDevice())
            try await scene.refused(
                409, "DeviceInUseByGatewayDevice", naming: ["router"], "POST", Self.devices,
                scene.routerDevice(tunnelIP: "200.200.0.3"))
            let other = try await scene.make("/v2.0/routers", #"{"router":{}}"#)
            try await scene.refused(
                409, "TunnelIPInUse", naming: ["200.200.0.1"], "POST", Self.devices, scene.routerDevice(router: other))
            try await scene.refused(
                409, "DeviceInUseByGatewayDevice", naming: ["router"], "DELETE", "/v2.0/routers/" + scene.router)
            for (status, type, body) in [
                (400, "TunnelIPsExhausted", #""tunnel_ips":["200.200.0.1","200.200.0.2"]"#),
                (400, "TunnelIPsRequired", #""tunnel_ips":[]"#), (400, "HTTPBadRequest", #""type":"hw_vtep""#),
                (400, "HTTPBadRequest", #""resource_id":"\#(other)""#), (400, "HTTPBadRequest", #""bogus":1"#),
                (400, "HTTPBadRequest", #""management_ip":"172.31.0.1""#),
            ] {
                try await scene.refused(status, type, "PUT", Self.devices + "/" + id, scene.deviceBody(body))
            }
            for path in [Self.nobody, "SiteA"] {
                try await scene.refused(404, "GatewayDeviceNotFound", "GET", Self.devices + "/" + path)
                try await scene.refused(404, "GatewayDeviceNotFound", "DELETE", Self.devices + "/" + path)
                try await scene.refused(
                    404, "GatewayDeviceNotFound", "PUT", Self.devices + "/" + path, scene.deviceBody(#""name":"x""#))
            }
        }
    }

    @Test(
        "S1-09: remote MAC entries: created, listed in their device's scope, shown, moved, deleted; gone with the device"
    )
    func entries() async throws {
        try await run { scene in
            let device = try await scene.make(Self.devices, scene.routerDevice())
            let path = Self.devices + "/\(device)/remote_mac_entries"
            let answer = try await scene.api.send("POST", path, scene.entryBody(vni: #""100""#))
            #expect(answer.status == 201)
            let entry = try #require(answer.json["remote_mac_entry"])
            let id = try #require(entry["id"]?.string)
            let shape: JSONValue = .object([
                "id": .string(id), "mac_address": .string("6e:e4:5a:fa:8e:09"), "vtep_address": .string("200.200.0.2"),
                "segmentation_id": .integer(100),
            ])
            #expect(entry == shape)
            #expect(try await scene.api.send("GET", path).json == .object(["remote_mac_entries": .array([shape])]))
            #expect(try await scene.api.send("GET", path + "/" + id).json == .object(["remote_mac_entry": shape]))
            let shown = try await scene.api.send("GET", Self.devices + "/" + device)
            #expect(shown.json["gateway_device"]?["remote_mac_entries"] == .array([shape]))
            // The same VTEP for another MAC, and the same MAC under another VNI.
            _ = try await scene.make(path, scene.entryBody(mac: "6e:e4:5a:fa:8e:0a"))
            _ = try await scene.make(path, scene.entryBody(vni: "101"))
            let moved = try await scene.api.send(
                "PUT", path + "/" + id, #"{"remote_mac_entry":{"vtep_address":"200.200.0.3"}}"#)
            #expect(moved.json["remote_mac_entry"]?["vtep_address"] == .string("200.200.0.3"))
            try await scene.refused(
                400, "HTTPBadRequest", naming: ["mac_address"], "PUT", path + "/" + id,
                #"{"remote_mac_entry":{"mac_address":"6e:e4:5a:fa:8e:0b"}}"#)
            #expect(try await scene.api.send("DELETE", path + "/" + id).status == 204)
            #expect(try await scene.api.send("DELETE", Self.devices + "/" + device).status == 204)
            try await scene.refused(404, "GatewayDeviceNotFound", "GET", path)
        }
    }

    @Test("S1-09, S1-11: what is wrong with a remote MAC entry is refused with the original's status and type")
    func entryRefusals() async throws {
        try await run { scene in
            let device = try await scene.make(Self.devices, scene.routerDevice())
            let path = Self.devices + "/\(device)/remote_mac_entries"
            for (words, body) in [
                (["mac_address", "multicast bit"], scene.entryBody(mac: "6F:E4:5A:FA:8E:09")),
                (["mac_address"], scene.entryBody(mac: "nonsense")),
                (["vtep_address"], scene.entryBody(vtep: "nowhere")),
                (["segmentation_id"], scene.entryBody(vni: "0")),
                (["segmentation_id"], scene.entryBody(vni: "16777216")),
                (["segmentation_id"], scene.entryBody(vni: "-1")), (["segmentation_id"], scene.entryBody(vni: #""x""#)),
                (["vtep_address"], #"{"remote_mac_entry":{"mac_address":"6e:e4:5a:fa:8e:09","segmentation_id":1}}"#),
                (["mac_address"], #"{"remote_mac_entry":{"vtep_address":"200.200.0.2","segmentation_id":1}}"#),
            ] {
                try await scene.refused(400, "HTTPBadRequest", naming: words, "POST", path, body)
            }
            _ = try await scene.make(path, scene.entryBody(vni: "16777215"))
            let id = try await scene.make(path, scene.entryBody())
            try await scene.refused(
                409, "DuplicateRemoteMacEntry", naming: ["6e:e4:5a:fa:8e:09"], "POST", path, scene.entryBody())
            let router = try await scene.make("/v2.0/routers", #"{"router":{}}"#)
            let other = try await scene.make(Self.devices, scene.routerDevice(router: router, tunnelIP: "200.200.0.9"))
            for method in ["GET", "DELETE"] {
                try await scene.refused(
                    400, "RemoteMacEntryWrongGatewayDevice", naming: [id, other], method,
                    Self.devices + "/\(other)/remote_mac_entries/\(id)")
                for unknown in [Self.nobody, "x"] {
                    try await scene.refused(404, "RemoteMacEntryNotFound", method, path + "/" + unknown)
                }
            }
            try await scene.refused(
                404, "GatewayDeviceNotFound", "POST", Self.devices + "/\(Self.nobody)/remote_mac_entries",
                scene.entryBody())
        }
    }
}
