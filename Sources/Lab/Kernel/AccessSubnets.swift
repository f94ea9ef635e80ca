import Addresses
import LinuxNetworking

/// The /30s that connect the root namespace with the sites' managers, out of the link-local block (RFC 3927), which no
/// router forwards.
enum AccessSubnets {
    /// The first `count` that neither an address or route of the root namespace nor another lab's plan uses.
    static func choose(_ count: Int, root: RouteNetlink, plans: [LabPlan]) throws -> [IPPrefix] {
        var used = try root.addresses().map(\.prefix.network)
        used += try root.routes(.v4, table: nil).map(\.destination).filter { $0.length >= 16 }
        used += plans.flatMap { $0.sites.map { $0.access.near.network } }
        var free: [IPPrefix] = []
        // RFC 3927 2.1 keeps the first and the last 256 addresses for itself.
        var first: UInt32 = IPv4Address(169, 254, 1, 0).value
        let end = IPv4Address(169, 254, 255, 0).value
        while free.count < count, first < end {
            let subnet = IPPrefix(address: .v4(IPv4Address(first)), length: 30)
            first += 4
            // A route to the whole block (zeroconf) is less specific than ours and does no harm.
            if let subnet, !used.contains(where: { $0.length > 16 && $0.overlaps(subnet) }) { free.append(subnet) }
        }
        guard free.count == count else { throw LabError.noFreeAddresses }
        return free
    }
}
