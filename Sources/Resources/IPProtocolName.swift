/// The names that Neutron has for IP protocols (numbers: IANA's registry).
enum IPProtocolName {
    static let numbers: [String: Int] = [
        "ah": 51, "dccp": 33, "egp": 8, "esp": 50, "gre": 47, "hopopt": 0, "icmp": 1, "icmpv6": 58, "igmp": 2, "ip": 0,
        "ipip": 4, "ipv6-encap": 41, "ipv6-frag": 44, "ipv6-icmp": 58, "ipv6-nonxt": 59, "ipv6-opts": 60,
        "ipv6-route": 43, "ospf": 89, "pgm": 113, "rsvp": 46, "sctp": 132, "tcp": 6, "udp": 17, "udplite": 136,
        "vrrp": 112,
    ]
    static let icmp = 1
    static let icmpv6 = 58
    /// DCCP, SCTP, TCP, UDP, UDP-Lite.
    static let withPorts: Set<Int> = [33, 132, 6, 17, 136]
    /// Extension headers and ICMP of IPv6, which IPv4 does not carry. "icmpv6" is among them by its number.
    private static let ofIPv6Only: Set<Int> = [41, 44, 58, 59, 60, 43]

    /// A name in lower case or a number 0...255; nil for "any".
    static func canonical(
        _ text: String, _ ethertype: SecurityGroupRule.Ethertype
    ) throws(ResourceError) -> String? {
        let name = text.lowercased()
        if name == "any" { return nil }
        if let number = Int(name) {
            guard (0...255).contains(number) else { throw .invalidProtocol(text) }
            // ICMP of IPv6 has a number of its own; clients that mean it by 1 are taken at their word.
            return ethertype == .ipv6 && number == icmp ? "\(icmpv6)" : "\(number)"
        }
        guard numbers[name] != nil else { throw .invalidProtocol(text) }
        return ethertype == .ipv6 && (name == "icmp" || name == "icmpv6") ? "ipv6-icmp" : name
    }

    static func number(of name: String, _ ethertype: SecurityGroupRule.Ethertype) -> Int? {
        let number = numbers[name] ?? Int(name)
        return ethertype == .ipv6 && number == icmp ? icmpv6 : number
    }

    static func isCarried(_ number: Int, by ethertype: SecurityGroupRule.Ethertype) -> Bool {
        ethertype == .ipv6 || !ofIPv6Only.contains(number)
    }
}
