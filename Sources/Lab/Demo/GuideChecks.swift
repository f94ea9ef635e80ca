import Addresses
import LinuxNetworking

/// What the guide promises: the VMs reach each other, and a trace shows the tenant's routers alone (S1-16).
struct GuideChecks {
    private let lab: Lab
    private let narrator: Narrator
    private let wan: WireTap

    init(lab: Lab, narrator: Narrator) throws {
        self.lab = lab
        self.narrator = narrator
        guard let port = try lab.host("gateway", at: GuideScene.siteA.name).wan?.port else {
            throw LabError.unexpected("the gateway has a WAN link", "none")
        }
        wan = try WireTap(interface: port, in: lab.plan.wan.netns)
    }

    func unreachable() async throws {
        narrator.title("Before the other site is described, nothing gets there")
        let answers = try await echo(from: GuideScene.siteA, 0x7101).ping(count: 1)
        narrator.check("\(GuideScene.siteA.vm) gets no reply", answers.allSatisfy { !$0.isReply })
    }

    func reachable() async throws {
        narrator.title("The two VMs reach each other")
        // The last request is acknowledged a moment before the agents have it.
        try await lab.wait(for: "the peering", atMost: .seconds(5)) {
            try await echo(from: GuideScene.siteA, 0x7102).ping(count: 1).allSatisfy(\.isReply) ? nil : "no reply yet"
        }
        for (site, identifier) in [(GuideScene.siteA, UInt16(0x7103)), (GuideScene.siteB, 0x7104)] {
            let peer = GuideScene.peer(of: site)
            let answers = try await echo(from: site, identifier).ping(count: 3)
            narrator.say("\(site.vm)$ ping -c 3 \(peer.vmAddress)")
            narrator.show(
                answers.enumerated().map { DemoChecks.line($0.offset + 1, $0.element) }.joined(separator: "\n"))
            narrator.check("\(site.vm) reaches \(peer.vm)", answers.allSatisfy(\.isReply))
        }
    }

    func trace() async throws {
        let (site, peer) = (GuideScene.siteA, GuideScene.siteB)
        let hops = try await echo(from: site, 0x7105).trace().map { $0.router?.description ?? "*" }
        narrator.say("\(site.vm)$ traceroute -I \(peer.vmAddress)")
        narrator.show(hops.enumerated().map { "\($0.offset + 1)  \($0.element)" }.joined(separator: "\n"))
        let expected = [site.gateway, peer.peerIP, peer.vmAddress]
        narrator.check("the hops are \(expected.joined(separator: ", "))", hops == expected)
    }

    /// S1-15: outer addresses the tunnel IPs, VNI 100, inner MACs those of the peer routers' ports.
    func wire(pcap: String?) async throws {
        narrator.title("On the WAN")
        // The tap hears of a frame a moment after it was there.
        let frames = await wan.frames { Self.echoes($0).count == 6 }
        let echoes = Self.echoes(frames)
        for (site, isRequest) in [(GuideScene.siteA, true), (GuideScene.siteB, false)] {
            let peer = GuideScene.peer(of: site)
            let own = echoes.filter { $0.isRequest == isRequest }
            narrator.check(
                "\(isRequest ? "requests" : "replies"): \(site.tunnelIP) to \(peer.tunnelIP), VNI \(GuideScene.vni), "
                    + "\(site.peerMAC) to \(peer.peerMAC)",
                own.count == 3
                    && own.allSatisfy {
                        $0.tunnel?.source.description == site.tunnelIP
                            && $0.tunnel?.destination.description == peer.tunnelIP
                            && $0.tunnel?.vni == UInt32(GuideScene.vni) && $0.sourceMAC.description == site.peerMAC
                            && $0.destinationMAC.description == peer.peerMAC
                    }, "\(own.count) of \(frames.count) frames")
        }
        if let pcap {
            let file = try PcapWriter(path: pcap)
            for frame in frames { try file.append(frame) }
            narrator.say("\(frames.count) frames written to \(pcap)")
        }
    }

    private static func echoes(_ frames: [CapturedFrame]) -> [EchoFrame] {
        frames.compactMap(EchoFrame.init).filter { $0.identifier == 0x7103 }
    }

    private func echo(from site: GuideScene.Site, _ identifier: UInt16) throws -> Echo {
        guard let address = IPv4Address(GuideScene.peer(of: site).vmAddress) else {
            throw LabError.unexpected("an address", GuideScene.peer(of: site).vmAddress)
        }
        return Echo(from: try lab.vm(site.vm, at: site.name).netns, to: address, identifier: identifier)
    }
}
