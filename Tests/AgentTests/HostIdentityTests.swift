import Addresses
import Foundation
import Resources
import Testing

@testable import Agent

@Suite struct HostIdentityTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "tombolo-agent-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    private var identity: HostIdentity {
        HostIdentity(
            hostID: HostID(5), hostName: "h1", manager: "192.0.2.1:9697", privateKey: "secret", certificate: [1, 2],
            caCertificate: [3], tunnelAddress: IPAddress("192.0.2.9"))
    }

    @Test("The identity is kept for root alone, whatever the umask and whatever a crash left, and read back")
    func saved() throws {
        try withDirectory { directory in
            #expect(try HostIdentity.load(from: directory) == nil)
            let old = umask(0)
            defer { umask(old) }
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data("half an ident".utf8).write(to: URL(fileURLWithPath: directory + "/identity.json.new"))
            for name in ["h1", "h2"] {
                var identity = identity
                identity.hostName = name
                try identity.save(to: directory)
                let loaded = try #require(try HostIdentity.load(from: directory))
                #expect(loaded.hostName == name)
                #expect(loaded.privateKey == "secret")
                #expect(loaded.tunnelAddress == IPAddress("192.0.2.9"))
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/identity.json")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["identity.json"])
        }
    }

    @Test("A damaged identity is an error that names the file, not a new host")
    func damaged() throws {
        try withDirectory { directory in
            try identity.save(to: directory)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/identity.json"))
            let error = #expect(throws: HostIdentity.Failure.self) { try HostIdentity.load(from: directory) }
            #expect(error?.description.contains("identity.json") == true)
        }
    }

    @Test("A certificate is renewed after two thirds of its life; failures are repeated, not too often")
    func life() {
        let begin = Date(timeIntervalSince1970: 0)
        let life = CertificateLife(begin: begin, end: Date(timeIntervalSince1970: 9000))
        #expect(life.renewal == Date(timeIntervalSince1970: 6000))
        #expect(life.pause(after: Date(timeIntervalSince1970: 6000)) == .seconds(300))
        #expect(life.pause(after: Date(timeIntervalSince1970: 8999)) == .seconds(30))
        #expect(life.pause(after: Date(timeIntervalSince1970: 10_000)) == .seconds(30))
    }
}
