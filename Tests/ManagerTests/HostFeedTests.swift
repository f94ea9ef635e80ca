import AgentProtocol
import Resources
import SeededRandom
import Testing
import VirtualTopology

@testable import Manager

@Suite("A host's feed")
struct HostFeedTests {
    static func router(_ id: UInt128, number: UInt32) -> TopologyObject {
        .router(VirtualRouter(id: RouterID(id), number: number, adminStateUp: true))
    }

    @Test("Following from any kept revision gives the same slice as a snapshot", arguments: 0..<20)
    func deltasEqualSnapshot(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var feed = HostFeed(at: 10, sliceSize: 0)
        var slice = Topology()
        var states: [UInt64: Topology] = [10: slice]
        var revision: UInt64 = 10
        for _ in 0..<60 {
            revision += UInt64.random(in: 1...3, using: &random)
            var delta = TopologyDelta()
            for id in UInt128(0)..<8 where Int.random(in: 0..<4, using: &random) == 0 {
                if Bool.random(using: &random) {
                    delta.changed.append(Self.router(id, number: UInt32.random(in: 0...9, using: &random)))
                } else {
                    delta.removed.append(.router(RouterID(id)))
                }
            }
            guard !delta.isEmpty else { continue }
            slice.apply(delta)
            feed.append(delta, to: revision)
            states[revision] = slice
        }
        for (position, state) in states {
            guard case .update(let update) = feed.step(after: position, current: revision, snapshot: { slice }) else {
                #expect(state == slice)
                continue
            }
            var agent = update.isSnapshot ? Topology() : state
            agent.apply(update.delta)
            #expect(agent == slice, "from \(position)")
        }
    }

    @Test("One who fell behind by more than the history gets a snapshot; the history is bounded")
    func overflow() {
        var feed = HostFeed(at: 0, sliceSize: 0)
        for revision in 1...UInt64(HostFeed.minimumHistory + 10) {
            feed.append(TopologyDelta(changed: [Self.router(1, number: UInt32(revision))]), to: revision)
        }
        let current = UInt64(HostFeed.minimumHistory + 10)
        #expect(!feed.reachesBack(to: 5, current: current))
        #expect(feed.reachesBack(to: 10, current: current))
        let now = Topology([Self.router(1, number: UInt32(current))])
        #expect(
            feed.step(after: 5, current: current, snapshot: { now })
                == .update(
                    TopologyUpdate(
                        revision: current, isSnapshot: true,
                        delta: TopologyDelta(changed: [Self.router(1, number: UInt32(current))]))))
        #expect(
            feed.step(after: 10, current: current, snapshot: { now })
                == .update(
                    TopologyUpdate(
                        revision: current, isSnapshot: false,
                        delta: TopologyDelta(changed: [Self.router(1, number: UInt32(current))]))))
        #expect(feed.step(after: current, current: current, snapshot: { now }) == .caughtUp)
    }

    @Test("A revision from the future is not one to continue from")
    func future() {
        let feed = HostFeed(at: 5, sliceSize: 0)
        #expect(!feed.reachesBack(to: 8, current: 7))
        #expect(feed.reachesBack(to: 7, current: 7))
    }
}
