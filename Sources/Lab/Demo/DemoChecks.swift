import Addresses
import FoundationEssentials
import LinuxNetworking
import PacketFormats

/// What the demo proves. Every VM and the WAN are watched all the time.
struct DemoChecks {
    private let lab: Lab
    private let narrator: Narrator
    private let wan: WireTap
    private var taps: [String: WireTap] = [:]
    /// Of the next probe; each has its own, so that a packet tells which probe it belongs to.
    private var nextIdentifier: UInt16 = 0x7001
    /// Which tenant sent the probes with an identifier.
    private var senders: [UInt16: String] = [:]

    init(lab: Lab, narrator: Narrator) throws {
        self.lab = lab
        self.narrator = narrator
        let gateway = try lab.host(DemoScene.gateway, at: DemoScene.site1.name)
        guard let port = gateway.wan?.port else { throw LabError.unexpected("the gateway has a WAN link", "none") }
        wan = try WireTap(interface: port, in: lab.plan.wan.netns)
        for vm in DemoScene.vms {
            taps[vm.name] = try WireTap(interface: LabPlan.Interface.vm, in: try lab.vm(vm.name, at: vm.site).netns)
        }
    }

    mutating func pings() async throws {
        narrator.title("Each tenant reaches its other site")
        for (from, to) in [("a1", "a2"), ("a2", "a1"), ("b1", "b2"), ("b2", "b1")] {
            try await ping(from, to: to, count: 3)
        }
        try await ping("b1", to: "b3", count: 3)
    }

    private mutating func ping(_ from: String, to: String, count: Int) async throws {
        let target = try vm(to)
        let echo = try probe(from, to: target.address)
        let answers = try await echo.ping(count: count)
        narrator.say("\(from)$ ping -c \(count) \(target.address)")
        narrator.show(answers.enumerated().map { Self.line($0.offset + 1, $0.element) }.joined(separator: "\n"))
        narrator.check("\(from) reaches \(to)", answers.allSatisfy(\.isReply))
        let heard = await taps[to]?.frames { frames in
            frames.count { Self.isRequest($0, echo.identifier) } >= count
        }
        let requests = (heard ?? []).count { Self.isRequest($0, echo.identifier) }
        narrator.check("it was \(to) who answered", requests == count, "\(requests) requests seen there")
    }

    /// A's packets stay A's (S0-30, DESIGN §6 invariant 1).
    mutating func isolation() async throws {
        narrator.title("Tenants cannot reach each other")
        narrator.say("\(DemoScene.onlyB) at site 2 exists for tenant B (b3), not for tenant A.")
        let echo = try probe("a1", to: DemoScene.onlyB)
        let answers = try await echo.ping(count: 2)
        narrator.say("a1$ ping -c 2 \(DemoScene.onlyB)")
        narrator.show(answers.enumerated().map { Self.line($0.offset + 1, $0.element) }.joined(separator: "\n"))
        narrator.check("a1 gets no reply from it", answers.allSatisfy { !$0.isReply })
        for vm in DemoScene.vms {
            let frames = await taps[vm.name]?.frames ?? []
            let foreign = frames.compactMap(EchoFrame.init).count {
                senders[$0.identifier].map { $0 != vm.tenant } ?? false
            }
            narrator.check(
                "\(vm.name) saw nothing of the other tenant", foreign == 0, "\(frames.count) frames, \(foreign) foreign"
            )
        }
    }

    /// Tenant routers decrement the TTL, VTEP routers don't (S1-16).
    mutating func trace() async throws {
        narrator.title("The way from a1 to a2: tenant routers only, no VTEP router")
        let echo = try probe("a1", to: DemoScene.site2.vm)
        let hops = try await echo.trace()
        narrator.say("a1$ traceroute -I \(DemoScene.site2.vm)")
        narrator.show(
            hops.enumerated().map { "\($0.offset + 1)  \($0.element.router?.description ?? "*")" }
                .joined(separator: "\n"))
        let seen = hops.map { $0.router?.description ?? "*" }
        let expected = ["10.1.0.1", DemoScene.site2.routerIP, DemoScene.site2.vm]
        narrator.check(
            "the hops are \(expected.joined(separator: ", "))", seen == expected, seen.joined(separator: ", "))
    }

