import Addresses
import Testing

@testable import Agent

@Suite struct EndpointTests {
    @Test(
        "HOST:PORT, ADDRESS:PORT and [IPv6]:PORT are read, and written back alike",
        arguments: [
            "192.0.2.1:9697", "[2001:db8::1]:9697", "[::1]:1", "manager.example:65535", "manager:9697", "m-1_a.b:80",
            "1a.example:80",
        ])
    func good(_ text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test("An address is an address, a name is a name")
    func kinds() throws {
        #expect(try Endpoint("192.0.2.1:1").host == .address(IPAddress("192.0.2.1")!))
        #expect(try Endpoint("[2001:DB8::1]:1").host == .address(IPAddress("2001:db8::1")!))
        #expect(try Endpoint("a.b:1").host == .name("a.b"))
        #expect(try Endpoint("localhost:1").address?.isLoopback == true)
        #expect(try Endpoint("no-such-host.invalid:1").address == nil)
    }

    @Test(
        "What is neither is refused",
        arguments: [
            "", ":", ":9697", "host", "host:", "host:0", "host:65536", "host:+80", "host:-1", "host: 80", "host:８０",
            "::1:9697", "2001:db8::1:80", "[::1]", "[::1]:", "[::1]x:1", "[192.0.2.1]:1", "[host]:1", "1.2.3:1",
            "1.2.3.4.5:1", "300.1.1.1:1", "a b:1", "a..b:1", "-a:1", "a-:1", "a/b:1", "host:000001",
        ])
    func bad(_ text: String) {
        #expect(throws: Endpoint.Failure.self) { try Endpoint(text) }
    }

    @Test("Of the manager's endpoints that one is chosen at whose host it was joined")
    func agentEndpoint() throws {
        let joined = try Endpoint("192.0.2.2:9698")
        #expect(Enrolment.agentEndpoint(in: ["192.0.2.1:7", "192.0.2.2:8"], joinedAt: joined) == "192.0.2.2:8")
        #expect(Enrolment.agentEndpoint(in: ["nonsense", "192.0.2.1:7"], joinedAt: joined) == "192.0.2.1:7")
        #expect(Enrolment.agentEndpoint(in: [], joinedAt: joined) == "192.0.2.2:9697")
        #expect(Enrolment.agentEndpoint(in: [], joinedAt: try Endpoint("[::1]:1")) == "[::1]:9697")
    }
}
