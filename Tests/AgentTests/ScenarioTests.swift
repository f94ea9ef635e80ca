import Testing

/// Plays the one scenario that `KernelTests` started this process for.
@Suite(.enabled(if: KernelTests.chosen != nil), .timeLimit(.minutes(2)))
struct ScenarioTests {
    @Test("Scenario") func play() async throws {
        let scenario = try #require(KernelTests.chosen)
        let world = try World()
        switch scenario {
        case .plugging: try await playPlugging(in: world)
        case .adoption: try await playAdoption(in: world)
        case .dhcp: try await playDHCP(in: world)
        case .failures: try await playFailures(in: world)
        case .silence: try await playSilence(in: world)
        case .purging: try await playPurging(in: world)
        case .neighbours: try await playNeighbours(in: world)
        case .upgrade: try await playUpgrade(in: world)
        case .uplinks: try await playUplinks(in: world)
        case .certificates: try await playCertificates(in: world)
        }
    }
}
