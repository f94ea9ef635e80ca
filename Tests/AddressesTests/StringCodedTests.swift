import Addresses
import Foundation
import Testing

@Suite("Coding: every value is one string")
struct StringCodedTests {
    struct Everything: Codable, Equatable {
        var v4 = IPv4Address(10, 0, 0, 1)
        var v6 = IPv6Address(1)
        var address = IPAddress("fe80::1")
        var mac = MACAddress("02:bb:aa:aa:dd:01")
        var prefix = IPPrefix("192.168.123.1/29")
        var range = AddressRange("10.0.0.2-10.0.0.9")
        var vni = VNI(10001)
        var ports = PortRange("80-90")
    }

    @Test("Values are coded as their text and come back equal")
    func roundTrip() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(Everything())
        let expected = """
            {"address":"fe80::1","mac":"02:bb:aa:aa:dd:01","ports":"80-90","prefix":"192.168.123.1/29",\
            "range":"10.0.0.2-10.0.0.9","v4":"10.0.0.1","v6":"::1","vni":"10001"}
            """
        #expect(String(decoding: json, as: UTF8.self) == expected)
        #expect(try JSONDecoder().decode(Everything.self, from: json) == Everything())
    }

    @Test("A text that does not parse is a decoding error, not a default")
    func refusal() {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(VNI.self, from: Data("\"0\"".utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(MACAddress.self, from: Data("\"02\"".utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(IPPrefix.self, from: Data("8".utf8)) }
    }
}
