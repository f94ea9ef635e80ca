import Addresses
import LinuxNetworking
import Testing

@testable import Agent

@Suite struct UnderlayNeighboursTests {
    private func hop(_ last: Int, _ link: UInt32 = 2) -> UnderlayNeighbours.NextHop {
        .init(address: IPAddress("192.0.2.\(last)")!, link: link)
    }

    private func present(
        _ last: Int, _ link: UInt32 = 2, _ state: NeighbourState = .reachable, managed: Bool = false
    ) -> Neighbour {
        Neighbour(
            address: IPAddress("192.0.2.\(last)")!, linkIndex: link, mac: MACAddress("02:00:00:00:00:01"), state: state,
            isManaged: managed)
    }

    @Test("Next hops become managed; those that are, and an administrator's permanent ones, stay as they are")
    func resolves() {
        let plan = UnderlayNeighbours.Plan(
            wanted: [hop(1), hop(2), hop(3), hop(4)],
            present: [present(1, managed: true), present(2), present(3, 2, .permanent)], links: [2])
        #expect(plan.resolve == [hop(2), hop(4)])
        #expect(plan.remove == [])
    }

    @Test("Invariant 11: only managed entries on the underlay's links are ours to remove, also for a fresh process")
    func removes() {
        let plan = UnderlayNeighbours.Plan(
            wanted: [],
            present: [
                present(1, managed: true), present(2), present(3, 2, .permanent), present(4, 7, managed: true),
                present(5, 2, .permanent, managed: true),
            ], links: [2])
        #expect(plan.remove == [hop(1)])
        #expect(plan.resolve == [])
    }
}
