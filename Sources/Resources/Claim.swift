import Addresses

/// Something that only one may have. Its `path` is a key of the same store transaction as the resource that has it, so
/// two managers cannot both win.
package enum Claim: Hashable, Sendable {
    /// What makes a router or a network a gateway device: one device each.
    case gatewayDevice(ResourceKey)
    /// A VNI or VLAN of a gateway device that is no VTEP router.
    case gatewaySegment(GatewayDeviceID, Int, interface: String)
    case ip(SubnetID, IPAddress)
    case mac(NetworkID, MACAddress)
    /// Where a switch is managed.
    case managementIP(IPAddress)
    /// A row of a gateway device's remote MAC table (S1-09).
    case remoteMACEntry(GatewayDeviceID, VNI, MACAddress)
    /// A network's place on a VTEP router's segment: a multi-site network has one VNI (S1-08).
    case stretched(NetworkID)
    /// A VNI in the site's own tunnels: of a network or a segment.
    case vni(VNI)
    /// A VNI on the wire between sites: unique per VTEP router (S0-23).
    case vtepVNI(RouterID, VNI)
    /// Where VXLAN packets end: a host's tunnel address, a switch's tunnel IP, or a VTEP router's (which its bindings and
    /// its gateway device share).
    case tunnelIP(IPAddress)
    case routerNumber(UInt32)
    case portNumber(UInt32)
    case hostName(String)
    /// A destination in a router's table: connected, extra route or router-VTEP route.
    case route(RouterID, IPPrefix)
    /// A seeded neighbour of a binding's router port; routes with the same MAC share it (S0-29).
    case neighbour(RouterVTEPBindingID, IPAddress)
    /// A row of a segment's remote MAC table; routes with the same VTEP share it (S0-06).
    case remoteMAC(RouterVTEPBindingID, MACAddress)
    /// The one network that is the default among the external ones.
    case defaultNetwork
    /// The one default subnet pool of an IP version.
    case defaultSubnetPool(IPFamily)
    /// A port's address has one floating IP per external network.
    case floatingIPTarget(NetworkID, PortID, IPAddress)
    case poolPrefix(SubnetPoolID, IPPrefix)
    /// A router has one gateway port.
    case routerGateway(RouterID)
    /// A port is parent or sub-port of one trunk.
    case trunkPort(PortID)
    /// A project has one default security group, whoever asks first.
    case defaultSecurityGroup(String)
    /// A group has no two rules that match the same.
    case securityGroupRule(SecurityGroupID, SecurityGroupRule.Match)
    case rbacPolicy(RBACObject, RBACAction, target: String)
    /// A project has one set of limits.
    case quota(String)

    package var path: String {
        switch self {
        case .gatewayDevice(let key): "claim/gateway-device/\(key.path)"
        case .gatewaySegment(let device, let number, let interface):
            "claim/gateway-segment/\(device)/\(number)/\(interface)"
        case .ip(let subnet, let address): "claim/ip/\(subnet)/\(address)"
        case .mac(let network, let mac): "claim/mac/\(network)/\(mac)"
        case .managementIP(let address): "claim/management-ip/\(address)"
        case .remoteMACEntry(let device, let vni, let mac): "claim/remote-mac-entry/\(device)/\(vni)/\(mac)"
        case .stretched(let network): "claim/stretched/\(network)"
        case .vni(let vni): "claim/vni/\(vni)"
        case .vtepVNI(let router, let vni): "claim/vtep-vni/\(router)/\(vni)"
        case .tunnelIP(let address): "claim/tunnel-ip/\(address)"
        case .routerNumber(let number): "claim/router-number/\(number)"
        case .portNumber(let number): "claim/port-number/\(number)"
        case .hostName(let name): "claim/host-name/\(name)"
        case .route(let router, let destination): "claim/route/\(router)/\(destination)"
        case .neighbour(let binding, let address): "claim/neighbour/\(binding)/\(address)"
        case .remoteMAC(let binding, let mac): "claim/remote-mac/\(binding)/\(mac)"
        case .defaultNetwork: "claim/default-network"
        case .defaultSubnetPool(let family): "claim/default-subnet-pool/\(family.rawValue)"
        case .floatingIPTarget(let network, let port, let address):
            "claim/floating-ip-target/\(network)/\(port)/\(address)"
        case .poolPrefix(let pool, let prefix): "claim/pool-prefix/\(pool)/\(prefix)"
        case .routerGateway(let router): "claim/router-gateway/\(router)"
        case .trunkPort(let port): "claim/trunk-port/\(port)"
        case .defaultSecurityGroup(let project): "claim/default-security-group/\(Self.component(project))"
        case .securityGroupRule(let group, let match): "claim/security-group-rule/\(group)/\(match)"
        case .rbacPolicy(let object, let action, let target):
            "claim/rbac-policy/\(object.type.rawValue)/\(object.id)/\(action.rawValue)/\(Self.component(target))"
        case .quota(let project): "claim/quota/\(Self.component(project))"
        }
    }

    /// A text that someone chose as one component of a path: itself, if it is short and plain, else its hash. A store's
    /// keys are limited in length, and have no empty components.
    private static func component(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "*"):
                true
            default: false
            }
        }
        if isPlain, (1...128).contains(text.utf8.count) { return text }
        // FNV-1a, 128 bits. The underscore keeps it apart from any plain text.
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        return "_" + String(hash, radix: 16)
    }
}

/// Who has a claim. Resources that name the same holder share it.
package enum ClaimHolder: Hashable, Sendable {
    case resource(ResourceKey)
    case mac(MACAddress)
    case address(IPAddress)
}
