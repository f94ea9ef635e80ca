import Addresses
import Resources
import Testing

@testable import NeutronAPI

@Suite("Attribute maps")
struct AttributeMapTests {
    private func members(_ text: String) throws -> [String: JSONValue] {
        guard case .object(let members) = try JSONParser.parse(Array(text.utf8)) else { return [:] }
        return members
    }

    private func refusal(_ check: () throws(NeutronError) -> Void) -> String? {
        do throws(NeutronError) {
            try check()
            return nil
        } catch {
            #expect(error.status == 400)
            #expect(error.type == "HTTPBadRequest")
            return error.message
        }
    }

    @Test(
        "POST of a port refuses, naming field and rule",
        arguments: [
            (#"{"network_id":"x"}"#, "Invalid input for network_id. Reason: 'x' is not a valid UUID."),
            (#"{}"#, "Failed to parse request. Required attribute 'network_id' not specified"),
            (#"{"bogus":1,"and":2}"#, "Unrecognized attribute(s) 'and', 'bogus'"),
            (#"{"status":"ACTIVE"}"#, "Attribute 'status' not allowed in POST"),
            (#"{"network_id":ID,"name":3}"#, "Invalid input for name. Reason: '3' is not a valid string."),
            (
                #"{"network_id":ID,"admin_state_up":"maybe"}"#,
                "Invalid input for admin_state_up. Reason: 'maybe' cannot be converted to boolean."
            ),
            (
                #"{"network_id":ID,"mac_address":"ff:ff:ff:ff:ff:ff"}"#,
                "Invalid input for mac_address. Reason: 'ff:ff:ff:ff:ff:ff' is not a valid MAC address of one station: its multicast bit, the lowest of the first octet, is set."
            ),
            (
                #"{"network_id":ID,"fixed_ips":{}}"#,
                "Invalid input for fixed_ips. Reason: '{}' is not a list."
            ),
            (
                #"{"network_id":ID,"fixed_ips":[{}]}"#,
                "Invalid input for fixed_ips. Reason: a fixed IP needs a subnet_id, an ip_address or both."
            ),
            (
                #"{"network_id":ID,"fixed_ips":[{"ip":"10.0.0.1"}]}"#,
                #"Invalid input for fixed_ips. Reason: Unexpected key 'ip' in '{"ip":"10.0.0.1"}'; expected are ["subnet_id", "ip_address"]."#
            ),
            (
                #"{"network_id":ID,"fixed_ips":[{"ip_address":"10.0.0.256"}]}"#,
                "Invalid input for fixed_ips. Reason: ip_address: '10.0.0.256' is not a valid IP address."
            ),
            (
                #"{"network_id":ID,"security_groups":["a"]}"#,
                "Invalid input for security_groups. Reason: 'a' is not a valid UUID."
            ),
            (
                #"{"network_id":ID,"qos_policy_id":"a"}"#,
                "Invalid input for qos_policy_id. Reason: 'a' is not supported yet; only null is accepted."
            ),
            (
                #"{"network_id":ID,"tags":[""]}"#,
                "Invalid input for tags. Reason: '' is not a valid tag: it is empty."
            ),
            (
                #"{"network_id":ID,"project_id":"a","tenant_id":"b"}"#,
                "Invalid input for project_id. Reason: it is given twice, under different names, with different values."
            ),
        ]
    )
    func portPost(body: String, message: String) throws {
        let text = body.replacing("ID", with: "\"11111111-2222-4333-8444-555555555555\"")
        let members = try members(text)
        let refusal = refusal { () throws(NeutronError) in _ = try Ports.map.posted(members) }
        #expect(refusal == message)
    }

    @Test("PUT refuses what only POST may say, and what nobody may")
    func put() throws {
        for name in ["id", "network_id", "status", "created_at", "revision_number", "binding:vif_type", "tags"] {
            let members: [String: JSONValue] = [name: .string("x")]
            let refusal = refusal { () throws(NeutronError) in _ = try Ports.map.put(members) }
            #expect(refusal == "Cannot update read-only attribute \(name)")
        }
    }

    @Test("clients send numbers and booleans as strings")
    func conversions() throws {
        let body = try Networks.map.posted(
            try members(#"{"mtu":"1400","admin_state_up":"False","shared":1,"provider:segmentation_id":"123"}"#)
        )
        let draft = try Networks.draft(body)
        #expect(draft.mtu == 1400)
        #expect(draft.adminStateUp == false)
        #expect(draft.shared == true)
        #expect(draft.segmentationID == 123)
        #expect(draft.portSecurityEnabled == nil)
    }

    @Test("null and absent are different things for a subnet's gateway")
    func nullGateway() throws {
        let base = #"{"network_id":"11111111-2222-4333-8444-555555555555","cidr":"10.0.0.0/24""#
        #expect(try Subnets.draft(try Subnets.map.posted(try members(base + "}"))).gatewayIP == .keep)
        #expect(
            try Subnets.draft(try Subnets.map.posted(try members(base + #","gateway_ip":null}"#))).gatewayIP
                == .set(nil)
        )
    }

    @Test("a subnet with host bits is refused with the one that was meant")
    func hostBits() throws {
        let members = try members(
            #"{"network_id":"11111111-2222-4333-8444-555555555555","cidr":"10.0.0.9/24"}"#
        )
        let refusal = refusal { () throws(NeutronError) in _ = try Subnets.map.posted(members) }
        #expect(
            refusal
                == "Invalid input for cidr. Reason: '10.0.0.9/24' isn't a recognized IP subnet cidr, "
                + "'10.0.0.0/24' is recommended."
        )
    }

    @Test("a binding may be written with the prototype's camelCase names (S0-28)")
    func aliases() throws {
        let draft = try RouterVTEPBindings.draft(
            try RouterVTEPBindings.map.posted(
                try members(
                    """
                    {"vtepId":"11111111-2222-4333-8444-555555555555","vtepTunnelIp":"200.200.200.3",
                     "routerId":"11111111-2222-4333-8444-555555555556","routerSubnet":"192.168.123.0/29",
                     "routerIp":"192.168.123.1","routerMac":"02:bb:aa:aa:dd:01","vni":"10001"}
                    """
                )
            )
        )
        #expect(draft.vtepTunnelIP?.description == "200.200.200.3")
        #expect(draft.routerMAC?.description == "02:bb:aa:aa:dd:01")
        #expect(draft.vni == 10001)
    }

    @Test("a long value is not echoed in full")
    func longValue() throws {
        let name = String(repeating: "x", count: 100_000)
        let message = refusal { () throws(NeutronError) in _ = try Networks.map.posted(["name": .string(name)]) }
        #expect(message?.hasSuffix("exceeds maximum length of 255.") == true)
        #expect((message?.utf8.count ?? .max) < 400)
    }
}
