import Testing

/// Puts frames on the WAN of `Scenes.peering` as a peer, or somebody who is none, would send them to site 2; scapy makes them.
struct Injector: Sendable {
    let lab: TestLab

    /// `tunnel(n, …)` is a frame of VXLAN with UDP to port `n` from a1 to a2 in it.
    var prelude: String {
        get throws {
            """
            gateway, router = "\(try lab.mac(of: "wan0", in: "site2/gateway"))", "\(try lab.mac(of: lab.wanBridge("site2/gateway"), in: "wan"))"
            def inner(n, tos=0, mac="02:bb:aa:aa:dd:02"):
                return Ether(src="02:bb:aa:aa:dd:01", dst=mac)/IP(src="10.1.0.3", dst="10.0.0.3", tos=tos)/UDP(sport=5, dport=n)/Raw(b"x"*18)
            def outer(payload, vni=10001, flags=8, first=0, last=0, src="200.200.200.3", dst="200.100.100.3", tos=0, chksum=0, ipflags="DF"):
                header = bytes([flags]) + first.to_bytes(3, "big") + vni.to_bytes(3, "big") + bytes([last])
                return Ether(src=router, dst=gateway)/IP(src=src, dst=dst, tos=tos, flags=ipflags)/UDP(sport=50000, dport=4789, chksum=chksum)/Raw(header + bytes(payload))
            def tunnel(n, **rest):
                return outer(inner(n), **rest)
            def send(*frames):
                for frame in frames: sendp(frame, iface="\(try lab.wanPort("site2/gateway"))")

            """
        }
    }

    /// Injects and says what came out: UDP ports by the VM that got them, and packets dropped by reason.
    func inject(_ script: String, delivered: Int) async throws -> (ports: [String: [Int]], drops: [String: Int]) {
        var captures: [String: Capture] = [:]
        for vm in ["a2", "b2", "b3"] {
            captures[vm] = try await lab.capture(
                "eth0", in: vm, filter: "udp and dst host 10.0.0.3", direction: .inbound)
        }
        var ports: [String: [Int]] = [:]
        let drops = try await lab.drops(
            "site2/gateway",
            during: {
                try await lab.scapy("wan", try prelude + script)
                // All frames go the same way through the host, so what the VM has got ends the wait.
                for (vm, capture) in captures {
                    let packets = try await capture.stop(after: vm == "a2" ? delivered : 0)
                    if !packets.isEmpty { ports[vm] = packets.compactMap { $0.number("udp.dstport") } }
                }
            })
        return (ports, drops)
    }
}
