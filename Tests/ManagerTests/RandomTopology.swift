import Addresses
import AgentProtocol
import Resources
import SeededRandom
import VirtualTopology

/// Makes objects with any value that the types allow.
struct RandomTopology {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
        Number.random(in: range, using: &random)
    }
    mutating func flag() -> Bool { Bool.random(using: &random) }
    mutating func id<Kind>() -> Identifier<Kind> { Identifier(number(.min ... .max)) }
    mutating func mac() -> MACAddress { MACAddress(number(.min ... .max)) }
    mutating func vni() -> VNI { VNI(number(UInt32(1)...0xff_ffff))! }
    mutating func address() -> IPAddress {
        flag() ? .v4(IPv4Address(number(.min ... .max))) : .v6(IPv6Address(number(.min ... .max)))
    }
    mutating func prefix() -> IPPrefix {
        let address = address()
        return IPPrefix(address: address, length: number(0...address.family.bits))!
    }
    mutating func list<Element>(_ make: (inout RandomTopology) -> Element) -> [Element] {
        (0..<number(0...3)).map { _ in make(&self) }
    }
    mutating func text() -> String { ["", "vm-1", "größe", "a b/c"].randomElement(using: &random)! }

    mutating func key() -> TopologyKey { object().key }

    mutating func object() -> TopologyObject {
        switch number(0...7) {
        case 0:
            .host(Host(id: id(), name: text(), tunnelAddress: address(), underlayMTU: number(.min ... .max)))
        case 1:
            .bridge(
                Bridge(
                    id: id(), vni: vni(), adminStateUp: flag(), mtu: number(.min ... .max),
                    dhcpSubnets: list { random in
                        DHCPSubnet(
                            cidr: random.prefix(), gateway: random.flag() ? random.address() : nil,
                            nameServers: random.list { $0.address() },
                            hostRoutes: random.list {
                                HostRoute(destination: $0.prefix(), nextHop: $0.address())
                            }, enabled: random.flag())
                    }))
        case 2: .router(VirtualRouter(id: id(), number: number(.min ... .max), adminStateUp: flag()))
        case 3:
            .port(
                DevicePort(
                    id: id(), number: number(.min ... .max), mac: mac(), adminStateUp: flag(),
                    role: flag() ? .vm(vmPort()) : .router(routerPort())))
        case 4:
            .segment(
                Segment(
                    id: id(), vtepRouter: id(), vni: vni(), siteVNI: vni(), tunnelIP: address(),
                    gatewayHost: flag() ? id() : nil, adminStateUp: flag(), bridge: flag() ? id() : nil,
                    offRamp: flag()))
        case 5: .route(Route(router: id(), destination: prefix(), nextHop: address(), port: id()))
        case 6: .neighbour(Neighbour(port: id(), address: address(), mac: mac()))
        default: .remoteMAC(RemoteMAC(segment: id(), mac: mac(), tunnelIP: address()))
        }
    }

    private mutating func vmPort() -> VMPort {
        VMPort(
            bridge: id(), addresses: list { $0.address() }, host: flag() ? id() : nil, portSecurity: flag(),
            allowedAddressPairs: list { AllowedAddressPair(macAddress: $0.mac(), prefix: $0.prefix()) },
            hostname: text())
    }

    private mutating func routerPort() -> RouterPort {
        RouterPort(
            router: id(), attachment: flag() ? .bridge(id()) : .segment(id()), addresses: list { $0.prefix() })
    }

    mutating func agentMessage() -> AgentMessage {
        switch number(0...7) {
        case 0:
            .hello(
                Hello(
                    hostName: text(), host: host(),
                    resume: flag()
                        ? Resume(storeID: id(), revision: number(.min ... .max), digest: list { $0.number(0...255) })
                        : nil,
                    interfaces: list { $0.announcement() }))
        case 1: .hostChanged(host())
        case 2: .interfaceAppeared(announcement())
        case 3: .interfaceDisappeared(interfaceName: "tap\(number(0...99))")
        case 4: .portStatus(PortStatusReport(port: id(), active: flag(), reason: text()))
        case 5: .acknowledge(revision: number(.min ... .max))
        case 6: .reject(revision: number(.min ... .max), reason: text())
        default: .heartbeat
        }
    }

    private mutating func host() -> HostDescription {
        HostDescription(
            tunnelAddress: address(), underlayMTU: number(.min ... .max), addresses: list { $0.address() })
    }

    private mutating func announcement() -> InterfaceAnnouncement {
        InterfaceAnnouncement(interfaceName: "tap\(number(0...99))", port: text())
    }

    mutating func managerMessage() -> ManagerMessage {
        switch number(0...3) {
        case 0:
            return .welcome(
                Welcome(
                    hostID: id(), hostName: text(), storeID: id(), heartbeatSeconds: number(.min ... .max),
                    resumed: flag()))
        case 1:
            let isSnapshot = flag()
            return .update(
                TopologyUpdate(
                    revision: number(.min ... .max), isSnapshot: isSnapshot,
                    delta: TopologyDelta(
                        changed: list { $0.object() }, removed: isSnapshot ? [] : list { $0.key() }),
                    isLast: flag()))
        case 2:
            let refusals: [InterfaceAnswer.Refusal] = [.unknownPort, .ambiguous, .boundElsewhere, .notPluggable]
            if flag() { return .interfaceAnswer(InterfaceAnswer(interfaceName: "tap0", result: .port(id()))) }
            return .interfaceAnswer(
                InterfaceAnswer(
                    interfaceName: "tap0", result: .refused(refusals.randomElement(using: &random)!), detail: text()))
        default: return .heartbeat
        }
    }
}
