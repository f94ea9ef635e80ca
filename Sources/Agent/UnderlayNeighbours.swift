import Addresses
import Glibc
import LinuxNetworking

/// Keeps the next hops of our tunnels resolved. The programs take MACs from the kernel's neighbour table but send past
/// it, so nothing else would probe an entry that went stale. A managed neighbour (Linux 5.16) is kept fresh by the
/// kernel itself, also while no agent runs.
///
/// A fresh process knows our entries as the managed ones on the underlay's links. All others, and permanent ones above
/// all, are somebody else's: not made managed, not removed.
package struct UnderlayNeighbours: Sendable {
    package struct NextHop: Hashable, Sendable {
        package var address: IPAddress
        package var link: UInt32

        package init(address: IPAddress, link: UInt32) {
            self.address = address
            self.link = link
        }
    }

    package struct Plan: Hashable, Sendable {
        package var resolve: Set<NextHop>
        package var remove: Set<NextHop>

        /// - Parameters:
        ///   - present: what the kernel has, ours or not.
        ///   - links: where managed neighbours are ours.
        package init(wanted: Set<NextHop>, present: [Neighbour], links: Set<UInt32>) {
            resolve = wanted
            remove = []
            for neighbour in present {
                let hop = NextHop(address: neighbour.address, link: neighbour.linkIndex)
                let isSettled = neighbour.state == .permanent || neighbour.state == .noARP
                if wanted.contains(hop) {
                    if neighbour.isManaged || isSettled { resolve.remove(hop) }
                } else if neighbour.isManaged && !isSettled && links.contains(hop.link) {
                    remove.insert(hop)
                }
            }
        }
    }

    package private(set) var wanted: Set<NextHop> = []
    /// Remote ends and next hops that can't be reached, with the reason.
    package private(set) var problems: [IPAddress: String] = [:]

    package init() {}

    /// Asks the routing for the way to each remote end, and has the kernel resolve the next hops.
    package mutating func keep(_ remotes: Set<IPAddress>, on interfaces: HostInterfaces, with netlink: RouteNetlink) {
        let before = wanted
        problems = [:]
        wanted = nextHops(of: remotes, interfaces, netlink)
        let links = Set(interfaces.uplinks.map(\.index)).union(before.map(\.link)).union(wanted.map(\.link))
        let plan: Plan
        do {
            plan = Plan(wanted: wanted, present: try netlink.neighbours(), links: links)
        } catch {
            for remote in remotes { problems[remote] = "\(error)" }
            return
        }
        for hop in plan.resolve {
            do { try netlink.resolveNeighbour(hop.address, link: hop.link, keepResolved: true) } catch {
                problems[hop.address] = "\(error)"
            }
        }
        for hop in plan.remove { Self.remove(hop, netlink, &problems) }
    }

    private mutating func nextHops(
        of remotes: Set<IPAddress>, _ interfaces: HostInterfaces, _ netlink: RouteNetlink
    ) -> Set<NextHop> {
        var hops: Set<NextHop> = []
        for remote in remotes {
            do {
                let way = try netlink.route(to: remote)
                guard way.kind == .unicast else {
                    problems[remote] = "the route to it is not a unicast route"
                    continue
                }
                guard interfaces.links[way.linkIndex]?.mac != nil else {
                    problems[remote] = "the route to it leaves by a link that is not Ethernet"
                    continue
                }
                hops.insert(NextHop(address: way.gateway ?? remote, link: way.linkIndex))
            } catch {
                problems[remote] = "\(error)"
            }
        }
        return hops
    }

    /// What is left of ours, whoever made it: for `purge`.
    package static func removeAll(on links: Set<UInt32>, with netlink: RouteNetlink) throws -> [IPAddress: String] {
        var problems: [IPAddress: String] = [:]
        for hop in Plan(wanted: [], present: try netlink.neighbours(), links: links).remove {
            remove(hop, netlink, &problems)
        }
        return problems
    }

    private static func remove(_ hop: NextHop, _ netlink: RouteNetlink, _ problems: inout [IPAddress: String]) {
        do { try netlink.removeNeighbour(hop.address, link: hop.link) } catch {
            // Gone with its link, or by somebody else's hand.
            if error.errno != ENOENT && error.errno != ENODEV { problems[hop.address] = "\(error)" }
        }
    }
}
