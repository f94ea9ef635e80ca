import Addresses
import Glibc

extension ManagerConfiguration {
    /// The names by which agents reach the manager.
    func advertisedNames() throws -> [String] {
        if !advertisedAddresses.isEmpty { return advertisedAddresses }
        let listeners = [agentListen, joinListen]
        var names: [String] = []
        for name in listeners.filter({ !$0.isWildcard }).map(\.host) where !names.contains(name) { names.append(name) }
        for listener in listeners where listener.isWildcard {
            for address in Self.localAddresses() where !names.contains(address.description) {
                // `::` takes IPv4 as well.
                guard listener.host == "::" || address.family == .v4 else { continue }
                names.append(address.description)
            }
        }
        return names.isEmpty ? ["127.0.0.1"] : names
    }

    /// `host:port` of a listener as others may reach it.
    package func reachable(_ listener: Listener) throws -> String {
        guard listener.isWildcard else { return listener.description }
        let name = try advertisedAddresses.first ?? advertisedNames().first ?? "127.0.0.1"
        return Listener(host: name, port: listener.port).description
    }

    /// Of this machine's interfaces that are up, other machines' view first: loopback comes last.
    private static func localAddresses() -> [IPAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            guard entry.pointee.ifa_flags & UInt32(IFF_UP) != 0, let socket = entry.pointee.ifa_addr else {
                continue
            }
            let address: IPAddress?
            switch Int32(socket.pointee.sa_family) {
            case AF_INET:
                address = socket.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    .v4(IPv4Address(UInt32(bigEndian: $0.pointee.sin_addr.s_addr)))
                }
            case AF_INET6:
                address = socket.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
                        .v6(IPv6Address(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }))
                    }
                }
            default: address = nil
            }
            if let address, !address.isLinkLocal { addresses.append(address) }
        }
        return addresses.filter { !$0.isLoopback } + addresses.filter(\.isLoopback)
    }
}
