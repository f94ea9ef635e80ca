import Addresses

/// A network interface as the kernel describes it.
package struct Link: Hashable, Sendable {
    package var index: UInt32
    package var name: String
    package var alias: String?
    /// Nil for links without Ethernet addresses.
    package var mac: MACAddress?
    /// Bytes of an IP packet; 0 is unlimited.
    package var mtu: UInt32
    /// Set up by somebody (IFF_UP).
    package var isUp: Bool
    /// It passes packets (IFF_RUNNING: up, with a carrier, and the kernel has taken note of the carrier). After a veth's
    /// second end is set up this can take a second, in which frames are lost: see `waitUntilRunning`.
    package var isRunning: Bool
    /// The driver's name: "veth", "bridge", "vxlan", "tun"… Nil for physical interfaces and loopback.
    package var kind: String?
    /// For a veth, its peer's index in the peer's namespace; for a VLAN and the like the link it sits on.
    package var peerIndex: UInt32?
    /// The id that this namespace gave to the one `peerIndex` counts in; nil when it is the same namespace.
    package var peerNamespaceID: Int32?
    /// The bridge (or the like) that the link is a port of.
    package var masterIndex: UInt32?

    package init(
        index: UInt32, name: String, alias: String? = nil, mac: MACAddress? = nil, mtu: UInt32 = 1500,
        isUp: Bool = false, isRunning: Bool = false, kind: String? = nil, peerIndex: UInt32? = nil,
        peerNamespaceID: Int32? = nil, masterIndex: UInt32? = nil
    ) {
        self.index = index
        self.name = name
        self.alias = alias
        self.mac = mac
        self.mtu = mtu
        self.isUp = isUp
        self.isRunning = isRunning
        self.kind = kind
        self.peerIndex = peerIndex
        self.peerNamespaceID = peerNamespaceID
        self.masterIndex = masterIndex
    }
}

/// struct ifinfomsg: family, padding, type (16), index, flags, change mask.
struct LinkHeader {
    static let length = 16
    var family: UInt8 = AddressFamily.unspecified
    var index: UInt32 = 0
    var flags: UInt32 = 0
    /// Which of `flags` are meant.
    var change: UInt32 = 0
}

extension NetlinkMessage {
    mutating func append(_ header: LinkHeader) {
        append(header.family)
        append(UInt8(0))
        append(UInt16(0))
        append(header.index)
        append(header.flags)
        append(header.change)
    }
}

extension LinkHeader {
    init(payload: RawSpan) throws(NetlinkFormatError) {
        guard let family = payload.integer(at: 0, as: UInt8.self),
            let index = payload.integer(at: 4, as: UInt32.self),
            let flags = payload.integer(at: 8, as: UInt32.self),
            let change = payload.integer(at: 12, as: UInt32.self)
        else { throw .shortHeader(expected: Self.length, got: payload.byteCount) }
        self.init(family: family, index: index, flags: flags, change: change)
    }
}

extension Link {
    /// From RTM_NEWLINK or RTM_DELLINK. Nil for a bridge's notices about its ports, which share the message type.
    init?(payload: RawSpan) throws(NetlinkFormatError) {
        let header = try LinkHeader(payload: payload)
        guard header.family == AddressFamily.unspecified else { return nil }
        var link = Link(
            index: header.index, name: "", mtu: 0,
            isUp: header.flags & LinkFlag.up != 0, isRunning: header.flags & LinkFlag.running != 0
        )
        try payload.forEachAttribute(from: LinkHeader.length) { (type, content) throws(NetlinkFormatError) in
            switch type {
            case LinkAttribute.name: link.name = content.text
            case LinkAttribute.alias: link.alias = content.text
            case LinkAttribute.address: link.mac = content.macAddress
            case LinkAttribute.mtu: link.mtu = try content.value(type, as: UInt32.self)
            case LinkAttribute.link: link.peerIndex = try content.value(type, as: UInt32.self)
            case LinkAttribute.linkNamespaceID: link.peerNamespaceID = try content.value(type, as: Int32.self)
            case LinkAttribute.master: link.masterIndex = try content.value(type, as: UInt32.self)
            case LinkAttribute.info:
                try content.forEachAttribute { (type, content) in
                    if type == LinkAttribute.infoKind { link.kind = content.text }
                }
            default: break
            }
        }
        self = link
    }
}
