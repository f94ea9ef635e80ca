import LinuxNetworking
import Synchronization

/// The next hops whose neighbour entries are kept: read by the task that follows the kernel's events, which must not
/// wake the agent for every neighbour that comes and goes on a busy host.
final class WatchedNextHops: Sendable {
    private let hops = Mutex<Set<UnderlayNeighbours.NextHop>>([])

    func replace(by new: Set<UnderlayNeighbours.NextHop>) { hops.withLock { $0 = new } }

    func contains(_ neighbour: Neighbour) -> Bool {
        hops.withLock { $0.contains(.init(address: neighbour.address, link: neighbour.linkIndex)) }
    }
}
