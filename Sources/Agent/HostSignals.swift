import LinuxNetworking

/// The kernel's events as two wake-ups, each told once however much happened: what there is, is read when it is looked
/// at.
struct HostSignals: Sendable {
    /// Links or addresses changed.
    let links: AsyncStream<Void>
    /// Ways to tunnels' ends may have changed.
    let routes: AsyncStream<Void>
    private let linksChanged: AsyncStream<Void>.Continuation
    private let routesChanged: AsyncStream<Void>.Continuation

    init() {
        (links, linksChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (routes, routesChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns when `events` ends.
    func follow(_ events: AsyncStream<NetlinkEvent>, _ watched: WatchedNextHops) async {
        for await event in events {
            switch event {
            case .linkAdded, .linkChanged, .linkRemoved, .addressAdded, .addressRemoved: linksChanged.yield()
            case .routeAdded, .routeRemoved: routesChanged.yield()
            case .neighbourRemoved(let neighbour): if watched.contains(neighbour) { routesChanged.yield() }
            case .neighbourChanged: break
            case .overrun:
                linksChanged.yield()
                routesChanged.yield()
            }
        }
    }
}
