import Foundation
import Lab
import LinuxNetworking
import NeutronClient
import Resources
import SeededRandom
import StateStore
import Synchronization
import Testing

@testable import Manager

extension Integration {
    /// The manager's store seen from outside: what was acknowledged is there, whole (DESIGN.md, invariant 5).
    @Suite(
        "Store", .serialized, .lab("store", "sites: [{name: site1, underlay: 192.168.192.0/24, hosts: [{name: host}]}]")
    )
    struct StoreTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("invariant 5: whatever a killed manager had acknowledged is there, and nothing is half there")
        func bursts() async throws {
            let api = try lab.api("site1")
            let network = try await api.create(NeutronClient.Network.self, .init(name: "burst"))
            _ = try await api.create(
                NeutronClient.Subnet.self, .init(networkID: network.id, cidr: "10.77.0.0/16", gatewayIP: .null))
            let ledger = Ledger(network: network.id, api: api)
            var random = SplitMix64(seed: 5)
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for seed in 0..<8 { group.addTask { try await ledger.write(seed: UInt64(seed)) } }
                    // In the midst of it, wherever that is, after some more have been acknowledged.
                    let enough = ledger.writes + Int.random(in: 12...80, using: &random)
                    try await lab.eventually("writes go on", within: .seconds(30)) { ledger.writes >= enough }
                    try await lab.end(["site1"])
                    try await group.waitForAll()
                }
                try await checkFile()
                try await lab.start(["site1"])
                try await ledger.check()
            }
            #expect(ledger.writes > 50)
            #expect(try !lab.log("site1").contains("repairing"))

            // All of it can go, and then its network, which has to be empty.
            for port in try await api.list(NeutronClient.Port.self, where: ["network_id": network.id]) {
                try await api.delete(NeutronClient.Port.self, port.id)
            }
            try await api.delete(NeutronClient.Network.self, network.id)
        }

        /// Reads what a killed manager left: every resource is whole, and with the others it makes a site without faults.
        private func checkFile() async throws {
            let left = lab.lab.directory.managerData("site1")
            let copy = NSTemporaryDirectory() + "tombolo-\(UUID().uuidString)"
            try FileManager.default.copyItem(atPath: left, toPath: copy)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            let store = try SQLiteStore(path: copy + "/\(ManagerService.storeFile)")
            let contents = try await SiteStorage(store: store).load()
            #expect(!contents.inventory.ports.isEmpty)
            await store.close()
            #expect(contents.inventory.invariants() == [])
            #expect(contents.claimsToAdd == [] && contents.claimsToRemove == [])
        }
    }
}

/// What clients know of their ports: each has an address of its own choice.
private final class Ledger: Sendable {
    private struct Book {
        /// Acknowledged: by address the port's id.
        var made: [String: String] = [:]
        /// Asked for; no answer came.
        var perhapsMade: Set<String> = []
        /// By id; no answer came.
        var perhapsDeleted: Set<String> = []
        var freed: Set<String> = []
        var next = 10
        var writes = 0
    }

    private let network: String
    private let api: NeutronClient
    private let book = Mutex(Book())

    init(network: String, api: NeutronClient) {
        self.network = network
        self.api = api
    }

    var writes: Int { book.withLock { $0.writes } }

    /// Makes and deletes ports until the manager is gone.
    func write(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        while true {
            do {
                if Int.random(in: 0..<3, using: &random) == 0 { try await delete() } else { try await make() }
                book.withLock { $0.writes += 1 }
            } catch {
                guard case .unreachable = error else { throw error }
                return
            }
        }
    }

    private func make() async throws(NeutronClientError) {
        let address = book.withLock { book in
            book.next += 1
            let address = "10.77.\(book.next / 250).\(book.next % 250 + 1)"
            book.perhapsMade.insert(address)
            return address
        }
        let port = try await create(address)
        book.withLock { book in
            book.perhapsMade.remove(address)
            book.made[address] = port.id
        }
    }

    private func create(_ address: String) async throws(NeutronClientError) -> NeutronClient.Port {
        try await api.create(
            NeutronClient.Port.self, .init(networkID: network, fixedIPs: [.init(ipAddress: address)]))
    }

    private func delete() async throws(NeutronClientError) {
        let victim = book.withLock { book -> (address: String, id: String)? in
            guard let (address, id) = book.made.popFirst() else { return nil }
            book.perhapsDeleted.insert(id)
            return (address, id)
        }
        guard let victim else { return }
        try await api.delete(NeutronClient.Port.self, victim.id)
        book.withLock { book in
            book.perhapsDeleted.remove(victim.id)
            book.freed.insert(victim.address)
        }
    }

    /// Compares with what the manager says, and takes that as known. Whether addresses are free or taken is asked by
    /// using them again: a claim without its port, or a port without its claim, shows there.
    func check() async throws {
        let ports = try await api.list(NeutronClient.Port.self, where: ["network_id": network])
        let addresses = ports.flatMap(\.fixedIPs).map(\.ipAddress)
        #expect(addresses.count == ports.count && Set(addresses).count == addresses.count)
        let present = Dictionary(uniqueKeysWithValues: ports.map { ($0.fixedIPs.first?.ipAddress ?? "", $0.id) })
        let (known, free) = book.withLock { book in
            for (address, id) in book.made { #expect(present[address] == id, "\(address) was acknowledged") }
            for (address, id) in present where book.made[address] != id {
                #expect(
                    book.perhapsMade.contains(address) || book.perhapsDeleted.contains(id),
                    "\(address) was not asked for, or its deletion was acknowledged")
            }
            let free = book.freed.union(book.perhapsMade).subtracting(present.keys)
            book.made = present
            (book.perhapsMade, book.perhapsDeleted, book.freed) = ([], [], [])
            return (present.keys, free)
        }
        for address in known.prefix(3) {
            await #expect("\(address) is taken") { _ = try await self.create(address) } throws: { error in
                if case NeutronClientError.api(status: 409, _, _) = error { true } else { false }
            }
        }
        for address in free.sorted().prefix(6) {
            let port = try await create(address)
            book.withLock { $0.made[address] = port.id }
        }
    }
}
