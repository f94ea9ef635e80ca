import Addresses
import Glibc

/// How sure the kernel is of a neighbour's MAC (NUD states of ip-neighbour(8)).
package struct NeighbourState: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let incomplete = NeighbourState(rawValue: 0x01)
    package static let reachable = NeighbourState(rawValue: 0x02)
    package static let stale = NeighbourState(rawValue: 0x04)
    package static let delay = NeighbourState(rawValue: 0x08)
    package static let probe = NeighbourState(rawValue: 0x10)
    package static let failed = NeighbourState(rawValue: 0x20)
    package static let noARP = NeighbourState(rawValue: 0x40)
    package static let permanent = NeighbourState(rawValue: 0x80)

    /// The MAC may be used to send.
    package var isUsable: Bool { rawValue & 0xde != 0 }
}

/// An ARP or neighbour discovery entry.
package struct Neighbour: Hashable, Sendable {
    package var address: IPAddress
    package var linkIndex: UInt32
    package var mac: MACAddress?
    package var state: NeighbourState
    package var isRouter: Bool
    /// The kernel keeps it resolved by itself (`resolveNeighbour`).
    package var isManaged: Bool

    package init(
        address: IPAddress, linkIndex: UInt32, mac: MACAddress?, state: NeighbourState = .permanent,
        isRouter: Bool = false, isManaged: Bool = false
    ) {
        self.address = address
        self.linkIndex = linkIndex
        self.mac = mac
        self.state = state
        self.isRouter = isRouter
        self.isManaged = isManaged
    }
}

extension RouteNetlink {
    /// Of both families, on one link or on all.
    package func neighbours(link: UInt32? = nil) throws(NetlinkError) -> [Neighbour] {
        var all: [Neighbour] = []
        for family in IPFamily.allCases {
            var message = NetlinkMessage(type: MessageType.getNeighbour)
            message.append(NeighbourHeader(family: family.netlink))
            if let link { message.attribute(NeighbourAttribute.interface, link) }
            all += try dump(message, "list neighbours", decode: Neighbour.init(payload:))
        }
        return all
    }

    /// Sets an entry that never ages and is never asked for, in place of whatever the kernel had learnt.
    package func setNeighbour(_ address: IPAddress, mac: MACAddress, link: UInt32) throws(NetlinkError) {
        var message = NetlinkMessage(type: MessageType.newNeighbour, flags: NetlinkFlag.create | NetlinkFlag.replace)
        message.append(NeighbourHeader(family: address.family.netlink, linkIndex: link, state: .permanent))
        message.attribute(NeighbourAttribute.destination, address)
        message.attribute(NeighbourAttribute.linkLayerAddress, mac)
        try request(message, "set neighbour \(address) on link \(link)")
    }

    /// Makes the kernel ask for the address now, as a packet to it would. `keepResolved` (kernel 5.16) makes it ask
    /// again by itself before the answer gets too old, until the entry is removed; the answers arrive as events. An
    /// entry that exists keeps its MAC and state meanwhile, except that a permanent one is permanent no more.
    package func resolveNeighbour(
        _ address: IPAddress, link: UInt32, keepResolved: Bool
    ) throws(NetlinkError) {
        var message = NetlinkMessage(type: MessageType.newNeighbour, flags: NetlinkFlag.create | NetlinkFlag.replace)
        message.append(
            NeighbourHeader(
                family: address.family.netlink, linkIndex: link, state: NeighbourState(rawValue: 0),
                // "Use" also with "managed": without it the kernel would first forget the MAC it has.
                flags: NeighbourAttribute.flagUse
            )
        )
        message.attribute(NeighbourAttribute.destination, address)
        if keepResolved {
            message.attribute(NeighbourAttribute.extendedFlags, NeighbourAttribute.extendedFlagManaged)
        }
        try request(message, "resolve neighbour \(address) on link \(link)")
    }

    /// ENOENT when there is none.
    package func removeNeighbour(_ address: IPAddress, link: UInt32) throws(NetlinkError) {
        var message = NetlinkMessage(type: MessageType.deleteNeighbour)
        message.append(
            NeighbourHeader(family: address.family.netlink, linkIndex: link, state: NeighbourState(rawValue: 0))
        )
        message.attribute(NeighbourAttribute.destination, address)
        try request(message, "remove neighbour \(address) from link \(link)")
    }
}

/// struct ndmsg.
private struct NeighbourHeader {
    static let length = 12
    var family: UInt8
    var linkIndex: UInt32 = 0
    var state = NeighbourState(rawValue: 0)
    var flags: UInt8 = 0
}

extension NetlinkMessage {
    fileprivate mutating func append(_ header: NeighbourHeader) {
        append(header.family)
        append(UInt8(0))
        append(UInt16(0))
        append(header.linkIndex)
        append(header.state.rawValue)
        append(header.flags)
        append(UInt8(0))  // type
    }
}

extension Neighbour {
    /// From RTM_NEWNEIGH or RTM_DELNEIGH. Nil for bridge FDB and proxy entries, which share the message types.
    init?(payload: RawSpan) throws(NetlinkFormatError) {
        guard let family = payload.integer(at: 0, as: UInt8.self),
            let link = payload.integer(at: 4, as: UInt32.self),
            let state = payload.integer(at: 8, as: UInt16.self),
            let flags = payload.integer(at: 10, as: UInt8.self)
        else { throw .shortHeader(expected: NeighbourHeader.length, got: payload.byteCount) }
        guard family == AddressFamily.inet || family == AddressFamily.inet6,
            flags & NeighbourAttribute.flagProxy == 0
        else { return nil }
        var address: IPAddress?
        var mac: MACAddress?
        var extendedFlags: UInt32 = 0
        try payload.forEachAttribute(from: NeighbourHeader.length) { (type, content) throws(NetlinkFormatError) in
            switch type {
            case NeighbourAttribute.destination: address = try content.ipAddress(type)
            case NeighbourAttribute.linkLayerAddress: mac = content.macAddress
            case NeighbourAttribute.extendedFlags: extendedFlags = try content.value(type, as: UInt32.self)
            default: break
            }
        }
        guard let address else { return nil }
        self.init(
            address: address, linkIndex: link, mac: mac, state: NeighbourState(rawValue: state),
            isRouter: flags & NeighbourAttribute.flagRouter != 0,
            isManaged: extendedFlags & NeighbourAttribute.extendedFlagManaged != 0
        )
    }
}
