import CForwardingPipeline
import ForwardingTables
import Testing

@Suite struct DropReasonTests {
    @Test("every reason of the datapath has a name and an explanation of its own (invariant 4)")
    func everyReason() {
        #expect(DropReason.allCases.count == Int(DROP_REASON_COUNT.rawValue))
        for value in 0..<DROP_REASON_COUNT.rawValue { #expect(DropReason(rawValue: value) != nil, "reason \(value)") }
        #expect(Set(DropReason.allCases.map(\.name)).count == DropReason.allCases.count)
        #expect(Set(DropReason.allCases.map(\.explanation)).count == DropReason.allCases.count)
        for reason in DropReason.allCases { #expect(DropReason(name: reason.name) == reason) }
    }

    @Test("names follow the header's, so the order can't slip")
    func namesFollowTheHeader() {
        let pairs: [(drop_reason, String)] = [
            (DROP_UNSPECIFIED, "unspecified"), (DROP_UNKNOWN_INTERFACE, "unknown-interface"),
            (DROP_PORT_ADMIN_DOWN, "port-admin-down"), (DROP_MALFORMED_FRAME, "malformed-frame"),
            (DROP_VLAN_TAGGED, "vlan-tagged"), (DROP_SPOOFED_MAC, "spoofed-mac"),
            (DROP_SPOOFED_ADDRESS, "spoofed-address"), (DROP_SPOOFED_ARP, "spoofed-arp"),
            (DROP_SPOOFED_DHCP, "spoofed-dhcp"), (DROP_PROTOCOL_NOT_ALLOWED, "protocol-not-allowed"),
            (DROP_UNKNOWN_MAC, "unknown-mac"), (DROP_SPLIT_HORIZON, "split-horizon"), (DROP_HAIRPIN, "hairpin"),
            (DROP_NO_FLOOD, "no-flood"), (DROP_FLOOD_LIST_TOO_LONG, "flood-list-too-long"),
            (DROP_DEVICE_ADMIN_DOWN, "device-admin-down"), (DROP_NOT_ROUTABLE, "not-routable"),
            (DROP_MALFORMED_IP, "malformed-ip"), (DROP_NO_ROUTE, "no-route"), (DROP_BLACKHOLE_ROUTE, "blackhole-route"),
            (DROP_NO_NEIGHBOUR, "no-neighbour"), (DROP_TTL_EXCEEDED, "ttl-exceeded"),
            (DROP_PACKET_TOO_BIG, "packet-too-big"), (DROP_ROUTER_ADDRESS, "router-address"),
            (DROP_TOO_MANY_DEVICES, "too-many-devices"), (DROP_NO_UNDERLAY_ROUTE, "no-underlay-route"),
            (DROP_ENCAPSULATION_FAILED, "encapsulation-failed"), (DROP_DECAPSULATION_FAILED, "decapsulation-failed"),
            (DROP_OUTER_MALFORMED, "outer-malformed"), (DROP_OUTER_FRAGMENT, "outer-fragment"),
            (DROP_UNKNOWN_TUNNEL_IP, "unknown-tunnel-ip"), (DROP_VXLAN_FLAGS, "vxlan-flags"),
            (DROP_UNKNOWN_VNI, "unknown-vni"), (DROP_UNKNOWN_TUNNEL_SOURCE, "unknown-tunnel-source"),
            (DROP_INNER_VLAN_TAGGED, "inner-vlan-tagged"), (DROP_ECN_CONGESTION, "ecn-congestion"),
            (DROP_PUNT_RATE_LIMITED, "punt-rate-limited"), (DROP_PUNT_QUEUE_FULL, "punt-queue-full"),
        ]
        #expect(pairs.count == DropReason.allCases.count)
        for (constant, name) in pairs { #expect(DropReason(rawValue: constant.rawValue)?.name == name) }
    }
}