    /// The wire format of the sources' slide (S0-31).
    func wire(pcap: String?) async throws {
        narrator.title("On the WAN: the tunnel's packets, as tcpdump prints them")
        let frames = await wan.frames
        for tenant in DemoScene.tenants {
            let vni = UInt32(tenant.vni)
            let echoes = frames.compactMap { frame in
                EchoFrame(frame).flatMap { $0.tunnel?.vni == vni ? (frame, $0) : nil }
            }
            let request = echoes.first { $0.1.isRequest && $0.1.source.description == DemoScene.site1.vm }
            let reply = echoes.first { !$0.1.isRequest && $0.1.destination.description == DemoScene.site1.vm }
            narrator.say("tenant \(tenant.name), VNI \(vni):")
            for (frame, _) in [request, reply].compactMap({ $0 }) {
                narrator.show(Self.time(frame) + " " + PacketDescription.describe(frame.bytes))
            }
            check(request?.1, from: DemoScene.site1, to: DemoScene.site2, "request of \(tenant.name)")
            check(reply?.1, from: DemoScene.site2, to: DemoScene.site1, "reply of \(tenant.name)")
        }
        let others = frames.filter { (try? FrameLayers.parse($0.bytes))?.ipv4 != nil }.filter { frame in
            (try? FrameLayers.parse(frame.bytes))?.vxlan == nil
        }
        narrator.check("nothing but VXLAN crosses the WAN", others.isEmpty, "\(others.count) other IP packets")
        if let pcap {
            let file = try PcapWriter(path: pcap)
            for frame in frames { try file.append(frame) }
            narrator.say("\(frames.count) frames written to \(pcap)")
        }
    }

    private func check(
        _ frame: EchoFrame?, from: DemoScene.Site, to: DemoScene.Site, _ what: String
    ) {
        guard let frame, let tunnel = frame.tunnel else {
            return narrator.check("the \(what) is on the WAN", false)
        }
        narrator.check(
            "\(what): \(from.tunnelIP) to \(to.tunnelIP), 98 bytes in 148, source port from 49152 on, between the routers' MACs",
            tunnel.source.description == from.tunnelIP && tunnel.destination.description == to.tunnelIP
                && frame.length == 148 && frame.innerLength == 98 && tunnel.sourcePort >= 49152
                && frame.sourceMAC.description == from.routerMAC && frame.destinationMAC.description == to.routerMAC)
    }

    /// Nothing vanishes without a counted reason (DESIGN §6 invariant 4).
    func drops() async throws {
        narrator.title("What was dropped, and why")
        for site in lab.plan.sites {
            for host in site.hosts {
                let output = try await lab.tombolo(
                    [
                        "agent", "drops", "--json", "--control-socket",
                        lab.directory.controlSocket(site.name, host.name),
                    ],
                    in: host.netns)
                narrator.say("\(site.name)  \(host.name)# tombolo agent drops --json")
                let drops = try JSON(parsing: Array(output.utf8)).elements ?? []
                narrator.show(drops.isEmpty ? "[]" : drops.map(\.compact).joined(separator: "\n"))
            }
        }
    }

    // MARK: Parts

    private func vm(_ name: String) throws(LabError) -> DemoScene.VM {
        guard let vm = DemoScene.vms.first(where: { $0.name == name }) else {
            throw .noSuchMember(name: name, known: DemoScene.vms.map(\.name))
        }
        return vm
    }

    private mutating func probe(_ from: String, to address: String) throws -> Echo {
        let vm = try vm(from)
        guard let destination = IPv4Address(address) else { throw LabError.unexpected("an address", address) }
        defer { nextIdentifier += 1 }
        senders[nextIdentifier] = vm.tenant
        return Echo(from: try lab.vm(vm.name, at: vm.site).netns, to: destination, identifier: nextIdentifier)
    }

    private static func isRequest(_ frame: CapturedFrame, _ identifier: UInt16) -> Bool {
        guard let echo = EchoFrame(frame) else { return false }
        return echo.isRequest && echo.identifier == identifier
    }

    static func line(_ sequence: Int, _ answer: EchoAnswer) -> String {
        switch answer {
        case .reply(let from, let ttl, let milliseconds):
            "64 bytes from \(from): icmp_seq=\(sequence) ttl=\(ttl) time=\((milliseconds * 1000).rounded() / 1000) ms"
        case .error(let from, let type, let code, _):
            "from \(from): icmp_seq=\(sequence) type \(type) code \(code)"
        case .silence: "icmp_seq=\(sequence): no answer within 1 s"
        }
    }

    /// Of the day, UTC, as tcpdump has it.
    private static func time(_ frame: CapturedFrame) -> String {
        let microseconds = frame.timestamp / 1000
        let seconds = microseconds / 1_000_000 % 86_400
        func pad(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
            + ".\(pad(microseconds % 1_000_000, 6))"
    }
}
