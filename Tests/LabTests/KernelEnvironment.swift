import Foundation
import Testing

@testable import Lab

/// What the tests with real namespaces need: root, and the program next to the tests' own.
enum KernelEnvironment {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func binary() throws -> String {
        guard geteuid() == 0 else {
            throw Missing(description: "these tests make network namespaces: run them as root")
        }
        let path = URL(filePath: try Lab.ownBinary).deletingLastPathComponent().appending(path: "tombolo").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "there is no \(path): build the product tombolo first")
        }
        return path
    }

    /// Two test runs on one machine don't meet.
    static func uniqueName(_ prefix: String) -> String { "\(prefix)\(getpid())" }

    /// Runs `body` in a lab that is gone afterwards, whatever happens.
    static func withLab(
        _ definition: LabDefinition, _ body: (Lab) async throws -> Void
    ) async throws {
        let lab = try await Lab.up(definition, binary: try binary())
        do { try await body(lab) } catch {
            try await lab.down()
            throw error
        }
        try await lab.down()
        #expect(try Lab.remains(of: lab.name) == [])
    }

    static func oneSite(_ name: String) throws -> LabDefinition {
        try LabDefinition(
            yaml: """
                name: \(name)
                sites:
                  - name: site1
                    underlay: 192.168.10.0/24
                    hosts: [{name: host1}, {name: host2}]
                    networks:
                      - {name: front, project: shop, subnets: [{cidr: 10.0.1.0/24}]}
                      - {name: back, project: shop, subnets: [{cidr: 10.0.2.0/24}]}
                    routers: [{name: router, project: shop, interfaces: [front, back]}]
                    vms:
                      - {name: web, host: host1, network: front, address: 10.0.1.10}
                      - {name: cache, host: host2, network: front, address: 10.0.1.11}
                      - {name: db, host: host2, network: back, address: 10.0.2.10}
                """)
    }
}
