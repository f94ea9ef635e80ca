import Foundation
import Manager
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playCertificates(in world: World) async throws {
        // Certificates begin an hour ago (for slow clocks), so two thirds of this one's life are over in a few seconds.
        try await world.withManager(certificateLife: 1805) { _ in
            try await world.withAgent {
                let first = try world.identity()
                try await world.eventually("renewed") { try world.identity().certificate != first.certificate }
                try await world.eventually("connected with the new one") { try await world.status().connected }
                #expect(try world.identity().privateKey != first.privateKey)
                #expect(try world.identity().hostID == first.hostID)
                #expect(
                    try CertificateLife(of: world.identity().certificate).end
                        > CertificateLife(of: first.certificate).end)
                #expect(try await world.status().lastError == "")
            }
        }
        let host = try world.identity().hostID

        // As after a long time off: the certificate that the host has is not valid any more.
        let past = SiteClock { Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 7200) }
        let expired = try await world.withManager(certificateLife: 60, clock: past) { _ in
            try await world.join()
        }
        #expect(expired.hostID == host)
        #expect(try CertificateLife(of: expired.certificate).end < Date())
        try expired.save(to: world.agentData)
        try await world.withManager { _ in
            // Without a token it says so and goes on forwarding.
            try await world.withAgent({ $0.joinToken = nil }) {
                try await Task.sleep(for: .milliseconds(500))
                let status = try await world.status()
                #expect(!status.connected)
                #expect(status.mendedRows == 0)
            }
            // With one it joins again, as the host it was.
            try await world.withAgent {
                try await world.eventually("connected") { try await world.status().connected }
                #expect(try world.identity().hostID == host)
                #expect(try CertificateLife(of: world.identity().certificate).end > Date())
            }
        }
        #expect(world.lines.contains { $0.contains("must join again: give --join-token") })
        #expect(world.lines.contains { $0.contains("expired at") && $0.contains("no stream to the manager") })
    }
}
