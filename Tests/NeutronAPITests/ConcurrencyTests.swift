import NeutronClient
import Testing

@Suite("Clients at the same time")
struct ConcurrencyTests {
    @Test("8 clients fill a subnet: no address is given twice, all are given, and then it is 409")
    func addresses() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network(cidr: "10.0.0.0/26")
            // 64 less network, broadcast and gateway.
            let free = 61
            let outcomes = try await withThrowingTaskGroup(of: [Result<String, NeutronClientError>].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var outcomes: [Result<String, NeutronClientError>] = []
                        for _ in 0..<10 {
                            do throws(NeutronClientError) {
                                let port = try await api.client.create(
                                    NeutronClient.Port.self, .init(networkID: network.id)
                                )
                                outcomes.append(.success(port.fixedIPs.map(\.ipAddress).joined()))
                            } catch {
                                outcomes.append(.failure(error))
                            }
                        }
                        return outcomes
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let given = outcomes.compactMap { try? $0.get() }
            #expect(given.count == free)
            #expect(Set(given).count == free)
            for case .failure(let error) in outcomes {
                #expect(error.status == 409)
                #expect(error.type == "IpAddressGenerationFailure")
            }
        }
    }

    @Test("of two updates with the same If-Match exactly one wins")
    func optimisticLock() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            for revision in 0..<20 {
                let wins = await withTaskGroup(of: Bool.self) { group in
                    for client in 0..<4 {
                        group.addTask {
                            do throws(NeutronClientError) {
                                _ = try await api.client.update(
                                    NeutronClient.Network.self, network.id, .init(name: "\(revision)-\(client)"),
                                    ifRevision: revision
                                )
                                return true
                            } catch {
                                return false
                            }
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
            }
        }
    }
}
