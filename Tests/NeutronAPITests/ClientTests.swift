import Glibc
import NeutronClient
import Testing

@Suite("The client")
struct ClientTests {
    @Test("an endpoint that is no HTTP URL is refused at once", arguments: ["", "host", "ftp://host", "http://"])
    func endpoints(text: String) {
        #expect(throws: NeutronClientError.invalidEndpoint(text)) { _ = try NeutronClient(endpoint: text) }
    }

    @Test("a final slash or /v2.0 of the endpoint does no harm")
    func normalised() throws {
        for text in ["http://h:1", "http://h:1/", "http://h:1/v2.0", "http://h:1/v2.0/"] {
            #expect(try NeutronClient(endpoint: text).endpoint == "http://h:1")
        }
    }

    @Test("nobody listening is .unreachable and names the endpoint")
    func unreachable() async throws {
        // Port 1 of the loopback: nothing listens there, and the kernel says so at once.
        let client = try NeutronClient(endpoint: "http://127.0.0.1:1")
        let error = await #expect(throws: NeutronClientError.self) {
            _ = try await client.list(NeutronClient.Network.self)
        }
        guard case .unreachable(let endpoint, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(endpoint == "http://127.0.0.1:1")
    }

    @Test("a server that accepts and stays silent is .timedOut, and says after how long")
    func timeout() async throws {
        let (listener, port) = try Self.silentListener()
        defer { close(listener) }
        let client = try NeutronClient(endpoint: "http://127.0.0.1:\(port)", timeout: .milliseconds(200))
        let error = await #expect(throws: NeutronClientError.self) {
            _ = try await client.list(NeutronClient.Network.self)
        }
        #expect(error == .timedOut(request: "GET http://127.0.0.1:\(port)/v2.0/networks", seconds: 0.2))
    }

    /// A socket that the kernel accepts connections on and nobody reads.
    private static func silentListener() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard let pointer, bind(descriptor, pointer, length) == 0, listen(descriptor, 8) == 0 else { return -1 }
            return getsockname(descriptor, pointer, &length)
        }
        try #require(status == 0)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    @Test("waiting for a port ends with its status, or in time")
    func waiting() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            let port = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            let down = try await api.client.waitForPort(port.id, status: "DOWN", timeout: .seconds(5))
            #expect(down.id == port.id)
            let error = await #expect(throws: NeutronClientError.self) {
                _ = try await api.client.waitForPort(port.id, timeout: .milliseconds(100))
            }
            guard case .timedOut? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let missing = await #expect(throws: NeutronClientError.self) {
                _ = try await api.client.waitForPort(network.id, timeout: .seconds(5))
            }
            #expect(missing?.type == "PortNotFound")
        }
    }

    @Test("updates leave alone what they don't name, and null takes a gateway away")
    func updates() async throws {
        try await APIHarness.run { api in
            let (_, subnet) = try await api.network(cidr: "10.0.0.0/24")
            let id = try #require(subnet).id
            let without = try await api.client.update(
                NeutronClient.Subnet.self, id, .init(name: "s", gatewayIP: .null)
            )
            #expect(without.gatewayIP == nil)
            #expect(without.name == "s")
            let with = try await api.client.update(
                NeutronClient.Subnet.self, id, .init(gatewayIP: .value("10.0.0.1"))
            )
            #expect(with.gatewayIP == "10.0.0.1")
            #expect(with.name == "s")
            #expect(try await api.client.list(NeutronClient.Agent.self).isEmpty)
        }
    }
}
